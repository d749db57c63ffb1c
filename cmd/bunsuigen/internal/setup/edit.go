package setup

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/bunsui/bunsui-go/generator/write"
)

// errReadOnly is the reason why a file is left alone that could be replaced, as
// its folder can be written, but that somebody has protected.
var errReadOnly = errors.New("the file is read-only")

// readFile returns the content of a file, and nil if there is none.
func readFile(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return content, err
}

// save puts content in place of the file, or makes it, unless this is a dry run. The file
// is never seen half written.
func (s *setup) save(ctx context.Context, path string, content []byte) error {
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o200 == 0 {
		return &fs.PathError{Op: "write", Path: s.Show(path), Err: errReadOnly}
	}
	if s.Dry {
		return nil
	}
	plan, err := write.Compare([]write.File{{Path: path, Content: content}}, nil)
	if err == nil {
		_, err = plan.Apply(ctx)
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return &fs.PathError{Op: e.Op, Path: s.Show(e.Path), Err: e.Err}
	}
	return err
}

// lineEnd returns how the lines of a text end.
func lineEnd(text []byte) string {
	if line, _, found := bytes.Cut(text, []byte("\n")); found && bytes.HasSuffix(line, []byte("\r")) {
		return "\r\n"
	}
	return "\n"
}

// appendLines adds lines to the end of a text, whose last line may lack its end.
func appendLines(text []byte, lines ...string) []byte {
	end := lineEnd(text)
	text = bytes.Clone(text)
	if len(text) > 0 && !bytes.HasSuffix(text, []byte("\n")) {
		text = append(text, end...)
	}
	for _, line := range lines {
		text = append(text, line+end...)
	}
	return text
}
