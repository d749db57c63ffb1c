package tier

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// Config says what a link connects. Store is required.
type Config struct {
	Store store.Store
	// Timeout bounds each operation on the store; 0 means half a second.
	Timeout time.Duration
	// Prompt says that the store's operations never go on for long when their context has
	// ended, whatever the network does. They then run in their caller's goroutine, which
	// saves a few microseconds each. Otherwise each has a goroutine of its own, and one
	// that does not return keeps nobody.
	Prompt bool
	// Lease is how long the right to load lasts after its holder's death; 0 means
	// three seconds.
	Lease time.Duration
	// MaxWait bounds the time that a look-up waits for the load of another process; 0
	// means ten times Lease.
	MaxWait time.Duration
	// Logger is asked for a logger when there is something to log; nil means
	// slog.Default.
	Logger func() *slog.Logger
	// Bumped is told of the tags that have new versions; nil means nobody. As the
	// methods of Cache it is called in turn with other news, and must be quick.
	Bumped func(tags []string)
}

// Cache is what a link tells of changes that others made, and asks about values. Its
// methods may be called by several goroutines and, but for Judge, must be quick and
// call nothing of the link.
type Cache interface {
	// Judge says what a value is good for that the store regards as valid.
	Judge(Head) Verdict
	// Changed: the value of a key was replaced or removed. Its load that is under way
	// must not be kept.
	Changed(text string)
	// Revoked: what Matches the rule and was loaded before must not be used.
	Revoked(store.Rule)
	// Drop: nothing that was kept or is being loaded may be kept.
	Drop()
}

// Verdict is what a value is good for.
type Verdict int

// The verdicts.
const (
	// Useless values are loaded anew.
	Useless Verdict = iota
	// Stale ones too, but may be used if that fails.
	Stale
	// Fresh ones are used.
	Fresh
)

// Link connects the caches of one manager to a store. It is safe for concurrent
// use. It has no goroutine before it is used. A store value must not serve two links:
// they would not hear of each other's changes of single keys.
type Link struct {
	config   Config
	breakers [classes]breaker
	slots    chan struct{}
	// closing is taken by one call of Close at a time: two would take the slots from
	// each other.
	closing chan struct{}
	counts  counts
	rules   knowledge
	debts   debts
	waiters waiters

	members memberTable
	// settled says that the caches have dropped what is older than what is heard.
	settled atomic.Bool

	mu      sync.Mutex
	started bool
	closed  atomic.Bool
	// life ends with the link.
	life  context.Context
	end   context.CancelFunc
	loops sync.WaitGroup

	logging  sync.Mutex
	logged   time.Time
	unlogged int
}

// New returns a link to c.Store, which it does not use yet.
func New(c Config) *Link {
	c.Timeout = cmp.Or(c.Timeout, 500*time.Millisecond)
	c.Lease = cmp.Or(c.Lease, 3*time.Second)
	c.MaxWait = cmp.Or(c.MaxWait, 10*c.Lease)
	l := &Link{config: c, slots: make(chan struct{}, maxOps), closing: make(chan struct{}, 1)}
	l.life, l.end = context.WithCancel(context.Background())
	l.rules.init()
	l.debts.init()
	l.waiters.init()
	return l
}

// use begins to watch the store at the first call. It returns false if the link is
// closed.
func (l *Link) use() bool {
	if l.rules.watching.Load() {
		return !l.closed.Load()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed.Load() {
		return false
	}
	if !l.started {
		l.started = true
		l.loops.Add(1)
		go l.watch()
		l.rules.watching.Store(true)
	}
	return true
}

// Begin begins to watch the store before anything is looked up in it. It reports whether
// the store is watched.
func (l *Link) Begin() bool { return l.use() }

// Close ends what the link does. Changes that are still owed are tried once more. It
// returns when nothing of the link runs any more, or with an error when ctx ends or the
// store has not returned from an operation within twice the time bound.
func (l *Link) Close(ctx context.Context) error {
	l.mu.Lock()
	l.closed.Store(true)
	l.end()
	l.mu.Unlock()
	bound, cancel := context.WithTimeout(ctx, 2*l.config.Timeout)
	defer cancel()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.loops.Wait()
	}()
	select {
	case <-ended:
	case <-bound.Done():
		return l.unfinished(ctx)
	}
	select {
	case l.closing <- struct{}{}:
		defer func() { <-l.closing }()
	case <-bound.Done():
		return l.unfinished(ctx)
	}
	for range cap(l.slots) { // who has them all has waited for all operations
		if !l.takeSlot(bound) {
			return l.unfinished(ctx)
		}
	}
	for range cap(l.slots) {
		<-l.slots
	}
	return nil
}

func (l *Link) unfinished(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("cache: closing the link to the store: %w", err)
	}
	return fmt.Errorf("cache: closing the link to the store: an operation does not return: %w", ErrTimeout)
}

func (l *Link) log() *slog.Logger {
	if l.config.Logger != nil {
		if logger := l.config.Logger(); logger != nil {
			return logger
		}
	}
	return slog.Default()
}

// Live reports whether changes that others make are heard of as they happen.
func (l *Link) Live() bool { return l.rules.live.Load() }
