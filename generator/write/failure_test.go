package write_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/generator/write"
)

// All files that are in the way are named, and nothing has been done.
func TestCompareErrors(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.go", "b.go"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	_, err := write.Compare(files(dir, "a.go", "1", "c.go", "1"), []string{filepath.Join(dir, "b.go")})
	want := "write " + filepath.Join(dir, "a.go") + ": there is a directory of this name\n" +
		"remove " + filepath.Join(dir, "b.go") + ": there is a directory of this name"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// An error while content is being written changes nothing, not even for the files
// before.
func TestApplyWriteError(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.go", "1", "old.go", "1")
	plan := compare(t, append(files(dir, "a.go", "2"), files(filepath.Join(dir, "none"), "b.go", "2")...),
		filepath.Join(dir, "old.go"))
	done, err := plan.Apply(t.Context())
	checkWriteError(t, err, filepath.Join(dir, "none", "b.go"), fs.ErrNotExist)
	if len(done.Written)+len(done.Removed) != 0 {
		t.Errorf("Apply says that it did %v", done)
	}
	checkTree(t, dir, map[string]string{"a.go": "1", "old.go": "1"})
}

// checkWriteError checks that err names the file and not a temporary one.
func checkWriteError(t *testing.T, err error, path string, cause error) {
	t.Helper()
	where, ok := errors.AsType[*fs.PathError](err)
	if !ok || where.Path != path || !errors.Is(err, cause) || strings.Contains(err.Error(), ".tmp") {
		t.Errorf("the error is %q, want one about %s because of %v", err, path, cause)
	}
}

func TestApplyReadOnlyDirectory(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.go", "1")
	plan := compare(t, files(dir, "a.go", "2"))
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	if probe, err := os.Create(filepath.Join(dir, "probe")); err == nil {
		_ = probe.Close()
		t.Skip("permissions do not bind this user")
	}
	_, err := plan.Apply(t.Context())
	checkWriteError(t, err, filepath.Join(dir, "a.go"), fs.ErrPermission)
	checkTree(t, dir, map[string]string{"a.go": "1"})
}

// If a rename fails half way, Done tells what has changed, and no temporary file
// stays.
func TestApplyRenameError(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the rename is tried again for a while there")
	}
	dir := t.TempDir()
	plan := compare(t, files(dir, "a.go", "1", "b.go", "1", "c.go", "1"))
	if err := os.MkdirAll(filepath.Join(dir, "b.go", "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	done, err := plan.Apply(t.Context())
	where, ok := errors.AsType[*fs.PathError](err)
	if !ok || where.Path != filepath.Join(dir, "b.go") {
		t.Errorf("the error is %q, want one about b.go", err)
	}
	if want := []string{filepath.Join(dir, "a.go")}; !slices.Equal(done.Written, want) {
		t.Errorf("done is %v, want %v", done.Written, want)
	}
	checkTree(t, dir, map[string]string{"a.go": "1", "b.go": "directory"})
}

// countdown is a context that ends when it has been asked n times, so that a test
// can end it between any two files.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestApplyCancelled(t *testing.T) {
	for n := range 5 {
		dir := t.TempDir()
		put(t, dir, "a.go", "1", "old.go", "1")
		plan := compare(t, files(dir, "a.go", "2", "b.go", "2", "c.go", "2"), filepath.Join(dir, "old.go"))
		parent, cancel := context.WithCancelCause(t.Context())
		stopped := errors.New("stopped")
		cancel(stopped)
		done, err := plan.Apply(&countdown{parent, n})
		if n < 4 { // once for each file, and once before the first rename
			if !errors.Is(err, stopped) || len(done.Written) > 0 {
				t.Errorf("after %d checks: %v, %v", n, done, err)
			}
			checkTree(t, dir, map[string]string{"a.go": "1", "old.go": "1"})
			continue
		}
		if err != nil || len(done.Written) != 3 {
			t.Errorf("after %d checks: %v, %v", n, done, err)
		}
		checkTree(t, dir, map[string]string{"a.go": "2", "b.go": "2", "c.go": "2"})
	}
}

// What a killed process has left in the way does not matter.
func TestApplyBesideLeftovers(t *testing.T) {
	dir := t.TempDir()
	pid := os.Getpid()
	for i := range 3 {
		put(t, dir, ".bunsui-"+strconv.Itoa(pid)+"-"+strconv.Itoa(i)+".tmp", "left")
	}
	apply(t, compare(t, files(dir, "a.go", "1")))
	if got := tree(t, dir); got["a.go"] != "1" || len(got) != 4 {
		t.Errorf("directory is %v", got)
	}
}

// The longest name that a file system allows leaves no room for a suffix.
func TestApplyLongName(t *testing.T) {
	dir := t.TempDir()
	name := strings.Repeat("n", 252) + ".go"
	if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
		t.Skip(err)
	}
	apply(t, compare(t, files(dir, name, "1")))
	checkTree(t, dir, map[string]string{name: "1"})
}
