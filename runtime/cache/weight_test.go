package cache_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// kilobytes makes a cache whose entries hold a thousand bytes for each unit of
// their value.
func kilobytes(m *cache.Manager, name string, maxBytes int64) *cache.Cache[int, int] {
	return cache.New(cache.Options[int, int]{
		Name: name, TTL: time.Hour, MaxBytes: maxBytes, MaxEntries: cache.Unlimited, Manager: m,
		Weigh: func(_, value int) int64 { return 1000 * int64(value) },
	})
}

func TestMaxBytes(t *testing.T) {
	ctx := t.Context()
	c := kilobytes(newManager(t), "c", 100_000)
	one := int64(0)
	for k := range 500 {
		_ = c.Set(ctx, k, 1+k%7)
		s := c.Stats()
		if one == 0 {
			one = s.Bytes
		}
		if s.Bytes > 100_000 {
			t.Fatalf("%d bytes are kept, bound 100,000", s.Bytes)
		}
		if k == 0 && (one < 1000 || one > 1200) {
			t.Fatalf("an entry that holds 1000 bytes weighs %d", one)
		}
	}
	s := c.Stats()
	if s.Size < 15 || s.Evictions != uint64(500-s.Size) || s.Bytes < 80_000 {
		t.Errorf("%+v", s)
	}
	_ = c.Clear(ctx)
	if s := c.Stats(); s.Bytes != 0 {
		t.Errorf("%d bytes are left of nothing", s.Bytes)
	}
}

func TestTooHeavyIsHandedOutOnly(t *testing.T) {
	ctx := t.Context()
	c := kilobytes(newManager(t), "c", 100_000)
	for _, value := range []int{5, 100, 2_000_000} { // the last weighs more than a gibibyte
		got, err := c.Load(ctx, 1, func(context.Context, int) (int, error) { return value, nil })
		if value == 5 {
			_ = c.Delete(ctx, 2)
			continue
		}
		if got != 5 || err != nil {
			t.Errorf("Load = %v, %v", got, err)
		}
		if got, err := c.Refresh(ctx, 1, func(context.Context, int) (int, error) { return value, nil }); got != value || err != nil {
			t.Errorf("Refresh = %v, %v", got, err)
		}
		if _, ok := c.Peek(ctx, 1); ok {
			t.Errorf("what weighs %d is kept, or what it took the place of", value)
		}
		_ = c.Set(ctx, 1, 5)
	}
}

func TestConfigureMaxBytes(t *testing.T) {
	ctx, m := t.Context(), newManager(t)
	c := kilobytes(m, "c", 0)
	for k := range 50 {
		_ = c.Set(ctx, k, 10)
	}
	if s := c.Stats(); s.Bytes != 0 || s.Size != 50 {
		t.Errorf("weighed without a bound: %+v", s)
	}
	if err := m.Configure("c", cache.Settings{MaxBytes: 200_000}); err != nil {
		t.Fatal(err)
	}
	if s := c.Stats(); s.Bytes > 200_000 || s.Bytes < 180_000 || s.Size+int(s.Evictions) != 50 {
		t.Errorf("%+v", s)
	}
	if err := m.Configure("c", cache.Settings{MaxBytes: cache.Unlimited}); err != nil {
		t.Fatal(err)
	}
	for k := range 100 {
		_ = c.Set(ctx, k, 10)
	}
	if s := c.Stats(); s.Size != 100 {
		t.Errorf("%+v without a bound", s)
	}
	if err := m.Configure("c", cache.Settings{MaxBytes: -2}); err == nil {
		t.Error("MaxBytes of -2 is accepted")
	}
}

func TestBudgetOfManager(t *testing.T) {
	ctx := t.Context()
	m := cache.NewManager(cache.Config{MaxBytes: 500_000})
	defer m.Close(ctx)
	small, large := kilobytes(m, "small", 0), kilobytes(m, "large", 0)
	for k := range 10 {
		_ = small.Set(ctx, k, 10)
	}
	for k := range 200 {
		_ = large.Set(ctx, k, 10)
		if held := m.Stats().Bytes; held > 500_000 {
			t.Fatalf("%d bytes are kept, bound 500,000", held)
		}
	}
	if s := small.Stats(); s.Size != 10 || s.Evictions != 0 {
		t.Errorf("the small cache made room for the large one: %+v", s)
	}
	if s := large.Stats(); s.Evictions == 0 || s.Bytes < 350_000 {
		t.Errorf("%+v", s)
	}
	_ = small.Set(ctx, 11, 499)
	if s := m.Stats(); s.Bytes > 500_000 || s.Size != 1 {
		t.Errorf("%+v after one that takes up all", s)
	}
	_ = small.Set(ctx, 11, 501)
	if s := m.Stats(); s.Size != 0 {
		t.Errorf("%+v: what is too heavy was kept, or what it took the place of", s)
	}
}

