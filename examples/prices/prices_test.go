package prices_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/examples/prices"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

// fixed is a source in which everything costs the same. It counts its calls.
type fixed struct{ cents, calls int }

func (f *fixed) Price(context.Context, string) (int, error) {
	f.calls++
	return f.cents, nil
}

// Each test gets caches of its own from its context, empty at first. These tests
// look up the same article at different prices at the same time.
func TestTotal(t *testing.T) {
	for _, cents := range []int{100, 250} {
		t.Run(prices.Format(cents), func(t *testing.T) {
			t.Parallel()
			source := &fixed{cents: cents}
			ctx := prices.WithSource(cachetest.Context(t), source)
			total, err := prices.Total(ctx, "tea", "tea", "tea")
			if err != nil {
				t.Fatal(err)
			}
			if total != 3*cents {
				t.Errorf("three of them cost %d, want %d", total, 3*cents)
			}
			if source.calls != 1 {
				t.Errorf("the source was asked %d times, want once", source.calls)
			}
		})
	}
}

// In a bubble of testing/synctest, entries grow old with the bubble's clock, so
// that a ttl of five minutes is tested in no time.
func TestPriceExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &fixed{cents: 100}
		ctx := prices.WithSource(cachetest.Context(t), source)

		for _, wait := range []time.Duration{0, 4 * time.Minute, 2 * time.Minute} {
			time.Sleep(wait)
			if _, err := prices.Price(ctx, "tea"); err != nil {
				t.Fatal(err)
			}
		}
		if source.calls != 2 {
			t.Errorf("the source was asked %d times within six minutes, want twice", source.calls)
		}
	})
}

// Functions without a context have no way to tell tests apart: Isolate gives the
// whole process other caches until the test ends. Such a test cannot be parallel.
func TestFormat(t *testing.T) {
	caches := cachetest.Isolate(t)
	for range 3 {
		if got := prices.Format(1205); got != "12.05" {
			t.Errorf("got %q", got)
		}
	}
	if s := caches.Stats(); s.Hits != 2 || s.Loads != 1 {
		t.Errorf("three calls: %d hits and %d loads, want 2 and 1", s.Hits, s.Loads)
	}
}

// A handle works with the caches that its context selects, like the function.
func TestInvalidate(t *testing.T) {
	t.Parallel()
	source := &fixed{cents: 100}
	ctx := prices.WithSource(cachetest.Context(t), source)
	if _, err := prices.Price(ctx, "tea"); err != nil {
		t.Fatal(err)
	}

	source.cents = 120
	if cents, _ := prices.PriceCache.Peek(ctx, "tea"); cents != 100 {
		t.Errorf("kept: %d, want the old price", cents)
	}
	if err := prices.PriceCache.Invalidate(ctx, "tea"); err != nil {
		t.Fatal(err)
	}
	if cents, _ := prices.Price(ctx, "tea"); cents != 120 {
		t.Errorf("after Invalidate: %d, want the new price", cents)
	}
}
