// Package stage lets programs start the servers that tests start.
package stage

import (
	"errors"
	"fmt"
	"os"
	"testing"
)

// stage is what servers are started on outside of a test: those methods of a test that
// they use. The others panic.
type stage struct {
	testing.TB
	cleanups []func()
}

// failure is what a stage panics with in place of ending a test.
type failure struct{ error }

// Run calls play with what servers are started on, and then ends them, as a test does. The
// error is that of play, or what ended it in place of a test.
func Run(play func(testing.TB) error) (err error) {
	s := &stage{}
	defer s.clear()
	defer func() {
		if p := recover(); p != nil {
			f, ok := p.(failure)
			if !ok {
				panic(p)
			}
			err = f.error
		}
	}()
	return play(s)
}

// Helper does nothing.
func (s *stage) Helper() {}

// Cleanup arranges for f to be called by clear.
func (s *stage) Cleanup(f func()) { s.cleanups = append(s.cleanups, f) }

// TempDir returns a new folder, which clear removes.
func (s *stage) TempDir() string {
	dir, err := os.MkdirTemp("", "faults-*")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// Errorf prints: it is called when a server does not end as it should.
func (s *stage) Errorf(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// Fatal ends the run with an error.
func (s *stage) Fatal(args ...any) { panic(failure{errors.New(fmt.Sprint(args...))}) }

// Fatalf ends the run with an error.
func (s *stage) Fatalf(format string, args ...any) { panic(failure{fmt.Errorf(format, args...)}) }

// Skipf ends the run with an error: without servers there is nothing to show.
func (s *stage) Skipf(format string, args ...any) { s.Fatalf(format, args...) }

// clear does what a test does when it ends.
func (s *stage) clear() {
	for len(s.cleanups) > 0 {
		f := s.cleanups[len(s.cleanups)-1]
		s.cleanups = s.cleanups[:len(s.cleanups)-1]
		f()
	}
}