func TestBudgetSetLate(t *testing.T) {
	ctx, m := t.Context(), newManager(t)
	weighed, estimated := kilobytes(m, "weighed", 0), newStrings(m)
	for k := range 20 {
		_ = weighed.Set(ctx, k, 10)
		_ = estimated.Set(ctx, k, strings.Repeat("x", 10_000))
	}
	m.SetMaxBytes(300_000)
	if s := m.Stats(); s.Bytes > 300_000 || s.Bytes < 280_000 || s.Size+int(s.Evictions) != 40 {
		t.Errorf("%+v", s)
	}
	m.SetMaxBytes(0)
	for k := range 40 {
		_ = weighed.Set(ctx, k, 10)
	}
	if s := weighed.Stats(); s.Size != 40 {
		t.Errorf("%+v without a bound", s)
	}
	defer func() {
		if recover() == nil {
			t.Error("a negative bound is accepted")
		}
	}()
	m.SetMaxBytes(-1)
}

func newStrings(m *cache.Manager) *cache.Cache[int, string] {
	return cache.New(cache.Options[int, string]{Name: "estimated", TTL: time.Hour, Manager: m})
}

// What a cache held that nobody uses any more is there for others.
func TestBudgetOfFreedCaches(t *testing.T) {
	ctx := t.Context()
	m := cache.NewManager(cache.Config{MaxBytes: 100_000})
	defer m.Close(ctx)
	func() {
		gone := kilobytes(m, "gone", 0)
		for k := range 9 {
			_ = gone.Set(ctx, k, 10)
		}
	}()
	left := kilobytes(m, "left", 0)
	for range 1000 {
		runtime.GC()
		if _ = left.Set(ctx, 1, 90); left.Stats().Size == 1 && m.Stats().Bytes == left.Stats().Bytes {
			return
		}
	}
	t.Errorf("%+v", m.Stats())
}

func TestBudgetUnderRace(t *testing.T) {
	ctx := t.Context()
	m := cache.NewManager(cache.Config{MaxBytes: 300_000})
	defer m.Close(ctx)
	caches := []*cache.Cache[int, int]{kilobytes(m, "a", 0), kilobytes(m, "b", 200_000), kilobytes(m, "c", 0)}
	var wait sync.WaitGroup
	for worker := range 6 {
		wait.Go(func() {
			for i := range 2000 {
				c, key := caches[(worker+i)%3], i*7%50
				switch i % 5 {
				case 0:
					_ = c.Delete(ctx, key)
				case 1:
					_, _ = c.Load(ctx, key, func(context.Context, int) (int, error) { return 1 + i%30, nil })
				default:
					_ = c.Set(ctx, key, 1+i%20)
				}
				if held := m.Stats().Bytes; held > 300_000 {
					t.Errorf("%d bytes are kept", held)
					return
				}
			}
		})
	}
	wait.Wait()
	sum := int64(0)
	for _, c := range caches {
		own := int64(0)
		for _, value := range c.All() {
			own += 1000 * int64(value)
		}
		s := c.Stats()
		if over := s.Bytes - own; over < 0 || over > 200*int64(s.Size) {
			t.Errorf("entries of %d bytes, the figures say %d", own, s.Bytes)
		}
		sum += s.Bytes
	}
	if held := m.Stats().Bytes; held != sum {
		t.Errorf("the manager holds %d bytes, its caches %d", held, sum)
	}
}

func TestWeighPanics(t *testing.T) {
	c := cache.New(cache.Options[int, int]{
		TTL: time.Hour, MaxBytes: 1000, Manager: newManager(t),
		Weigh: func(int, int) int64 { panic(errOdd) },
	})
	defer func() {
		var p *cache.PanicError
		if err, _ := recover().(error); !errors.As(err, &p) || !errors.Is(err, errOdd) {
			t.Errorf("panicked with %v", err)
		}
		if c.Stats().Size != 0 {
			t.Error("what could not be weighed is kept")
		}
	}()
	_, _ = c.Load(t.Context(), 1, func(context.Context, int) (int, error) { return 1, nil })
}

var errOdd = errors.New("odd")
