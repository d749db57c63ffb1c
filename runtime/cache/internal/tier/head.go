package tier

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// Kind says what a value in the store stands for.
type Kind byte

// The kinds of values.
const (
	// Present: a result follows the head.
	Present Kind = 1
	// Absent: the source was asked and has nothing.
	Absent Kind = 2
)

// The head of a value in the store, numbers with the highest byte first:
//
//	magic and version 1, kind 1, id 8, stored at (Unix, ms) 8, own ttl (ms) 8,
//	epoch 8, load time (ms) 4, number of tags 1, version of each tag 8
//
// The id is there to tell two values of a key apart by their first bytes.
const (
	magic    = 0xb1
	markSize = 10
	headSize = 39
	// MaxTags is the number of tags that a value in the store may have.
	MaxTags = 255
)

// Head is what the store knows of a value.
type Head struct {
	Kind Kind
	// ID differs between any two values. It is never 0.
	ID uint64
	// Age is the time since the value was stored, 0 if that lies in the future.
	Age time.Duration
	// TTL is the value's own time to live, 0 if the cache's holds.
	TTL time.Duration
	// Load is how long it took to load the value, 0 if that is not known.
	Load time.Duration
	// Epoch says which revocations the value is younger than.
	Epoch uint64
}

// Room returns the beginning of a value in the store with a number of tags, to which
// the bytes of a result are appended.
func Room(tags int) []byte {
	n := headSize + 8*min(tags, MaxTags)
	return make([]byte, n, n+128)
}

// writeHead fills the room at the beginning of b.
func writeHead(b []byte, h Head, versions []uint64, now time.Time) {
	b[0], b[1] = magic, byte(h.Kind)
	order := binary.BigEndian
	order.PutUint64(b[2:], h.ID)
	order.PutUint64(b[10:], uint64(now.UnixMilli()))
	order.PutUint64(b[18:], millis(h.TTL))
	order.PutUint64(b[26:], h.Epoch)
	order.PutUint32(b[34:], uint32(min(millis(h.Load), math.MaxUint32)))
	b[38] = byte(len(versions))
	for i, v := range versions {
		order.PutUint64(b[headSize+8*i:], v)
	}
}

// millis rounds up, so that a short time does not become none.
func millis(d time.Duration) uint64 {
	if d <= 0 {
		return 0
	}
	n := uint64(d / time.Millisecond)
	if d%time.Millisecond > 0 {
		n++
	}
	return n
}

// readHead returns the head of a value, the bytes of the versions of its tags, and
// the result. ok is false for what writeHead has not written.
func readHead(b []byte, now time.Time) (h Head, versions, rest []byte, ok bool) {
	if len(b) < headSize || b[0] != magic {
		return Head{}, nil, nil, false
	}
	tags := headSize + 8*int(b[38])
	if len(b) < tags {
		return Head{}, nil, nil, false
	}
	order := binary.BigEndian
	h = Head{
		Kind:  Kind(b[1]),
		ID:    order.Uint64(b[2:]),
		Age:   age(order.Uint64(b[10:]), now),
		TTL:   span(order.Uint64(b[18:])),
		Epoch: order.Uint64(b[26:]),
		Load:  span(uint64(order.Uint32(b[34:]))),
	}
	ok = h.ID != 0 && (h.Kind == Present || h.Kind == Absent)
	return h, b[headSize:tags], b[tags:], ok
}

// age returns the time since a number of milliseconds after 1970.
func age(stored uint64, now time.Time) time.Duration {
	at := uint64(max(now.UnixMilli(), 0))
	if stored >= at {
		return 0
	}
	return span(at - stored)
}

// span returns a number of milliseconds as a duration, at most the longest.
func span(ms uint64) time.Duration {
	if ms > uint64(math.MaxInt64/time.Millisecond) {
		return math.MaxInt64
	}
	return time.Duration(ms) * time.Millisecond
}

// current reports whether a value has the versions that its tags have now.
func current(written []byte, versions []uint64) bool {
	if len(written) != 8*len(versions) {
		return false
	}
	for i, v := range versions {
		if binary.BigEndian.Uint64(written[8*i:]) != v {
			return false
		}
	}
	return true
}

// mark returns what a value begins with, and no other.
func mark(b []byte) []byte { return b[:min(len(b), markSize)] }

func newID() uint64 {
	for {
		if id := rand.Uint64(); id != 0 {
			return id
		}
	}
}

// Lifetime returns how long the store should keep a value that is good for ttl, and of
// use for stale beyond that: at least a millisecond and at most store.MaxTTL.
func Lifetime(ttl, stale time.Duration) time.Duration {
	ttl, stale = max(ttl, time.Millisecond), max(stale, 0)
	if ttl > store.MaxTTL-min(stale, store.MaxTTL) {
		return store.MaxTTL
	}
	return ttl + stale
}
