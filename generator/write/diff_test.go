package write_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiff(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	put(t, dir, "a.go", "one\ntwo\nthree\n", "sub/old.go", "gone\n", "empty.go", "", "same.go", "same\n")
	plan := compare(t,
		files(dir, "sub/new.go", "fresh\n", "same.go", "same\n", "a.go", "one\n2\nthree\n", "none.go", ""),
		filepath.Join(dir, "sub", "old.go"), filepath.Join(dir, "empty.go"))
	want := `diff a.go a.go
--- a.go
+++ a.go
@@ -1,3 +1,3 @@
 one
-two
+2
 three
diff empty.go /dev/null
--- empty.go
+++ /dev/null
diff /dev/null none.go
--- /dev/null
+++ none.go
diff /dev/null sub/new.go
--- /dev/null
+++ sub/new.go
@@ -0,0 +1,1 @@
+fresh
diff sub/old.go /dev/null
--- sub/old.go
+++ /dev/null
@@ -1,1 +0,0 @@
-gone
`
	if diff := cmp.Diff(want, string(plan.Diff(dir))); diff != "" {
		t.Errorf("diff (-want +got):\n%s", diff)
	}
}

// A path that is not below the directory is shown whole.
func TestDiffElsewhere(t *testing.T) {
	dir := t.TempDir()
	plan := compare(t, files(dir, "a.go", "1\n"))
	name := filepath.ToSlash(filepath.Join(dir, "a.go"))
	want := "diff /dev/null " + name + "\n--- /dev/null\n+++ " + name + "\n@@ -0,0 +1,1 @@\n+1\n"
	if got := string(plan.Diff(t.TempDir())); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestDiffOfNothing(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.go", "1")
	if got := compare(t, files(dir, "a.go", "1")).Diff(dir); len(got) != 0 {
		t.Errorf("got %s", got)
	}
}
