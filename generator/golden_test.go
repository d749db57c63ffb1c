package generator_test

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/bunsui/bunsui-go/generator"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/load"
)

var update = flag.Bool("update", false, "rewrite what the golden cases expect")

const goldenDir = "../testdata/golden"

// A goldenCase is one file of testdata/golden: the files of a package, and
// either the files generated for it, under want/, or the errors, want/stderr.txt.
type goldenCase struct {
	name    string // decorator/case
	archive *txtar.Archive
	dir     string // where the input stands
}

func (c *goldenCase) wantsErrors() bool {
	return slices.ContainsFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == "want/stderr.txt" })
}

// TestGolden generates for all cases in two runs: one for those that succeed,
// whose output must also compile, vet and pass the tests that a case brings, and
// one for those that fail, whose errors must all be reported at once.
func TestGolden(t *testing.T) {
	cases := readCases(t)
	var good, bad []*goldenCase
	for _, c := range cases {
		if c.wantsErrors() {
			bad = append(bad, c)
		} else {
			good = append(good, c)
		}
	}
	t.Run("output", func(t *testing.T) { checkOutputs(t, good) })
	t.Run("errors", func(t *testing.T) { checkErrors(t, bad) })
	if len(bad)*3 < len(cases) {
		t.Errorf("%d of %d golden cases are errors: want at least a third", len(bad), len(cases))
	}
}

func readCases(t *testing.T) []*goldenCase {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(goldenDir, "*", "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden cases in %s (%v)", goldenDir, err)
	}
	var cases []*goldenCase
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rel, _ := filepath.Rel(goldenDir, path)
		cases = append(cases, &goldenCase{name: filepath.ToSlash(strings.TrimSuffix(rel, ".txtar")), archive: archive})
	}
	return cases
}

// writeModule lays out the inputs of cases in one module.
func writeModule(t *testing.T, cases []*goldenCase) string {
	t.Helper()
	root := t.TempDir()
	repository, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(root, "go.mod"), []byte("module example.com/golden\n\ngo 1.26.0\n\n"+
		"require github.com/bunsui/bunsui-go v0.0.0\n\nreplace github.com/bunsui/bunsui-go => "+filepath.ToSlash(repository)+"\n"))
	for _, c := range cases {
		c.dir = filepath.Join(root, filepath.FromSlash(c.name))
		for _, f := range c.archive.Files {
			if !strings.HasPrefix(f.Name, "want/") {
				writeFile(t, filepath.Join(c.dir, filepath.FromSlash(f.Name)), f.Data)
			}
		}
	}
	return root
}

func writeFile(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, root string) (*generator.Result, diag.List) {
	t.Helper()
	result, problems, err := generator.Run(t.Context(), load.Config{
		Dir: root, Patterns: []string{"./..."}, Env: append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return result, problems
}

func checkOutputs(t *testing.T, cases []*goldenCase) {
	root := writeModule(t, cases)
	result, problems := run(t, root)
	if len(problems) > 0 {
		var text bytes.Buffer
		_ = problems.Print(&text, root, os.ReadFile)
		t.Fatalf("unexpected errors (a case that means them has an empty -- want/stderr.txt -- at its end):\n%s", &text)
	}
	for _, out := range result.Outputs {
		writeFile(t, out.Path, out.Content)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.compare(t, c.outputs(result)) })
	}
	goTool(t, root, "vet", "./...")
	goTool(t, root, "test", "./...")
}

// outputs are the generated files of one case, by their names in the archive.
func (c *goldenCase) outputs(result *generator.Result) map[string]string {
	got := make(map[string]string)
	for _, out := range result.Outputs {
		if rel, err := filepath.Rel(c.dir, out.Path); err == nil && filepath.IsLocal(rel) {
			got["want/"+filepath.ToSlash(rel)] = string(out.Content)
		}
	}
	return got
}

func checkErrors(t *testing.T, cases []*goldenCase) {
	root := writeModule(t, cases)
	result, problems := run(t, root)
	if len(result.Outputs) > 0 {
		t.Errorf("a run with errors returned %d files to write", len(result.Outputs))
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			own := slices.DeleteFunc(slices.Clone(problems), func(d diag.Diagnostic) bool {
				return !strings.HasPrefix(d.Pos.Filename, c.dir+string(filepath.Separator))
			})
			var text bytes.Buffer
			if err := own.Print(&text, c.dir, os.ReadFile); err != nil {
				t.Fatal(err)
			}
			c.compare(t, map[string]string{"want/stderr.txt": text.String()})
		})
	}
}

// compare checks what was made against the archive, or records it.
func (c *goldenCase) compare(t *testing.T, got map[string]string) {
	t.Helper()
	want := make(map[string]string)
	for _, f := range c.archive.Files {
		if strings.HasPrefix(f.Name, "want/") {
			want[f.Name] = string(f.Data)
		}
	}
	if *update {
		c.record(t, got)
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got (record with: make golden):\n%s", diff)
	}
}

func (c *goldenCase) record(t *testing.T, got map[string]string) {
	t.Helper()
	c.archive.Files = slices.DeleteFunc(c.archive.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want/") })
	for _, name := range slices.Sorted(maps.Keys(got)) {
		c.archive.Files = append(c.archive.Files, txtar.File{Name: name, Data: []byte(got[name])})
	}
	writeFile(t, filepath.Join(goldenDir, filepath.FromSlash(c.name)+".txtar"), txtar.Format(c.archive))
}

func goTool(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	// Without the temporary folder's path in them, cases that did not change come
	// out of the go command's cache.
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod -trimpath", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
