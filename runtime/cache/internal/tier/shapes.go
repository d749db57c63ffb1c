package tier

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// Pseudo-fingerprints, which escapeFunction never gives: the registry of a function
// is under the first; under the second there is never anything, so that to delete it
// is to say that a text has changed, and nothing else.
const (
	registered = `\shapes`
	told       = `\changed`
)

const (
	// shapesKind stands where values have their Kind.
	shapesKind = 3
	// maxShapes bounds those of one function.
	maxShapes = 64
	// day is how often a shape in use is signed anew, and short how long its values
	// live unless it says otherwise.
	day   = 24 * time.Hour
	short = day
)

// shape is a fingerprint under which a function may have results in the store, until
// a time of day in milliseconds.
type shape struct {
	fingerprint string // as keys have it
	until       int64
}

// shapes are those of a function, sorted. They never change: news make others.
type shapes struct {
	id uint64
	// floor revokes the function's results with a lower epoch: they may be from
	// before the registry was lost, of shapes that nobody knows any more.
	floor uint64
	all   []shape
}

// bytes returns shapes as the store keeps them.
func (s *shapes) bytes() []byte {
	b := binary.BigEndian.AppendUint64([]byte{magic, shapesKind}, s.id)
	b = binary.BigEndian.AppendUint64(b, s.floor)
	for _, one := range s.all {
		b = binary.BigEndian.AppendUint64(b, uint64(one.until))
		b = binary.AppendUvarint(b, uint64(len(one.fingerprint)))
		b = append(b, one.fingerprint...)
	}
	return b
}

// readShapes returns nil for what bytes has not written.
func readShapes(b []byte) *shapes {
	if len(b) < markSize+8 || b[0] != magic || b[1] != shapesKind {
		return nil
	}
	s := &shapes{id: binary.BigEndian.Uint64(b[2:]), floor: binary.BigEndian.Uint64(b[markSize:])}
	for b = b[markSize+8:]; len(b) > 0; {
		if len(b) < 9 {
			return nil
		}
		until := int64(binary.BigEndian.Uint64(b))
		n, size := binary.Uvarint(b[8:])
		if size <= 0 || n > uint64(len(b)-8-size) {
			return nil
		}
		b = b[8+size:]
		s.all = append(s.all, shape{string(b[:n]), until})
		b = b[n:]
	}
	slices.SortFunc(s.all, byFingerprint)
	return s
}

func byFingerprint(a, b shape) int { return strings.Compare(a.fingerprint, b.fingerprint) }

// until returns how long a fingerprint is known for, 0 if it is not.
func (s *shapes) until(fingerprint string) int64 {
	if s == nil {
		return 0
	}
	if i, ok := slices.BinarySearchFunc(s.all, shape{fingerprint: fingerprint}, byFingerprint); ok {
		return s.all[i].until
	}
	return 0
}

// joined returns what either has of what is not over by now.
func (s *shapes) joined(o *shapes, now int64) *shapes {
	if s == nil || o == nil {
		return cmp.Or(s, o)
	}
	next := &shapes{id: o.id, floor: max(s.floor, o.floor)}
	for _, one := range o.all {
		next.add(shape{one.fingerprint, max(one.until, s.until(one.fingerprint))}, now)
	}
	for _, one := range s.all {
		if o.until(one.fingerprint) == 0 {
			next.add(one, now)
		}
	}
	slices.SortFunc(next.all, byFingerprint)
	return next
}

func (s *shapes) add(one shape, now int64) {
	if one.until > now {
		s.all = append(s.all, one)
	}
}

// crowded drops the shapes that end first if there are too many, and says so.
func (s *shapes) crowded() bool {
	if len(s.all) <= maxShapes {
		return false
	}
	slices.SortFunc(s.all, func(a, b shape) int { return cmp.Compare(b.until, a.until) })
	s.all = s.all[:maxShapes/2]
	slices.SortFunc(s.all, byFingerprint)
	return true
}

// lifeOf returns for how long values of a shape live, as its signature says it.
func lifeOf(long bool) time.Duration {
	if long {
		return store.MaxTTL
	}
	return short
}
