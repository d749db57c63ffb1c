package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/bunsui/bunsui-go/generator/diag"
)

// The exit codes, which scripts rely on.
const (
	exitFine   = 0
	exitFailed = 1 // errors in the user's code, stale files under -check, interruption
	exitUsage  = 2
)

// A session is one run of the command: where it stands and whom it talks to. It
// uses nothing of the process beside that, so that tests can run several at once.
type session struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	// dir is the absolute directory in which patterns and printed paths start.
	dir string
	// env is the environment of the go command.
	env []string
}

// errReported is the error of a command that has told all already.
var errReported = errors.New("reported")

// A usageError is a command line that makes no sense.
type usageError struct {
	message string
	// command is the one to ask for help about; empty for bunsuigen itself.
	command string
}

func (e *usageError) Error() string { return e.message }

// run carries out a command line, without the program's name, and returns the
// exit code.
func (s *session) run(ctx context.Context, args []string) int {
	err := s.dispatch(ctx, args)
	if usage, ok := errors.AsType[*usageError](err); ok {
		help := strings.TrimSpace("bunsuigen help " + usage.command)
		s.complain("bunsuigen: %s\nrun %q for usage\n", usage.message, help)
		return exitUsage
	}
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errReported):
	case ctx.Err() != nil: // whatever the error is that it led to
		s.complain("bunsuigen: interrupted; nothing was written\n")
	default:
		s.complain("bunsuigen: %s\n", s.describe(err))
	}
	return exitFailed
}

// complain prints to standard error. Nobody is left to tell if that fails.
func (s *session) complain(format string, args ...any) {
	_, _ = fmt.Fprintf(s.stderr, format, args...)
}

// print prints what the user asked for.
func (s *session) print(text string) error {
	_, err := io.WriteString(s.stdout, text)
	return err
}

// path returns path as the user would write it.
func (s *session) path(path string) string { return diag.RelativePath(s.dir, path) }

// describe returns err's message with paths as the user would write them.
func (s *session) describe(err error) string {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		var lines []string
		for _, e := range several.Unwrap() {
			lines = append(lines, s.describe(e))
		}
		return strings.Join(lines, "\n")
	}
	if e, ok := err.(*fs.PathError); ok { //nolint:errorlint // what wraps it says more
		return fmt.Sprintf("%s %s: %v", e.Op, s.path(e.Path), e.Err)
	}
	return strings.ReplaceAll(err.Error(), s.dir+string(filepath.Separator), "")
}

// count returns "1 file" or "3 files".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
