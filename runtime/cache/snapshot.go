package cache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

var (
	// ErrNoCodec is wrapped by the errors of SaveTo and LoadFrom for a cache that was
	// made without Codec or without KeyText.
	ErrNoCodec = errors.New("the cache has no Codec, or no KeyText")
	// ErrOtherSnapshot is wrapped by the error of LoadFrom for what SaveTo has written
	// for another cache, for results or keys of another shape, or in a later version of
	// the format.
	ErrOtherSnapshot = errors.New("the snapshot is of something else")
	// ErrDamagedSnapshot is wrapped by the error of LoadFrom for what SaveTo has not
	// written, or not to its end.
	ErrDamagedSnapshot = errors.New("the snapshot is damaged")
)

// SaveTo writes the results that are in memory, and those that LoadFrom has read and
// nobody has asked for yet, for LoadFrom of a later process, and returns how many it
// has written. The cache needs Codec and KeyText, else the error wraps ErrNoCodec.
//
// Not written are results that are too old, also those that Options.Stale would still
// allow, errors, results with tags, since they may be invalidated while no process of
// ours hears of it, and results that the codec cannot write, which are logged. What is
// changed meanwhile is written as it was or as it is.
//
// It calls w.Write with some 64 kB at a time, and does not close w. What it wrote before
// an error, that of w or of ctx, is not a whole snapshot. Who replaces a file should
// write another one and rename it: see the example.
func (c *Cache[K, V]) SaveTo(ctx context.Context, w io.Writer) (n int, err error) {
	return c.core.saveTo(ctx, w)
}

// LoadFrom reads what SaveTo has written, and returns how many results it has taken. It
// takes the place of nothing that is kept, loaded or changed since it was called. Call
// it before the cache is used: what is older than a change that was made before is not
// known to be.
//
// What it has read waits as bytes until its key is asked for: then a load takes it in
// place of calling the function, counted as a miss, and as one of Stats.DecodeErrors if
// the codec cannot read it. Until then it is bounded by MaxEntries and MaxBytes, and by
// the manager's MaxBytes as far as that has room when it is read; it is not in Stats.Size,
// All or Peek. It goes when its key is set, removed or loaded anew, when it is too old,
// and when the cache is cleared, turned off or closed. Results keep their age, by the
// clocks of day of both processes: never less than 0.
//
// Nothing is taken if the cache has a store that it uses: the store has outlived the
// process, and knows what others have changed meanwhile. Nor are results used that have
// tags by now.
//
// It reads no more of r than SaveTo has written, in small pieces, so that r may have
// several snapshots, and should be a bufio.Reader if it is a file. The error wraps ErrNoCodec,
// ErrOtherSnapshot, ErrDamagedSnapshot, or is that of r or of ctx. With the first two,
// nothing was taken; otherwise what came before was, each result having a checksum of
// its own. That finds accidents and not forgeries: r must be as trustworthy as the
// program.
func (c *Cache[K, V]) LoadFrom(ctx context.Context, r io.Reader) (n int, err error) {
	return c.core.loadFrom(ctx, r)
}

// carried returns the state of a cache that can be saved.
func (c *core) carried(ctx context.Context) (*state, error) {
	if c.rich == nil || c.rich.carrier == nil {
		return nil, ErrNoCodec
	}
	at, _ := c.at(ctx)
	return at.started(), nil
}

func (c *core) saveTo(ctx context.Context, w io.Writer) (n int, err error) {
	s, err := c.carried(ctx)
	if err == nil {
		n, err = s.save(ctx, w)
	}
	if err != nil {
		return n, fmt.Errorf("cache: save %s: %w", c.name, err)
	}
	return n, nil
}

func (c *core) loadFrom(ctx context.Context, r io.Reader) (n int, err error) {
	s, err := c.carried(ctx)
	if err == nil {
		n, err = s.restore(ctx, r)
	}
	if err != nil {
		return n, fmt.Errorf("cache: load %s: %w", c.name, err)
	}
	return n, nil
}

