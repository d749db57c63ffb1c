//go:build linux

package write_test

import (
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/bunsui/bunsui-go/generator/write"
)

// fullDir is the environment variable that makes TestApplyFullDisk the process
// with little room.
const fullDir = "BUNSUI_TEST_FULL_DIR"

// A limit on the size of files fails in the middle of a write, as a full disk does.
// It holds for a whole process, so the test runs itself in another one.
func TestApplyFullDisk(t *testing.T) {
	if dir := os.Getenv(fullDir); dir != "" {
		applyWithLittleRoom(t, dir)
		return
	}
	dir := t.TempDir()
	put(t, dir, "a.go", "old", "old.go", "old")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestApplyFullDisk$")
	cmd.Env = append(os.Environ(), fullDir+"="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	checkTree(t, dir, map[string]string{"a.go": "old", "old.go": "old"})
}

func applyWithLittleRoom(t *testing.T, dir string) {
	signal.Ignore(syscall.SIGXFSZ)
	room := uint64(1000)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: room, Max: room}); err != nil {
		t.Skip(err)
	}
	want := files(dir, "a.go", "new", "b.go", strings.Repeat("x", 2000))
	plan, err := write.Compare(want, []string{filepath.Join(dir, "old.go")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = plan.Apply(t.Context())
	checkWriteError(t, err, filepath.Join(dir, "b.go"), syscall.EFBIG)
	checkTree(t, dir, map[string]string{"a.go": "old", "old.go": "old"})
}
