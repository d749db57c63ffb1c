package load_test

import (
	"flag"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/load"
	"github.com/bunsui/bunsui-go/generator/model"
)

var update = flag.Bool("update", false, "rewrite the want sections of testdata/*.txtar")

// TestScenarios loads the modules in testdata. The comment at the top of an
// archive says what it shows; its lines "patterns:", "tags:", "env:", "dir:" and
// "bodies:" set the configuration, and the file "want" has what must come out.
func TestScenarios(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runScenario(t, path)
		})
	}
}

func runScenario(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := extract(t, archive)
	result, problems, err := load.Load(t.Context(), configOf(dir, string(archive.Comment)))
	got := report(dir, result, problems, err)
	if *update {
		setFile(archive, "want", got)
		if err := os.WriteFile(path, txtar.Format(archive), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(fileOf(archive, "want"), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// extract writes the files of an archive to a new directory. A line "\0" of a
// file becomes bytes that no text has.
func extract(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range archive.Files {
		path := filepath.Join(dir, filepath.FromSlash(file.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		content := strings.ReplaceAll(string(file.Data), `\0`, "\x00\xff")
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func configOf(dir, comment string) load.Config {
	cfg := load.Config{Dir: dir, Patterns: []string{"./..."}}
	cfg.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=", "CGO_ENABLED=1")
	for line := range strings.Lines(comment) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "patterns":
			cfg.Patterns = strings.Fields(value)
		case "tags":
			cfg.Tags = value
		case "env":
			cfg.Env = append(cfg.Env, strings.Fields(value)...)
		case "dir":
			cfg.Dir = filepath.Join(dir, value)
		case "bodies":
			cfg.Bodies = value == "true"
		}
	}
	return cfg
}

func fileOf(archive *txtar.Archive, name string) string {
	for _, file := range archive.Files {
		if file.Name == name {
			return string(file.Data)
		}
	}
	return ""
}

func setFile(archive *txtar.Archive, name, content string) {
	for i, file := range archive.Files {
		if file.Name == name {
			archive.Files[i].Data = []byte(content)
			return
		}
	}
	archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(content)})
}

// report describes what Load returned, with paths relative to dir.
func report(dir string, result *load.Result, problems diag.List, err error) string {
	var b strings.Builder
	if err != nil {
		fmt.Fprintf(&b, "error: %v\n", err)
	}
	printList(&b, dir, problems)
	if result != nil {
		for _, pkg := range result.Packages {
			printPackage(&b, dir, pkg)
		}
		for _, d := range result.Dirs {
			printPaths(&b, dir, "output", d.Outputs)
			printPaths(&b, dir, "excluded", d.Excluded)
		}
		for _, warning := range result.Warnings {
			fmt.Fprintf(&b, "warning: %s\n", warning)
		}
		if len(result.TypeErrors) > 0 {
			b.WriteString("type errors:\n")
			printList(&b, dir, result.TypeErrors)
		}
	}
	return strings.ReplaceAll(b.String(), dir, "$DIR")
}

func printList(b *strings.Builder, dir string, list diag.List) {
	if err := list.Print(b, dir, os.ReadFile); err != nil {
		fmt.Fprintln(b, err)
	}
}

func printPaths(b *strings.Builder, dir, what string, paths []string) {
	for _, path := range paths {
		fmt.Fprintf(b, "%s %s\n", what, diag.RelativePath(dir, path))
	}
}

func printPackage(b *strings.Builder, dir string, pkg *model.Package) {
	fmt.Fprintf(b, "package %s %s\n", pkg.Name, pkg.Path)
	for _, file := range pkg.Files {
		fmt.Fprintf(b, "\tfile %s %s\n", diag.RelativePath(dir, file.Path), file.Constraint)
		for _, h := range file.Homes {
			fmt.Fprintf(b, "\t\t%d:%d type %s%s\n", h.Pos.Line, h.Pos.Column, h.Type, paramList(h.TypeParams))
		}
		for _, f := range file.Funcs {
			fmt.Fprintf(b, "\t\t%d:%d %s\n", f.Pos.Line, f.Pos.Column, types.ObjectString(f.Object, types.RelativeTo(pkg.Types)))
			for _, a := range f.Chain {
				fmt.Fprintf(b, "\t\t\t%s\n", a.Text)
			}
			if f.Home != nil {
				fmt.Fprintf(b, "\t\t\tstate in %s of %s\n", f.Home.Type, filepath.Base(f.Home.File.Path))
			}
		}
	}
}

func paramList(params []model.TypeParam) string {
	var names []string
	for _, p := range params {
		names = append(names, p.Name)
	}
	if len(names) == 0 {
		return ""
	}
	return "[" + strings.Join(names, ", ") + "]"
}
