package parallel_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/examples/parallel"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

var errDown = errors.New("it does not answer")

// backend is a backend in memory. It is safe for concurrent use.
type backend struct {
	mu     sync.Mutex
	places map[int64]parallel.Place
	cents  int
	down   bool
}

func (b *backend) Address(_ context.Context, customer int64) (parallel.Place, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.places[customer], nil
}

func (b *backend) SetAddress(_ context.Context, customer int64, to parallel.Place) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.places[customer] = to
	return nil
}

func (b *backend) Rate(context.Context, string) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.down {
		return 0, errDown
	}
	return b.cents, nil
}

// set changes what the carrier answers.
func (b *backend) set(cents int, down bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cents, b.down = cents, down
}

// newBackend returns one in which customer 1 lives in the north, and a kilogram costs so
// much.
func newBackend(cents int) *backend {
	return &backend{cents: cents, places: map[int64]parallel.Place{1: {Street: "Long Lane 1", Postcode: "20095"}}}
}

// quote fails the test unless a parcel of one kilogram to customer 1 costs so much.
func quote(t *testing.T, ctx context.Context, want int) {
	t.Helper()
	if got, err := parallel.Quote(ctx, 1, 1); err != nil || got != want {
		t.Errorf("it costs %d, %v; want %d", got, err, want)
	}
}

// The context of cachetest gives each test caches of its own, empty at first. These tests
// ask for the same customer at the same time, and each counts its own calls only.
func TestQuotesAreKept(t *testing.T) {
	for name, test := range map[string]struct{ cents, quotes int }{
		"cheap": {cents: 90, quotes: 2},
		"usual": {cents: 120, quotes: 5},
		"dear":  {cents: 400, quotes: 9},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := parallel.WithBackend(cachetest.Context(t), newBackend(test.cents))
			for range test.quotes {
				quote(t, ctx, test.cents)
			}
			cachetest.Loads(t, parallel.RateCache, 1)
			cachetest.Hits(t, parallel.RateCache, uint64(test.quotes-1))
			cachetest.Hits(t, parallel.AddressCache, uint64(test.quotes-1))
		})
	}
}

func TestMovingInvalidatesTheAddress(t *testing.T) {
	t.Parallel()
	ctx := parallel.WithBackend(cachetest.Context(t), newBackend(120))
	quote(t, ctx, 120)
	if err := parallel.Move(ctx, 1, parallel.Place{Street: "Short Street 2", Postcode: "80331"}); err != nil {
		t.Fatal(err)
	}
	quote(t, ctx, 120)
	cachetest.Invalidations(t, parallel.AddressCache, 1)
	cachetest.Loads(t, parallel.AddressCache, 2)
	cachetest.Loads(t, parallel.RateCache, 2) // the south has a rate of its own
}

// A forced miss shows what happens when nothing is kept, until restore is called or the
// test ends.
func TestEveryQuoteAsksTheCarrier(t *testing.T) {
	t.Parallel()
	b := newBackend(120)
	ctx := parallel.WithBackend(cachetest.Context(t), b)
	restore := cachetest.ForceMiss(t, parallel.RateCache)
	quote(t, ctx, 120)
	b.set(130, false)
	quote(t, ctx, 130)
	cachetest.Misses(t, parallel.RateCache, 2)

	restore()
	quote(t, ctx, 130)
	b.set(140, false)
	quote(t, ctx, 130)
	cachetest.Hits(t, parallel.RateCache, 1)
}

// Forced stale, what is kept is too old at once: no test has to wait a minute.
func TestOldRatesWillDo(t *testing.T) {
	t.Parallel()
	b := newBackend(120)
	ctx := parallel.WithBackend(cachetest.Context(t), b)
	quote(t, ctx, 120)

	cachetest.ForceStale(t, parallel.RateCache)
	b.set(130, false)
	quote(t, ctx, 130) // the old rate is not used while there is a new one
	b.set(0, true)
	quote(t, ctx, 130)
	if s := cachetest.Stats(t, parallel.RateCache); s.Stale != 1 || s.LoadErrors != 1 {
		t.Errorf("want a stale result after a load that failed: %+v", s)
	}
}

// With a store of its own, a test sees what happens when that fails.
func TestQuotesGoOnWithoutTheStore(t *testing.T) {
	t.Parallel()
	ctx, store := cachetest.ContextWithStore(t)
	ctx = parallel.WithBackend(ctx, newBackend(120))
	store.Fail(errDown)
	quote(t, ctx, 120)
	quote(t, ctx, 120) // memory has it
	if s := cachetest.Stats(t, parallel.AddressCache); s.StoreErrors == 0 || s.Loads != 1 || s.Hits != 1 {
		t.Errorf("want errors of the store, one load and one hit: %+v", s)
	}
}

// A second manager on the same content is to the first what another process would be.
func TestProcessesShareAddresses(t *testing.T) {
	t.Parallel()
	b := newBackend(120)
	here, store := cachetest.ContextWithStore(t)
	m := cachetest.New(t)
	cachetest.Connect(t, m, store.Join())
	there := cachetest.With(t.Context(), m)
	quote(t, parallel.WithBackend(here, b), 120)
	quote(t, parallel.WithBackend(there, b), 120)
	cachetest.Loads(t, parallel.AddressCache, 1) // of both together
	cachetest.Loads(t, parallel.RateCache, 2)    // which is not shared
}

// In a bubble of testing/synctest, what is kept grows old by the bubble's clock.
func TestRatesExpire(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(120)
		ctx := parallel.WithBackend(cachetest.Context(t), b)
		quote(t, ctx, 120)
		b.set(130, false)
		time.Sleep(time.Minute - time.Nanosecond)
		quote(t, ctx, 120)
		time.Sleep(time.Nanosecond)
		quote(t, ctx, 130)

		b.set(0, true)
		time.Sleep(time.Hour)
		quote(t, ctx, 130)
		time.Sleep(time.Minute)
		if _, err := parallel.Quote(ctx, 1, 1); !errors.Is(err, errDown) {
			t.Errorf("after an hour and a minute: %v, want the carrier's error", err)
		}
	})
}

// Nothing tells tests apart that call a function without a context. Who counts its calls
// gives the whole process other caches until the test ends, and cannot be parallel.
func TestZonesAreLookedUpOnce(t *testing.T) {
	cachetest.Isolate(t)
	for range 3 {
		if got := parallel.Zone("20095"); got != "north" {
			t.Errorf("20095 is in the zone %q", got)
		}
	}
	cachetest.Loads(t, parallel.ZoneCache, 1)
	cachetest.Hits(t, parallel.ZoneCache, 2)
}
