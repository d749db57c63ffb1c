package write

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/robustio"
)

// Done is what Apply has changed, by path.
type Done struct {
	Written []string
	Removed []string
}

// Apply carries out the plan. If ctx ends, or a file cannot be written, before
// all new content is safely in temporary files, nothing is changed and the error
// is context.Cause(ctx) or an *fs.PathError that names the file. After that point
// ctx is no longer looked at, as what remains is quick and should not be left
// half done; if a rename or a removal fails then, Done tells what has been
// changed all the same. No temporary file is left behind in any of these cases.
//
// A file that is replaced keeps its permissions; a new one gets 0o644 less the
// umask. Apply must not run twice at once for the same files.
func (p Plan) Apply(ctx context.Context) (Done, error) {
	var done Done
	staged, err := p.stage(ctx)
	defer func() {
		for _, s := range staged[len(done.Written):] {
			_ = os.Remove(s.temporary)
		}
	}()
	if err != nil {
		return done, err
	}
	for _, s := range staged {
		// Windows refuses while an editor or a virus scanner has the file open,
		// mostly for moments; robustio tries again.
		if err := robustio.Rename(s.temporary, s.change.target); err != nil {
			return done, pathError("write", s.change.Path, err)
		}
		done.Written = append(done.Written, s.change.Path)
	}
	for _, c := range p.Remove {
		if err := os.Remove(c.target); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return done, pathError("remove", c.Path, err)
		}
		done.Removed = append(done.Removed, c.Path)
	}
	return done, nil
}

// A stagedFile is new content that waits to be renamed.
type stagedFile struct {
	temporary string
	change    Change
}

// stage writes all new content to temporary files. What it returns is to be
// removed also if there is an error.
func (p Plan) stage(ctx context.Context) ([]stagedFile, error) {
	var staged []stagedFile
	for _, c := range p.Write {
		if ctx.Err() != nil {
			return staged, context.Cause(ctx)
		}
		temporary, err := writeTemporary(c)
		if temporary != "" {
			staged = append(staged, stagedFile{temporary, c})
		}
		if err != nil {
			return staged, pathError("write", c.Path, err)
		}
	}
	if ctx.Err() != nil {
		return staged, context.Cause(ctx)
	}
	return staged, nil
}

// writeTemporary writes c's content to a new file in the folder of its target,
// so that a rename does not cross file systems. The name is returned as soon as
// the file exists.
func writeTemporary(c Change) (name string, err error) {
	f, err := createTemporary(filepath.Dir(c.target), c.mode)
	if err != nil {
		return "", err
	}
	_, err = f.Write(c.New)
	if err == nil && c.Old != nil {
		err = f.Chmod(c.mode) // the umask may have taken something away
	}
	return f.Name(), errors.Join(err, f.Close())
}

// createTemporary creates a file that the go command ignores, by its leading dot
// and its ending. The name is short, because that of the target may be as long as
// the file system allows.
func createTemporary(dir string, mode fs.FileMode) (*os.File, error) {
	const tries = 1000 // names may be taken by what a killed process has left
	for i := range tries {
		name := filepath.Join(dir, fmt.Sprintf(".bunsui-%d-%d.tmp", os.Getpid(), i))
		// Whatever the permissions will be, we have to write it.
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode|0o200)
		if err == nil || !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
	return nil, fmt.Errorf("%d temporary files stand there already", tries)
}
