package adopt_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/generator/adopt"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/write"
)

// modest are packages of the standard library that every run adopts; with
// BUNSUI_CORPUS=1 it is every package that compiles outside of it.
var modest = []string{
	"container/list", "encoding/csv", "go/printer", "net/textproto", "text/tabwriter", "text/template/parse",
}

// TestRoundTrip adopts all functions of a module at once, of which the compiler
// must then have nothing to say, and ejects them: every file must be as before.
func TestRoundTrip(t *testing.T) {
	if testing.Short() {
		t.Skip("type-checks a lot of code")
	}
	root := newModule(t)
	for i, p := range corpus(t) {
		copyPackage(t, p, filepath.Join(root, filepath.FromSlash(p.ImportPath)), i)
	}
	before := readTree(t, root)
	request := adopt.Request{Dir: root, Env: environment(), KeepGoing: true}

	request.Names = listed(t, request)
	all := len(request.Names)
	plan, err := adopt.Adopt(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	report(t, "refused", plan.Refused)
	t.Logf("adopted %d of %d functions", len(plan.Functions), all)
	if len(plan.Functions) < all*95/100 {
		t.Error("that are too few")
	}
	carryOut(t, plan)
	build(t, root)

	request.Names = []string{"./..."}
	ejected, err := adopt.Eject(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	report(t, "not ejected", ejected.Refused)
	if len(ejected.Functions) != len(plan.Functions) {
		t.Errorf("ejected %d of %d functions", len(ejected.Functions), len(plan.Functions))
	}
	carryOut(t, ejected)
	compareTrees(t, before, readTree(t, root))
}

// listed returns the names of all functions in the module that can be adopted.
func listed(t *testing.T, request adopt.Request) []string {
	t.Helper()
	request.Names = []string{"./..."}
	all, refused, err := adopt.List(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d functions are not listed", len(refused))
	var names []string
	for _, a := range all {
		names = append(names, a.Name)
	}
	return names
}

type stdPackage struct {
	ImportPath, Dir                    string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, SFiles                    []string
}

func corpus(t *testing.T) []stdPackage {
	t.Helper()
	if os.Getenv("BUNSUI_CORPUS") != "" {
		return standard(t, "std")
	}
	return standard(t, modest...)
}

// standard lists packages of the standard library that can be compiled elsewhere.
func standard(t *testing.T, patterns ...string) []stdPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-json"}, patterns...)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []stdPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p stdPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		if len(p.SFiles) == 0 && !slices.ContainsFunc(append(p.Imports, p.ImportPath), notElsewhere) {
			packages = append(packages, p)
		}
	}
}

func notElsewhere(path string) bool {
	return strings.Contains("/"+path+"/", "/internal/") || strings.HasPrefix(path, "vendor/") ||
		slices.Contains([]string{"C", "unsafe", "os/signal"}, path)
}

// copyPackage copies what is built here, every third package with Windows' line
// ends. Tests that see into the standard library stay away.
func copyPackage(t *testing.T, p stdPackage, dir string, nth int) {
	t.Helper()
	for _, name := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
		content, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") && bytes.Contains(content, []byte(`"internal/`)) {
			continue
		}
		if nth%3 == 2 {
			content = bytes.ReplaceAll(content, []byte("\n"), []byte("\r\n"))
		}
		writeFile(t, filepath.Join(dir, name), content)
	}
}

// newModule makes a module that can import the runtime.
func newModule(t *testing.T) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	repository, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(root, "go.mod"), []byte("module example.com/m\n\ngo 1.26.0\n\n"+
		"require github.com/bunsui/bunsui-go v0.0.0\n\nreplace github.com/bunsui/bunsui-go => "+filepath.ToSlash(repository)+"\n"))
	return root
}

func environment() []string { return append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod") }

func writeFile(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

// carryOut writes what a plan says.
func carryOut(t *testing.T, plan *adopt.Plan) {
	t.Helper()
	if len(plan.Problems) > 0 {
		report(t, "problem", plan.Problems)
	}
	var files []write.File
	for _, source := range plan.Sources {
		files = append(files, write.File{Path: source.Path, Content: source.New})
	}
	for _, out := range plan.Outputs {
		files = append(files, write.File{Path: out.Path, Content: out.Content})
	}
	changes, err := write.Compare(files, plan.Stale)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := changes.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func report(t *testing.T, what string, list diag.List) {
	t.Helper()
	for _, d := range list {
		t.Logf("%s: %s (%s)", what, d.Headline(filepath.Dir(d.Pos.Filename)), strings.Join(d.Notes, "; "))
	}
}

// build compiles everything but tests, some of which cannot be compiled outside of
// the standard library. Those that can are type-checked by Adopt.
func build(t *testing.T, root string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "build", "./...")
	cmd.Dir, cmd.Env = root, environment()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", cmd, err, out)
	}
}

func readTree(t *testing.T, root string) map[string]string {
	t.Helper()
	tree := make(map[string]string)
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), "go.") {
			return err
		}
		content, err := os.ReadFile(path)
		tree[path] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func compareTrees(t *testing.T, want, got map[string]string) {
	t.Helper()
	for path, content := range got {
		if old, ok := want[path]; !ok {
			t.Errorf("%s is left behind", path)
		} else if old != content {
			t.Errorf("%s is not what it was", path)
		}
	}
	for path := range want {
		if _, ok := got[path]; !ok {
			t.Errorf("%s is gone", path)
		}
	}
}
