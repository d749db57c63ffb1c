package arch

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMemoryOnlyDeps lists what a program compiles that uses caches in memory, profiles
// and pools, and no adapter: the standard library and this module, so no client of
// Redis or AWS. Module requirements do not matter for this, imports do.
func TestMemoryOnlyDeps(t *testing.T) {
	compiled := list(t, "-deps", "./runtime/cache", "./runtime/profile", "./runtime/pool")
	if len(compiled) < 10 {
		t.Fatalf("go list -deps names %d packages: that cannot be all", len(compiled))
	}
	for _, p := range compiled {
		if !p.Standard && within(p.ImportPath) == "" {
			t.Errorf("a program that only uses runtime/cache, runtime/profile and runtime/pool compiles %s.\nUsers pay for that in build time and binary size: put what needs it into an adapter package\n(such as runtime/cache/rediscache) that only those import who use it.", p.ImportPath)
		}
	}
}

// A modFile is what go mod edit -json says about a go.mod.
type modFile struct {
	Module  struct{ Path string }
	Require []struct {
		Path, Version string
		Indirect      bool
	}
	Replace []struct{ Old, New struct{ Path string } }
	Exclude []struct{ Path, Version string }
	Tool    []struct{ Path string }
}

// readMod reads the go.mod of the module in folder, given from the root.
func readMod(t *testing.T, folder string) modFile {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json")
	cmd.Dir = filepath.Join(root, folder)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s in %s: %v\n%s", cmd, folder, err, stderr(err))
	}
	var mod modFile
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatalf("%s in %s: %v", cmd, folder, err)
	}
	return mod
}

// TestNoReplace keeps replace and exclude directives out of the root go.mod.
func TestNoReplace(t *testing.T) {
	mod := readMod(t, ".")
	if mod.Module.Path != module {
		t.Fatalf("the root module is %s, want %s", mod.Module.Path, module)
	}
	for _, r := range mod.Replace {
		t.Errorf("go.mod replaces %s.\nOnly the main module's replace counts: users would build with other code than we test,\nand go install …@latest refuses such a module. Use a released version.", r.Old.Path)
	}
	for _, e := range mod.Exclude {
		t.Errorf("go.mod excludes %s %s, which has no effect for users.\nRequire a version that works.", e.Path, e.Version)
	}
}

// TestToolsModule keeps the lint tools in a module of their own, pinned, and out
// of the one that users see.
func TestToolsModule(t *testing.T) {
	const folder = "internal/tools"
	tools, users := readMod(t, folder), readMod(t, ".")
	if len(tools.Tool) == 0 {
		t.Errorf("%s/go.mod names no tools: make lint cannot work", folder)
	}
	for _, tool := range tools.Tool {
		if !requires(tools, tool.Path) {
			t.Errorf("%s/go.mod does not require a version of %s.\nRun go get -tool %s@VERSION there.", folder, tool.Path, tool.Path)
		}
		if requires(users, tool.Path) && !strings.HasPrefix(tool.Path, "golang.org/x/tools/") {
			t.Errorf("the root go.mod requires the lint tool %s.\nIt would enter the module graph of every user: it belongs into %s/go.mod.", tool.Path, folder)
		}
	}
	for _, tool := range users.Tool {
		t.Errorf("the root go.mod has the tool %s.\nTools for our own work belong into %s/go.mod.", tool.Path, folder)
	}
}

// requires reports whether mod requires the module that holds a package.
func requires(mod modFile, importPath string) bool {
	for _, r := range mod.Require {
		if below(r.Path, importPath) {
			return true
		}
	}
	return false
}

// TestModules keeps the number of modules small: each is one more thing to
// version, and go test ./... in the root does not see it.
func TestModules(t *testing.T) {
	want := []string{".", "bench", "e2e", "examples", "internal/servers/versitygw", "internal/tools"}
	var got []string
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git"):
			return fs.SkipDir
		case d.Name() == "go.mod":
			folder, err := filepath.Rel(root, filepath.Dir(p))
			got = append(got, filepath.ToSlash(folder))
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("modules are in %q, want %q.\nA new one must be added here and, unless it is measured only, to MODULES in the Makefile.", got, want)
	}
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(makefile), "./go.mod examples/go.mod e2e/go.mod") {
		t.Error("MODULES in the Makefile does not name the modules that hold code")
	}
}
