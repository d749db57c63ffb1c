package tier_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// buffered sets values some time after it has said that it could not: they lay in the
// buffers of a server that was paused.
type buffered struct {
	store.Store
	late atomic.Int64
}

func (b *buffered) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	late := time.Duration(b.late.Load())
	if late == 0 {
		return b.Store.Set(ctx, key, value, ttl)
	}
	time.AfterFunc(late, func() { _ = b.Store.Set(context.WithoutCancel(ctx), key, value, ttl) })
	<-ctx.Done()
	return ctx.Err()
}

// What was set and not answered may come true after it was removed. So it is removed
// again.
func TestASetThatComesTrueLater(t *testing.T) {
	for _, late := range []time.Duration{300 * time.Millisecond, 550 * time.Millisecond, 900 * time.Millisecond, 1500 * time.Millisecond} {
		inBubble(t, func(t *testing.T) {
			d := &buffered{}
			s := cachetest.NewStore()
			p := join(t, s, func(s store.Store) store.Store { d.Store = s; return d })
			p.put(t, "x", "1")
			d.late.Store(int64(late))
			if _, err := p.Set(t.Context(), "x", nil, p.room("late")); !errors.Is(err, store.ErrUnavailable) && !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
			d.late.Store(0)
			if r := p.fetch(t.Context(), "x"); !errors.Is(r.Err, tier.ErrOwed) {
				t.Errorf("late by %v: %+v", late, r)
			}
			time.Sleep(5 * time.Second)
			if n := p.link.Stats().Owed; n != 0 {
				t.Errorf("late by %v: %d changes are owed", late, n)
			}
			p.has(t, "x", "")
		})
	}
}

// A lease that was given without an answer does not keep others waiting.
func TestALeaseThatNobodyHeardOf(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		a.store.Delay(200 * time.Millisecond) // Acquire is done after 300 ms
		ctx, cancel := context.WithTimeout(t.Context(), 350*time.Millisecond)
		defer cancel()
		if r := a.fetch(ctx, "x"); !errors.Is(r.Err, context.DeadlineExceeded) {
			t.Errorf("%+v", r)
		}
		a.store.Delay(0)
		begun := time.Now()
		if r := b.fetch(t.Context(), "x"); r.Lease == nil || time.Since(begun) > 200*time.Millisecond {
			t.Errorf("%+v after %v", r, time.Since(begun))
		} else {
			r.Lease.Release(t.Context())
		}
	})
}

// panicking is a store with a bug.
type panicking struct{ store.Store }

func (panicking) Get(context.Context, []string, []string) ([][]byte, []uint64, error) {
	panic("a bug")
}

func TestStoresInTheCallersGoroutine(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := cachetest.NewStore()
		l := tier.New(tier.Config{Store: s, Prompt: true, Logger: quiet})
		p := &process{link: l, store: s, Member: l.Join("f", "", &news{})}
		p.put(t, "x", "1")
		p.has(t, "x", "1")
		s.Delay(time.Minute)
		begun := time.Now()
		if r := p.fetch(t.Context(), "x"); r.Err == nil || time.Since(begun) != 500*time.Millisecond {
			t.Errorf("%+v after %v", r, time.Since(begun))
		}
		if err := l.Close(t.Context()); err != nil {
			t.Error(err)
		}
		for _, prompt := range []bool{false, true} {
			l := tier.New(tier.Config{Store: panicking{cachetest.NewStore()}, Prompt: prompt, Logger: quiet})
			r := l.Join("f", "", &news{}).Fetch(t.Context(), tier.Query{Text: "x"})
			if r.Err == nil || !strings.Contains(r.Err.Error(), "a bug") {
				t.Errorf("%+v", r)
			}
			if err := l.Close(t.Context()); err != nil {
				t.Error(err)
			}
		}
	})
}

// deafening is a store whose Watch gives up.
type deafening struct {
	store.Store
	watches atomic.Int64
}

func (d *deafening) Watch(ctx context.Context, f func(store.Event)) error {
	d.watches.Add(1)
	f(store.Event{Kind: store.Restored})
	time.Sleep(time.Second)
	return errDown
}

// A Watch that returns is begun again, and until then nothing is heard.
func TestAWatchThatReturns(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		d := &deafening{}
		p := join(t, cachetest.NewStore(), func(s store.Store) store.Store { d.Store = s; return d })
		p.has(t, "x", "")
		time.Sleep(500 * time.Millisecond)
		if _, _, drops, _ := p.news.heard(); drops != 1 || !p.link.Live() {
			t.Errorf("%d drops, live %v", drops, p.link.Live())
		}
		time.Sleep(501 * time.Millisecond)
		if _, _, drops, _ := p.news.heard(); drops != 1 || p.link.Live() {
			t.Errorf("%d drops, live %v", drops, p.link.Live())
		}
		time.Sleep(10 * time.Minute)
		if n := d.watches.Load(); n < 50 || n > 200 {
			t.Errorf("%d calls of Watch in ten minutes", n)
		}
	})
}
