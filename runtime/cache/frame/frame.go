// Package frame wraps encoded values for a store: one byte says how the rest is to
// be read, and long values are compressed with S2. It knows nothing of what the
// values mean, nor of stores.
//
// What is opened is not trusted: the length that compressed bytes claim is
// compared with their own before anything is allocated for it.
package frame

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/klauspost/compress/s2"
)

// The first byte has the version in its upper half, 1, and the compression in the
// lower one.
const (
	plain  = 0x10
	packed = 0x11
)

// MaxRatio is how many times longer than its compressed form a value may be. End
// leaves one that would be shorter still as it is, so that Open can refuse any that
// claims to be.
const MaxRatio = 100

// DefaultSize is the longest value that Open returns unless told otherwise: 512
// MiB.
const DefaultSize = 512 << 20

var (
	// ErrFormat tells bytes that were not written by End of this version, or of
	// none.
	ErrFormat = errors.New("not a stored value of a version that is known")
	// ErrSize tells bytes that claim to be a longer value than is allowed.
	ErrSize = errors.New("the stored value claims to be too long")
)

// Begin appends the first byte to b. The value's bytes come next, and then End:
//
//	start := len(b)
//	b = frame.Begin(b)
//	b, err := codec.Append(b, v)
//	b = frame.End(b, start, 4096)
func Begin(b []byte) []byte { return append(b, plain) }

// End finishes the value that began at b[start:]. If it has more than above bytes,
// it is compressed in place, unless that saves less than an eighth; with above 0
// or less, it never is.
func End(b []byte, start, above int) []byte {
	value := b[start+1:]
	if above <= 0 || len(value) <= above || len(value) > DefaultSize {
		return b
	}
	scratch := scratches.Get().(*[]byte)
	defer release(scratch)
	*scratch = slices.Grow((*scratch)[:0], s2.MaxEncodedLen(len(value)))
	short := s2.EncodeBetter((*scratch)[:cap(*scratch)], value)
	if len(short) > len(value)-len(value)/8 || len(value) > MaxRatio*len(short) {
		return b
	}
	b[start] = packed
	return append(b[:start+1], short...)
}

// keep is the largest scratch buffer that is kept for the next value.
const keep = 1 << 20

var scratches = sync.Pool{New: func() any { return new([]byte) }}

func release(scratch *[]byte) {
	if cap(*scratch) <= keep {
		scratches.Put(scratch)
	}
}

// Open returns the bytes of the value in b. They are a part of b if it is not
// compressed. A value of more than most bytes is an error; 0 stands for
// DefaultSize.
func Open(b []byte, most int) ([]byte, error) {
	if len(b) == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrFormat)
	}
	if most == 0 {
		most = DefaultSize
	}
	switch head, rest := b[0], b[1:]; head {
	case plain:
		if len(rest) > most {
			return nil, fmt.Errorf("%w: %d bytes", ErrSize, len(rest))
		}
		return rest, nil
	case packed:
		return unpack(rest, most)
	default:
		return nil, fmt.Errorf("%w: it begins with 0x%02x", ErrFormat, head)
	}
}

func unpack(short []byte, most int) ([]byte, error) {
	n, err := s2.DecodedLen(short)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if n > most || n > MaxRatio*len(short) {
		return nil, fmt.Errorf("%w: %d bytes, out of %d", ErrSize, n, len(short))
	}
	value, err := s2.Decode(nil, short)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return value, nil
}
