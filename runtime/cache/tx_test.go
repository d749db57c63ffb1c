package cache_test

import (
	"context"
	"errors"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

var (
	errRollback = errors.New("rolled back")
	errLost     = errors.Join(cache.ErrUnknownOutcome, errors.New("connection lost"))
)

// kept returns what everybody sees of a key, 0 if that is nothing.
func kept(c *cache.Cache[int, int], key int) int {
	v, _ := c.Peek(context.Background(), key)
	return v
}

func TestTxChangesWait(t *testing.T) {
	for name, test := range map[string]struct {
		end  error
		want [4]int
	}{
		"committed":   {nil, [4]int{0, 21, 0, 41}},
		"rolled back": {errRollback, [4]int{10, 20, 30, 0}},
		"unknown":     {errLost, [4]int{0, 0, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCache(t, cache.Options[int, int]{})
			for key := range 3 {
				_ = c.Set(t.Context(), key, 10*key+10)
			}
			tx, done := cache.Tx(t.Context())
			_ = c.Delete(tx, 0, 2)
			_ = c.Delete(tx, 1)
			_ = c.Set(tx, 1, 21)
			_ = c.Set(tx, 2, 31)
			_ = c.Delete(tx, 2)
			_ = c.Set(tx, 3, 40)
			_ = c.Set(tx, 3, 41)
			for key, want := range []int{10, 20, 30, 0} {
				if got := kept(c, key); got != want {
					t.Errorf("before the end %d has %d", key, got)
				}
			}
			if err := done(test.end); err != test.end {
				t.Errorf("done = %v", err)
			}
			for key, want := range test.want {
				if got := kept(c, key); got != want {
					t.Errorf("%d has %d, want %d", key, got, want)
				}
			}
		})
	}
}

// Only the first call of done counts, and afterwards the context is like any other.
func TestTxEnded(t *testing.T) {
	for _, first := range []error{nil, errRollback} {
		c := newCache(t, cache.Options[int, int]{})
		tx, done := cache.Tx(t.Context())
		_ = c.Set(tx, 1, 1)
		if !cache.InTx(tx) {
			t.Error("not in a transaction")
		}
		_ = done(first)
		if cache.InTx(tx) {
			t.Error("still in a transaction")
		}
		_ = c.Set(tx, 1, 2)
		if got := kept(c, 1); got != 2 {
			t.Errorf("kept %d", got)
		}
		for _, again := range []error{nil, errLost} {
			if err := done(again); err != again || kept(c, 1) != 2 {
				t.Errorf("done = %v, kept %d", err, kept(c, 1))
			}
		}
		if v, err := c.Load(tx, 1, nil); v != 2 || err != nil {
			t.Errorf("Load = %v, %v", v, err)
		}
	}
}

func TestTxGoesPastTheCache(t *testing.T) {
	c := newCache(t, cache.Options[int, int]{})
	_ = c.Set(t.Context(), 1, 1)
	before := c.Stats()
	tx, done := cache.Tx(t.Context())
	own := func(context.Context, int) (int, error) { return 2, nil }
	if v, err := c.Load(tx, 1, own); v != 2 || err != nil {
		t.Errorf("Load = %v, %v", v, err)
	}
	if v := c.LoadValue(tx, 1, func(context.Context, int) int { return 3 }); v != 3 {
		t.Errorf("LoadValue = %v", v)
	}
	if v, ok := c.Find(tx, 1); ok {
		t.Errorf("Find = %v", v)
	}
	if v, ok := c.Peek(tx, 1); v != 1 || !ok {
		t.Errorf("Peek = %v, %v", v, ok)
	}
	if c.Stats() != before {
		t.Errorf("counted %+v", c.Stats())
	}
	if v, err := c.Refresh(tx, 1, own); v != 2 || err != nil || kept(c, 1) != 1 {
		t.Errorf("Refresh = %v, %v, kept %d", v, err, kept(c, 1))
	}
	if err := done(nil); err != nil || kept(c, 1) != 0 {
		t.Errorf("done = %v, kept %d: what was refreshed is removed", err, kept(c, 1))
	}
}

func TestTxRefreshFails(t *testing.T) {
	c := newCache(t, cache.Options[int, int]{})
	_ = c.Set(t.Context(), 1, 1)
	tx, done := cache.Tx(t.Context())
	if _, err := c.Refresh(tx, 1, func(context.Context, int) (int, error) { return 0, errLoad }); err != errLoad {
		t.Errorf("Refresh = %v", err)
	}
	if err := done(nil); err != nil || kept(c, 1) != 1 {
		t.Errorf("done = %v, kept %d", err, kept(c, 1))
	}
}

func TestTxWholeCaches(t *testing.T) {
	for name, change := range map[string]func(context.Context, *cache.Manager, *cache.Cache[int, int]) error{
		"Clear": func(ctx context.Context, _ *cache.Manager, c *cache.Cache[int, int]) error { return c.Clear(ctx) },
		"InvalidateMatching": func(ctx context.Context, m *cache.Manager, _ *cache.Cache[int, int]) error {
			n, err := m.InvalidateMatching(ctx, "test.get:*")
			return errors.Join(err, map[bool]error{true: errors.New("counted")}[n != 0])
		},
	} {
		for _, end := range []error{nil, errRollback, errLost} {
			m := newManager(t)
			c := newCache(t, cache.Options[int, int]{Manager: m})
			_ = c.Set(t.Context(), 1, 1)
			tx, done := cache.Tx(t.Context())
			if err := change(tx, m, c); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			_ = c.Set(tx, 2, 2)
			if kept(c, 1) != 1 {
				t.Errorf("%s does not wait", name)
			}
			_ = done(end)
			gone, put := end != errRollback, end == nil
			if got := kept(c, 1) == 0; got != gone {
				t.Errorf("%s, %v: removed = %v", name, end, got)
			}
			if got := kept(c, 2) == 2; got != put {
				t.Errorf("%s, %v: set = %v", name, end, got)
			}
		}
	}
	tx, _ := cache.Tx(t.Context())
	if _, err := newManager(t).InvalidateMatching(tx, "a*b"); err == nil {
		t.Error("a wrong pattern is not told at once")
	}
}
