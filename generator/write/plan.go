package write

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// newMode is the permission of files that did not exist, before the umask.
const newMode fs.FileMode = 0o644

// A File is a file as it should be.
type File struct {
	// Path is absolute, or relative to the process's current directory.
	Path    string
	Content []byte
}

// A Plan is what has to change on disk. Its lists are ordered by path.
type Plan struct {
	// Write are the files to create or to replace.
	Write []Change
	// Remove are the files to remove.
	Remove []Change
	// Unchanged are the paths of the files that are as they should be.
	Unchanged []string
}

// A Change is what happens to one file.
type Change struct {
	Path string
	// Old is what stands there now; nil if there is no such file.
	Old []byte
	// New is what will stand there; nil if the file is to be removed.
	New []byte

	// target is Path, or the file that Path is a symbolic link to.
	target string
	// mode is the permission of the existing file.
	mode fs.FileMode
}

// Compare makes the plan that leaves the files of want as they should be and
// those of stale removed. Stale files that do not exist are left out. It only
// reads. Files that differ only in their line endings, which git may convert, are
// as they should be. The error names every file that cannot be read or replaced: a
// directory, a device, or a symbolic link that leads nowhere.
func Compare(want []File, stale []string) (Plan, error) {
	var plan Plan
	var failed []error
	for _, f := range want {
		change, err := compare(f)
		switch {
		case err != nil:
			failed = append(failed, err)
		case change.Old != nil && sameText(change.Old, change.New):
			plan.Unchanged = append(plan.Unchanged, change.Path)
		default:
			plan.Write = append(plan.Write, change)
		}
	}
	for _, path := range stale {
		change, found, err := removal(path)
		if err != nil {
			failed = append(failed, err)
		} else if found {
			plan.Remove = append(plan.Remove, change)
		}
	}
	byPath := func(a, b Change) int { return strings.Compare(a.Path, b.Path) }
	slices.SortFunc(plan.Write, byPath)
	slices.SortFunc(plan.Remove, byPath)
	slices.Sort(plan.Unchanged)
	return plan, errors.Join(failed...)
}

// Empty tells whether there is nothing to do.
func (p Plan) Empty() bool { return len(p.Write)+len(p.Remove) == 0 }

// Changes returns all changes by path.
func (p Plan) Changes() []Change {
	all := slices.Concat(p.Write, p.Remove)
	slices.SortFunc(all, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// compare finds out what stands at the path of f. A symbolic link is followed, as
// an editor would do: replacing the link would tear the two files apart.
func compare(f File) (Change, error) {
	change := Change{Path: f.Path, New: f.Content, target: f.Path, mode: newMode}
	if change.New == nil {
		change.New = []byte{} // nil stands for a removal
	}
	info, err := os.Lstat(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return change, nil
	}
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if change.target, err = filepath.EvalSymlinks(f.Path); err == nil {
			info, err = os.Stat(change.target)
		}
	}
	if err != nil {
		return change, pathError("read", f.Path, err)
	}
	if !info.Mode().IsRegular() { // and reading a pipe would block
		return change, pathError("write", f.Path, fmt.Errorf("there is %s of this name", describe(info.Mode())))
	}
	change.mode = info.Mode().Perm()
	change.Old, err = os.ReadFile(change.target)
	return change, pathError("read", f.Path, err)
}

// sameText compares without regard to line endings.
func sameText(a, b []byte) bool {
	return bytes.Equal(a, b) || bytes.Equal(toLF(a), toLF(b))
}

func toLF(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) }

// removal finds out what would be removed. Of a symbolic link, that is the link.
func removal(path string) (change Change, found bool, err error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return change, false, nil
	}
	change = Change{Path: path, Old: []byte{}, target: path}
	if err == nil && info.IsDir() {
		err = errors.New("there is a directory of this name")
	}
	if err == nil {
		if info, statErr := os.Stat(path); statErr == nil && info.Mode().IsRegular() {
			change.Old, err = os.ReadFile(path)
		}
	}
	return change, err == nil, pathError("remove", path, err)
}

func describe(mode fs.FileMode) string {
	if mode.IsDir() {
		return "a directory"
	}
	return "something that is no regular file"
}

// pathError says that op failed for path, and why, without the names of temporary
// files that err may carry. It returns nil if err is nil.
func pathError(op, path string, err error) error {
	if err == nil {
		return nil
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		err = link.Err
	} else if inner, ok := errors.AsType[*fs.PathError](err); ok {
		err = inner.Err
	}
	return &fs.PathError{Op: op, Path: path, Err: err}
}
