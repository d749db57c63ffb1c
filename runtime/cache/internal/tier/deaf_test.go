package tier_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// deaf ignores its context, as long as it is blocked.
type deaf struct {
	store.Store
	mu    sync.Mutex
	block chan struct{}
	calls atomic.Int64
}

func (d *deaf) set(block chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.block = block
}

func (d *deaf) wait() {
	d.mu.Lock()
	block := d.block
	d.mu.Unlock()
	if block != nil {
		d.calls.Add(1)
		<-block
	}
}

func (d *deaf) Get(ctx context.Context, keys, tags []string) ([][]byte, []uint64, error) {
	d.wait()
	return d.Store.Get(context.WithoutCancel(ctx), keys, tags)
}

func (d *deaf) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	d.wait()
	return d.Store.Set(context.WithoutCancel(ctx), key, value, ttl)
}

// A store that does not return blocks nobody, and a bounded number of goroutines.
func TestAStoreThatDoesNotReturn(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		d := &deaf{}
		p := join(t, cachetest.NewStore(), func(s store.Store) store.Store { d.Store = s; return d })
		p.put(t, "x", "1")
		block := make(chan struct{})
		d.set(block)
		begun := time.Now()
		var wait sync.WaitGroup
		for range 1000 {
			wait.Go(func() {
				if r := p.fetch(t.Context(), "x"); r.OK || r.Err == nil {
					t.Errorf("%+v", r)
				}
			})
		}
		wait.Wait()
		if d := time.Since(begun); d != 500*time.Millisecond {
			t.Errorf("took %v", d)
		}
		if n, s := d.calls.Load(), p.link.Stats(); n > 256 || s.Running > 256 {
			t.Errorf("%d calls, %+v", n, s)
		}
		d.set(nil)
		close(block)
		time.Sleep(time.Second)
		p.has(t, "x", "1")
		if s := p.link.Stats(); s.Running != 0 || s.Late == 0 {
			t.Errorf("%+v", s)
		}
	})
}

// What is set too late is removed: something newer may have been loaded meanwhile.
func TestALateSet(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		d := &deaf{}
		s := cachetest.NewStore()
		p := join(t, s, func(s store.Store) store.Store { d.Store = s; return d })
		other := join(t, s.Join(), nil)
		other.has(t, "x", "")
		p.has(t, "x", "")
		synctest.Wait()
		p.has(t, "x", "") // and knows all, so that Set has one step
		block := make(chan struct{})
		d.set(block)
		if _, err := p.Set(t.Context(), "x", nil, p.room("late")); !errors.Is(err, tier.ErrTimeout) {
			t.Fatal(err)
		}
		d.set(nil)
		time.Sleep(10 * time.Second) // the removal is long done
		other.put(t, "x", "new")
		close(block)
		time.Sleep(5 * time.Second)
		other.has(t, "x", "")
		if n := p.link.Stats().Owed; n != 0 {
			t.Errorf("%d changes are owed", n)
		}
	})
}

// A full store reads and removes. Hits are hits, misses are loaded without it.
func TestFailingWrites(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		a.put(t, "x", "1")
		a.store.Fail(errDown, "Acquire", "Fill", "Set", "Extend")
		for range 100 {
			if r, how := a.load(t.Context(), "y", func() string { return "alone" }); r != "alone" || how.Lease != nil {
				t.Fatalf("%+v", how)
			}
			a.has(t, "x", "1")
			time.Sleep(10 * time.Millisecond)
		}
		if _, err := a.Set(t.Context(), "x", nil, a.room("2")); err == nil {
			t.Error("no error")
		}
		time.Sleep(3 * time.Second)
		b.has(t, "x", "") // what could not be replaced was removed
		b.put(t, "x", "3")
		a.has(t, "x", "3")
	})
}

// The result of a load that ends while the store is down is handed out, and may stay in
// memory.
func TestDownDuringALoad(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		r := a.fetch(t.Context(), "x")
		a.store.Fail(errDown)
		time.Sleep(2500 * time.Millisecond)
		if r.Lease.Lost() {
			t.Error("lost too soon")
		}
		time.Sleep(2500 * time.Millisecond)
		if !r.Lease.Lost() {
			t.Error("not lost")
		}
		if o := r.Lease.Fill(t.Context(), a.room("1")); o.Err == nil || o.Memory != tier.Forever || o.ID != 0 {
			t.Errorf("%+v", o)
		}
		r.Lease.Release(t.Context())
		b.has(t, "x", "")
	})
}

// Errors are logged once a minute, whatever else happens.
func TestLogging(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		var out strings.Builder
		s := cachetest.NewStore()
		l := tier.New(tier.Config{Store: s, Logger: func() *slog.Logger { return slog.New(slog.NewTextHandler(&out, nil)) }})
		m := l.Join("f", "", &news{})
		s.Fail(errDown)
		for range 1000 {
			m.Look(t.Context(), tier.Query{Text: "secret"})
			time.Sleep(100 * time.Millisecond)
		}
		synctest.Wait()
		if err := l.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if n := strings.Count(out.String(), "\n"); n != 2 || strings.Contains(out.String(), "secret") {
			t.Errorf("%d lines:\n%s", n, out.String())
		}
	})
}
