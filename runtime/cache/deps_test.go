package cache_test

import (
	"os/exec"
	"strings"
	"testing"
)

// A program that caches in memory compiles no client of any store, and nothing
// of the generator.
func TestMemoryOnlyDeps(t *testing.T) {
	const module = "github.com/bunsui/bunsui-go/"
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	for _, path := range strings.Fields(string(out)) {
		neutral := path == module+"internal/quantity" || path == module+"internal/suggest" // spell values, name mistakes
		if path != module+"runtime/cache" && path != module+"runtime/cache/store" && !neutral &&
			!strings.HasPrefix(path, module+"runtime/cache/internal/") && !strings.HasPrefix(path, module+"runtime/internal/") {
			t.Errorf("runtime/cache imports %s: only the standard library, the runtime's own and what is neutral are allowed", path)
		}
	}
	if !strings.Contains(string(out), module+"runtime/cache\n") {
		t.Errorf("go list did not list the package itself:\n%s", out)
	}
}
