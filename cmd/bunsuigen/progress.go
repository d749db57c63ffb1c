package main

import (
	"io"
	"os"
	"time"
)

// slow is how long a run may take before somebody who watches wants to know that
// it goes on.
const slow = 2 * time.Second

// noteIfSlow tells a terminal after a while that packages are being loaded. The
// function that it returns ends that.
func (s *session) noteIfSlow() (stop func()) {
	if !isTerminal(s.stderr) {
		return func() {}
	}
	return s.noteAfter(slow)
}

func (s *session) noteAfter(d time.Duration) (stop func()) {
	timer := time.AfterFunc(d, func() { s.complain("loading packages…\n") })
	return func() { timer.Stop() }
}

// isTerminal tells whether w is a terminal, or another device that does not keep
// what is written to it.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
