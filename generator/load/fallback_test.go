package load

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// TestUnreadableExportData shows what happens with a go command that is newer
// than the reader of its export data: everything is loaded from source.
func TestUnreadableExportData(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "go.mod"), "module example.com/m\n\ngo 1.26\n")
	writeFile(t, filepath.Join(dir, "a.go"), "package m\n\nimport (\n\t\"io\"\n\t\"time\"\n)\n\n"+
		"//bunsui:profile\nfunc get(at time.Time) (io.Reader, error) { return nil, nil }\n")
	garbage := filepath.Join(dir, "garbage")
	writeFile(t, garbage, "!<arch>\nnot export data")

	l, roots := listed(t, dir)
	packages.Visit(roots, nil, func(p *packages.Package) {
		if p.PkgPath == "time" {
			p.ExportFile = garbage
		}
	})
	folders, err := l.readFolders(t.Context(), roots)
	if err != nil {
		t.Fatal(err)
	}
	annotated, err := l.scanFolders(t.Context(), folders)
	if err != nil {
		t.Fatal(err)
	}
	result := &Result{}
	err = l.loadPackages(t.Context(), annotated, result)
	pkgs := result.Packages
	if err != nil || len(pkgs) != 1 || len(l.problems) > 0 {
		t.Fatalf("got %d packages, problems %v, error %v", len(pkgs), l.problems, err)
	}
	const want = "func example.com/m.get(at time.Time) (io.Reader, error)"
	if got := pkgs[0].Files[0].Funcs[0].Object.String(); got != want {
		t.Errorf("got %s", got)
	}
	if len(l.warnings) != 1 || !strings.Contains(l.warnings[0], "from source") {
		t.Errorf("warnings: %q", l.warnings)
	}
}

// listed does the first steps of Load.
func listed(t *testing.T, dir string) (*loader, []*packages.Package) {
	t.Helper()
	l, err := newLoader(Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	l.survey = l.startSurvey(t.Context())
	l.survey.finish()
	roots, err := l.listRoots(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return l, roots
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestGuessName(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"fmt": "fmt", "net/http": "http", "example.com/x/v2": "x", "v2": "v2",
		"gopkg.in/yaml.v3": "yaml", "example.com/go-redis/v9": "redis", "": "",
	} {
		if got := guessName(path); got != want {
			t.Errorf("guessName(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestMentionsUs(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]bool{
		"": false, "bunsui": true, "// BunSUI:": true, "x = u": false, "bunsu": false, "unsui": false,
		"buns ui bUNSUI": true, "uuuuuubunsui": true, "bunbunsui": true,
	} {
		if got := mentionsUs([]byte(content)); got != want {
			t.Errorf("mentionsUs(%q) = %t", content, got)
		}
	}
}

func TestWithoutBodies(t *testing.T) {
	t.Parallel()
	const source = `package a

func f(x int) {
	if x > 0 {
	}
}

func g() int { return 1 }

func h() struct {
	x int
} {
	return i
}

func i() interface {
}

func (t T) j() error {
	return nil
}
`
	const want = `package a

func f(x int) {
           
  
}

func g() int { return 1 }

func h() struct {
	x int
} {
	return i
}

func i() interface {
}

func (t T) j() error {
           
}
`
	got := string(withoutBodies([]byte(source)))
	if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") || len(got) != len(source) {
		t.Errorf("got\n%s", got)
	}
}