func (s *state) save(ctx context.Context, to io.Writer) (n int, err error) {
	w := &snapshotWriter{to: to, zero: time.Now().UnixNano() - clock.Exact()}
	w.head(s.home.name, s.home.rich.carrier.fingerprint())
	add := func(text string, r record) bool {
		if err = ended(ctx); err != nil {
			return false
		}
		if w.record(text, r) {
			n++
		}
		return w.err == nil
	}
	// What waits comes first: a record that a load takes meanwhile is in the table
	// afterwards.
	if in := s.intake.Load(); in != nil {
		for text, r := range in.stock.all(s.rules.Load()) {
			if !add(text, r) {
				break
			}
		}
	}
	s.table.Each(func(it *engine.Item) bool {
		if err != nil || w.err != nil {
			return false
		}
		text, r, ok := s.recorded(it, &w.result)
		return !ok || add(text, r)
	})
	if err != nil {
		return n, err
	}
	return n, w.end(n)
}

// recorded returns the record of an entry, and false if there is to be none.
func (s *state) recorded(it *engine.Item, buffer *[]byte) (text string, r record, ok bool) {
	m := metaOf(it)
	if v, _ := s.rules.Load().assess(it); v != usable || m.far != nil && len(m.far.names()) > 0 {
		return "", r, false
	}
	b, err := s.home.rich.carrier.written((*buffer)[:0], it)
	if err != nil {
		s.home.manager.warn(&s.home.entry.unwritten, "a result cannot be written, and is not saved",
			"cache", s.home.name, "error", err)
		return "", r, false
	}
	*buffer = b
	text, _ = s.home.text(it)
	return text, record{stored: m.stored, ttl: m.ttl, took: m.took, bytes: b}, true
}

func (s *state) restore(ctx context.Context, from io.Reader) (n int, err error) {
	in := s.intaken()
	f, lift := in.fence()
	defer lift()
	// Looked at behind the fence: who turns the cache off now takes away what comes.
	idle := s.rules.Load().off || s.home.manager.closed.Load() || s.member() != nil
	most, kept := s.roomLeft(), s.texts()
	defer func() { in.stock.arrange(s.rules.Load()) }()

	r := &snapshotReader{from: from, zero: time.Now().UnixNano() - clock.Exact()}
	if err := r.head(s.home.name, s.home.rich.carrier.fingerprint()); err != nil {
		return 0, err
	}
	for {
		if err := ended(ctx); err != nil {
			return n, err
		}
		text, rec, err := r.record()
		if err != nil {
			return n, err
		}
		if rec.bytes == nil {
			return n, nil
		}
		if _, known := kept[text]; known || idle || rec.end(s.rules.Load()) <= clock.Exact() {
			continue
		}
		if in.stock.put(text, rec, most, f) {
			n++
		}
	}
}

// roomLeft returns how much may wait.
func (s *state) roomLeft() room {
	r, b := s.rules.Load(), &s.home.manager.budget
	left := room{records: -1, weight: math.MaxInt64}
	if r.MaxEntries >= 0 {
		left.records = max(r.MaxEntries-s.table.Len(), 0)
	}
	if r.MaxBytes > 0 {
		left.weight = max(r.MaxBytes-s.home.counters.ledger.Held.Load(), 0)
	}
	if limit := b.limit.Load(); limit > 0 {
		left.weight = min(left.weight, max(limit-b.held.Load(), 0))
	}
	return left
}

// texts returns those of the keys that are kept.
func (s *state) texts() map[string]struct{} {
	known := make(map[string]struct{}, s.table.Len())
	s.table.Each(func(it *engine.Item) bool {
		text, _ := s.home.text(it)
		known[text] = struct{}{}
		return true
	})
	return known
}

// ended returns why a context has ended, or nil.
func ended(ctx context.Context) error {
	if ctx.Err() != nil {
		return flight.Why(ctx)
	}
	return nil
}
