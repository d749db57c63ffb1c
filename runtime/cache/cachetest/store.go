package cachetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
	"github.com/bunsui/bunsui-go/runtime/internal/route"
)

// Store is a store.Store in memory, for tests: as a process sees it that is
// connected to it. Join gives another process's view of the same content. It
// starts no goroutine, follows the time of a testing/synctest bubble, and can be
// told to be slow, to fail and to lose its watchers; such faults are those of one
// view, as a process with a bad connection has them. It is safe for concurrent use.
type Store struct {
	content *content

	// restored is closed when a watcher has been told that the view is connected.
	restored chan struct{}
	once     sync.Once

	mu     sync.Mutex
	faults faults
	calls  map[string]int
}

var _ store.Store = (*Store)(nil)

// faults are what a view was told to do wrong.
type faults struct {
	err         error
	late        error
	methods     []string // that err is about; none means all
	delay       time.Duration
	delayEvents time.Duration
}

// NewStore returns an empty store.
func NewStore() *Store {
	return newView(newContent())
}

// Join returns another view of the same content, as a second process has it, with
// no faults.
func (s *Store) Join() *Store {
	return newView(s.content)
}

func newView(c *content) *Store {
	return &Store{content: c, restored: make(chan struct{}), calls: map[string]int{}}
}

// Connect makes s the store of m, and returns when m hears what others do in it; at once
// if s is disconnected. After m.SetStore, that comes to pass some time after the first
// use of a cache, which then drops what it has in memory, so that a test that counts hits
// would sometimes count one less.
func Connect(t testing.TB, m *cache.Manager, s *Store) {
	t.Helper()
	m.SetStore(s)
	if !s.content.connected(s) || !route.Provided().Watch(m) {
		return
	}
	select {
	case <-s.restored:
	case <-t.Context().Done():
		t.Fatalf("cachetest: the test ended before its store was connected")
	}
}

// Fail makes the methods that it names, such as "Get", return err without doing
// anything; without names, all methods but Watch. A nil err ends that.
func (s *Store) Fail(err error, methods ...string) {
	s.change(func(f *faults) { f.err, f.methods = err, slices.Clone(methods) })
}

// LoseAnswers makes all methods but Watch do what they should and return err all
// the same, as when a connection breaks before the answer is there. A nil err ends
// that.
func (s *Store) LoseAnswers(err error) {
	s.change(func(f *faults) { f.late = err })
}

// Delay makes all methods but Watch take d: half of it before anything is done,
// and half of it after. A call whose context ends in the second half has been done.
func (s *Store) Delay(d time.Duration) {
	s.change(func(f *faults) { f.delay = d })
}

// DelayEvents makes events that happen from now on arrive d later.
func (s *Store) DelayEvents(d time.Duration) {
	s.change(func(f *faults) { f.delayEvents = d })
}

// Disconnect makes the watchers of this view see Lost, and nothing more until
// Reconnect. The other methods go on working.
func (s *Store) Disconnect() { s.content.connect(s, cut) }

// Mute makes the watchers of this view miss everything without being told, like a
// connection that is dead and not yet known to be, until Disconnect or Reconnect.
func (s *Store) Mute() { s.content.connect(s, muted) }

// Reconnect ends what Disconnect and Mute have begun: watchers that were told Lost,
// or should have been, see it and then Restored.
func (s *Store) Reconnect() { s.content.connect(s, connected) }

// Wipe removes all values, leases, versions and rules, as the restart of a server
// that writes nothing to disk. Nobody is told.
func (s *Store) Wipe() { s.content.wipe() }

// Keys returns the keys that have a value, sorted.
func (s *Store) Keys() []string { return s.content.keys() }

// Calls returns how often each method of this view was called, by its name.
func (s *Store) Calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.calls)
}

func (s *Store) change(f func(*faults)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.faults)
}

// do runs op on the content, with the faults that the test has asked for.
func (s *Store) do(ctx context.Context, method string, op func(c *content)) error {
	f := s.enter(method)
	if err := pause(ctx, f.delay/2); err != nil {
		return err
	}
	if f.err != nil && (len(f.methods) == 0 || slices.Contains(f.methods, method)) {
		return f.err
	}
	s.content.locked(op)
	if err := pause(ctx, f.delay-f.delay/2); err != nil {
		return err
	}
	return f.late
}

func (s *Store) enter(method string) faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[method]++
	return s.faults
}

// pause waits for d, at most until ctx ends, and returns its error if it has.
func pause(ctx context.Context, d time.Duration) error {
	if d > 0 && ctx.Err() == nil {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	switch err := ctx.Err(); err {
	case context.DeadlineExceeded:
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	default:
		return err
	}
}
