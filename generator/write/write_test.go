package write_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bunsui/bunsui-go/generator/write"
)

var past = time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)

// put writes files, given as name and content in turn, and makes them look old.
func put(t *testing.T, dir string, files ...string) {
	t.Helper()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(dir, files[i])
		if err := os.WriteFile(path, []byte(files[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, past, past); err != nil {
			t.Fatal(err)
		}
	}
}

// tree returns the content of everything in dir, temporary files included.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for _, entry := range entries {
		content := []byte("directory")
		if !entry.IsDir() {
			if content, err = os.ReadFile(filepath.Join(dir, entry.Name())); err != nil {
				content = []byte("dangling")
			}
		}
		files[entry.Name()] = string(content)
	}
	return files
}

func checkTree(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
		t.Errorf("directory (-want +got):\n%s", diff)
	}
}

// files returns what should be in dir, given as name and content in turn.
func files(dir string, namesAndContents ...string) []write.File {
	var want []write.File
	for i := 0; i < len(namesAndContents); i += 2 {
		want = append(want, write.File{
			Path: filepath.Join(dir, namesAndContents[i]), Content: []byte(namesAndContents[i+1]),
		})
	}
	return want
}

func compare(t *testing.T, want []write.File, stale ...string) write.Plan {
	t.Helper()
	plan, err := write.Compare(want, stale)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func apply(t *testing.T, plan write.Plan) write.Done {
	t.Helper()
	done, err := plan.Apply(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func TestCompareChangesNothing(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "same.go", "1", "other.go", "1", "old.go", "1")
	before := tree(t, dir)
	plan := compare(t, files(dir, "same.go", "1", "other.go", "2", "new.go", "1"),
		filepath.Join(dir, "old.go"), filepath.Join(dir, "gone.go"))
	checkTree(t, dir, before)
	if plan.Empty() {
		t.Error("the plan is empty")
	}
	var got []string
	for _, c := range plan.Changes() {
		got = append(got, filepath.Base(c.Path)+" "+string(c.Old)+">"+string(c.New))
	}
	if want := []string{"new.go >1", "old.go 1>", "other.go 1>2"}; !slices.Equal(got, want) {
		t.Errorf("changes are %q, want %q", got, want)
	}
	if want := []string{filepath.Join(dir, "same.go")}; !slices.Equal(plan.Unchanged, want) {
		t.Errorf("unchanged are %q, want %q", plan.Unchanged, want)
	}
}

func TestApply(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "same.go", "1", "other.go", "1", "old.go", "1")
	want := files(dir, "same.go", "1", "other.go", "2", "new.go", "", "a.go", "1")
	plan := compare(t, want, filepath.Join(dir, "old.go"))
	done := apply(t, plan)
	checkTree(t, dir, map[string]string{"same.go": "1", "other.go": "2", "new.go": "", "a.go": "1"})
	wantDone := write.Done{
		Written: []string{filepath.Join(dir, "a.go"), filepath.Join(dir, "new.go"), filepath.Join(dir, "other.go")},
		Removed: []string{filepath.Join(dir, "old.go")},
	}
	if diff := cmp.Diff(wantDone, done); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
	info, err := os.Stat(filepath.Join(dir, "same.go"))
	if err != nil || !info.ModTime().Equal(past) {
		t.Errorf("same.go was touched: %v %v", info.ModTime(), err)
	}
	if again := compare(t, want, filepath.Join(dir, "old.go")); !again.Empty() {
		t.Errorf("after Apply there is still something to do: %v", again.Changes())
	}
}

// An existing file is replaced and not written over, so that who has it open or
// linked sees a whole one.
func TestApplyReplaces(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.go", "old content")
	open, err := os.Open(filepath.Join(dir, "a.go"))
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	if runtime.GOOS == "windows" {
		open.Close() // an open file cannot be replaced there
	}
	apply(t, compare(t, files(dir, "a.go", "new")))
	if runtime.GOOS == "windows" {
		return
	}
	var seen bytes.Buffer
	if _, err := seen.ReadFrom(open); err != nil || seen.String() != "old content" {
		t.Errorf("the open file reads %q, %v", seen.String(), err)
	}
}

func TestApplyKeepsPermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such permissions on Windows")
	}
	dir := t.TempDir()
	put(t, dir, "private.go", "1", "fixed.go", "1", "group.go", "1")
	modes := map[string]fs.FileMode{"private.go": 0o600, "fixed.go": 0o444, "group.go": 0o666}
	for name, mode := range modes {
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	apply(t, compare(t, files(dir, "private.go", "2", "fixed.go", "2", "group.go", "2", "new.go", "2")))
	modes["new.go"] = 0o644
	for name, mode := range modes {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		// A new file's permissions are subject to the umask, whatever it is here.
		if got := info.Mode().Perm(); got != mode && (name != "new.go" || got&^mode != 0) {
			t.Errorf("%s has permissions %v, want %v", name, got, mode)
		}
	}
}

func TestSymlinks(t *testing.T) {
	dir := t.TempDir()
	real := t.TempDir()
	put(t, real, "a.go", "1", "b.go", "1")
	for name, to := range map[string]string{"a.go": "a.go", "b.go": "b.go", "lost.go": "none.go"} {
		if err := os.Symlink(filepath.Join(real, to), filepath.Join(dir, name)); err != nil {
			t.Skip(err)
		}
	}
	if _, err := write.Compare(files(dir, "lost.go", "1"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a link to nothing gives %v", err)
	}
	apply(t, compare(t, files(dir, "a.go", "2"), filepath.Join(dir, "b.go"), filepath.Join(dir, "lost.go")))
	checkTree(t, dir, map[string]string{"a.go": "2"})
	checkTree(t, real, map[string]string{"a.go": "2", "b.go": "1"})
	if info, err := os.Lstat(filepath.Join(dir, "a.go")); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("a.go is no link any more: %v %v", info, err)
	}
}

// Git may convert line endings, and a check must not fail because of that.
func TestCompareLineEndings(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "crlf.go", "1\r\n2\r\n", "lf.go", "1\n2\n", "cr.go", "1\r2\n")
	plan := compare(t, files(dir, "crlf.go", "1\n2\n", "lf.go", "1\r\n2\r\n", "cr.go", "12\n"))
	if len(plan.Unchanged) != 2 || len(plan.Write) != 1 {
		t.Errorf("unchanged are %q, to be written %d files", plan.Unchanged, len(plan.Write))
	}
}
