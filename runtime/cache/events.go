package cache

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// What follows writes debug logs. It is called where no lock is held, since handlers are
// the user's code, and only while eventlog.On. Hits are told of by calls that ask
// route.Active first, so that nobody else pays for it.

// nobody is the context of what is not done for a call with one.
var nobody = context.Background()

// tell writes an event about a key, or about several if it is nil.
func (s *state) tell(ctx context.Context, what string, it *engine.Item, attrs ...slog.Attr) {
	c := s.home
	l := eventlog.For(ctx, c.name)
	if l == nil {
		return
	}
	all := make([]slog.Attr, 0, 3+len(attrs))
	all = append(all, slog.String("cache", c.name))
	// By an interface, since the default manager is made by what may come to be here.
	var manager interface{ Names() []string } = c.manager
	if names := manager.Names(); len(names) > 0 {
		all = append(all, slog.String("manager", names[0]))
	}
	if it != nil {
		all = append(all, l.Key(func() string {
			text, _ := c.text(it)
			return text
		}))
	}
	l.Tell(ctx, what, append(all, attrs...)...)
}

// age returns an attribute with the time since an entry was stored.
func (s *state) age(it *engine.Item) slog.Attr {
	return slog.Duration("age", max(time.Duration(clock.Now()-s.storedAt(it)), 0))
}

// tellHit tells of a call that was answered with an entry, which may be an error.
func (s *state) tellHit(ctx context.Context, it *engine.Item) {
	if !eventlog.On() {
		return
	}
	var kept error
	if s.home.rich != nil {
		kept = metaOf(it).err
	}
	s.tell(ctx, "cache hit", it, s.age(it), eventlog.Error(kept))
}

// tellMiss tells of a call that was not. how may be flight.Joined.
func (s *state) tellMiss(ctx context.Context, it *engine.Item, how flight.How) {
	if !eventlog.On() {
		return
	}
	var joined slog.Attr
	if how == flight.Joined {
		joined = slog.Bool("joined", true)
	}
	s.tell(ctx, "cache miss", it, joined)
}

// tellStale tells of a result that is too old and returned all the same.
func (s *state) tellStale(ctx context.Context, it *engine.Item) {
	if eventlog.On() {
		s.tell(ctx, "cache stale", it, s.age(it))
	}
}

// tellKept tells of what was stored, and of what had to go for it.
func (s *state) tellKept(ctx context.Context, it *engine.Item, from string, fate flight.Fate) {
	if !eventlog.On() {
		return
	}
	if fate.Kept {
		var kept error
		if s.home.rich != nil {
			kept = metaOf(it).err
		}
		s.tell(ctx, "cache store", it, slog.String("source", from), eventlog.Error(kept))
	}
	if fate.Evicted > 0 {
		s.tell(ctx, "cache eviction", nil, slog.Int("entries", fate.Evicted))
	}
}

// tellGone tells of an entry that was invalidated.
func (s *state) tellGone(ctx context.Context, it *engine.Item) {
	if eventlog.On() {
		s.tell(ctx, "cache invalidation", it, slog.Int("entries", 1))
	}
}

// tellCleared tells of a number of them.
func (s *state) tellCleared(ctx context.Context, entries int) {
	if entries > 0 && eventlog.On() {
		s.tell(ctx, "cache invalidation", nil, slog.Int("entries", entries))
	}
}

// tellTags tells of tags that were invalidated, which says nothing of how many entries.
func (s *state) tellTags(ctx context.Context, tags int) {
	if eventlog.On() {
		s.tell(ctx, "cache invalidation", nil, slog.Int("tags", tags))
	}
}

// around has a handler's own call made directly if it would join a load, which may be the
// one that the handler was called in: that would wait for itself.
func around(ctx context.Context, next step) step {
	if how := next.call.How; how != flight.Joined && how != flight.Recursive || !eventlog.Quiet(ctx) {
		return next
	}
	if next.call.How == flight.Joined {
		ended, end := context.WithCancel(nobody)
		end()
		_ = next.call.Wait(ended)
	}
	return step{call: flight.Call{How: flight.Closed}}
}

// limits reports whether a handler's own call has to be made directly because it would
// have to wait for others' loads to end: the handler may be a part of one.
func (s *state) limits(ctx context.Context) bool {
	return eventlog.On() && s.rules.Load().loadLimit() > 0 && eventlog.Quiet(ctx)
}

// begun is when the loads began that are under way and will be told of. They are few, and
// none unless there is a log: flights need no room for it.
var begun struct {
	at sync.Map // time.Time by *flight.Flight
	n  atomic.Int64
}

// Loading counts a call of a loader.
func (s *state) Loading(f *flight.Flight) {
	s.loading(itemOf(f.Subject).Hash)
	if eventlog.On() {
		if _, again := begun.at.Swap(f, time.Now()); !again {
			begun.n.Add(1)
		}
	}
}

// Landed tells of a load, and of what has become of its result.
func (s *state) Landed(f *flight.Flight, fate flight.Fate) {
	if !eventlog.On() && begun.n.Load() == 0 {
		return
	}
	it, from := itemOf(f.Subject), SourceLoaded.String()
	if began, ok := begun.at.LoadAndDelete(f); ok {
		begun.n.Add(-1)
		panicked, err := f.Outcome()
		if panicked != nil {
			err = panicError(panicked)
		}
		s.tellLoad(f, it, began.(time.Time), err)
	} else if far := s.farOf(it); far != nil && far.saved {
		from = SourceSaved.String()
	} else if far != nil && far.stored {
		from = SourceStore.String()
	}
	s.tellKept(f, it, from, fate)
}

// tellLoad tells of a call of a loader.
func (s *state) tellLoad(ctx context.Context, it *engine.Item, began time.Time, err error) {
	s.tell(ctx, "cache load", it, slog.Duration("took", time.Since(began)), eventlog.Error(err))
}

// sourceSet is where what Set stores comes from, and sourceWarmed what Warm does; others
// are a Source.
const (
	sourceSet    = "set"
	sourceWarmed = "warmed"
)
