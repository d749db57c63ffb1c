package pool

import (
	"errors"
	"io"
	"net"
	"os"
)

// Broken tells whether an error means that a connection cannot be used again: it is, or
// wraps, one of package net, an end or a closed end of a stream, or a deadline of I/O
// that has passed within a message. The error of a context alone is none of these. It is
// what With judges by, unless Options.Broken is set.
func Broken(err error) bool {
	for _, target := range []error{
		io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, io.ErrShortWrite, io.ErrNoProgress,
		net.ErrClosed, os.ErrDeadlineExceeded,
	} {
		if errors.Is(err, target) {
			return true
		}
	}
	_, ok := errors.AsType[*net.OpError](err)
	return ok
}
