package adopt

import (
	"fmt"
	"go/token"
	"os"
	"path/filepath"

	"github.com/bunsui/bunsui-go/generator"
	"github.com/bunsui/bunsui-go/generator/diag"
)

// A Request says what to adopt or to eject.
type Request struct {
	// Dir is where relative names start; empty means the current directory.
	Dir string
	// Env is the environment of the go command; nil means the process's own.
	Env []string
	// Tags are build tags, separated by commas, as for go build -tags.
	Tags string
	// Names are the functions: GetUser, Store.GetUser, ./store.GetUser or
	// import/path.Store.GetUser. Eject takes package patterns, too.
	Names []string
	// With are the directives for Adopt to write, outermost first, such as
	// "cached ttl=60"; none means "profile".
	With []string
	// KeepGoing plans for the other functions where some are refused.
	KeepGoing bool
	// Force does without what is refused only because it might go wrong: looking
	// up the stack in Adopt, and code that no longer compiles in Eject.
	Force bool
}

// A Plan is what would change. If something is refused and the request is not to
// keep going, or if there are problems, the plan changes nothing.
type Plan struct {
	// Functions are those that are adopted or ejected, by place.
	Functions []Function
	// Sources are the files of the user's that change, by path.
	Sources []Source
	// Outputs are all generated files of the packages concerned, and Stale are
	// those to remove, by path.
	Outputs []generator.Output
	Stale   []string
	// Refused says which functions cannot be done, and why. Where a name means
	// no function, there is no place.
	Refused diag.List
	// Problems are errors in directives that stand in the packages already.
	Problems diag.List
	// Warnings are lines to print that stop nothing.
	Warnings []string
}

// A Source is a file before and after.
type Source struct {
	Path     string
	Old, New []byte
}

// A Function is one that is adopted or ejected.
type Function struct {
	// Package is the import path.
	Package string
	// Pos is the place of its name before the change.
	Pos token.Position
	// From and To are its names before and after, as Type.Func for a method.
	From, To string
	// Recursive tells that an adopted function calls itself by name, and so
	// through the wrapper.
	Recursive bool
}

// A UsageError tells that a request makes no sense whatever the code is.
type UsageError struct{ Message string }

func (e *UsageError) Error() string { return e.Message }

func usage(format string, args ...any) error {
	return &UsageError{fmt.Sprintf(format, args...)}
}

// prepared fills in the defaults of a request.
func (r Request) prepared() (Request, error) {
	dir, err := filepath.Abs(r.Dir)
	if err != nil {
		return r, err
	}
	r.Dir = dir
	if r.Env == nil {
		r.Env = os.Environ()
	}
	if len(r.With) == 0 {
		r.With = []string{"profile"}
	}
	return r, nil
}

// rename replaces the last part of a symbol.
func rename(symbol, name string) string {
	for i := len(symbol) - 1; i >= 0; i-- {
		if symbol[i] == '.' {
			return symbol[:i+1] + name
		}
	}
	return name
}
