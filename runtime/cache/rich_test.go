package cache_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestRichEntriesAreWeighed(t *testing.T) {
	inBubble("with what they take up beside key and value", t, func(t *testing.T) {
		weigh := func(int, int64) int64 { return 1000 }
		plain := newCache(t, refreshed{MaxBytes: 1 << 20, Weigh: weigh})
		m := newManager(t)
		c := newCache(t, refreshed{MaxBytes: 10 << 10, Weigh: weigh, ErrorsTTL: time.Minute, Refresh: time.Second, Manager: m})
		_ = plain.Set(t.Context(), 1, 1)
		_ = c.Set(t.Context(), 1, 1)
		more := c.Stats().Bytes - plain.Stats().Bytes
		if more < 40 || more > 80 {
			t.Errorf("a rich entry weighs %d more", more)
		}
		s := &source{}
		s.fails(errLoad)
		_ = c.Delete(t.Context(), 1)
		mustFail(t, c, errLoad, s.load)
		if n := c.Stats().Bytes; n < 100 || n > 200 {
			t.Errorf("an error weighs %d", n)
		}
		for k := range 100 {
			_ = c.Set(t.Context(), k, 1)
		}
		if got := c.Stats(); got.Bytes > 10<<10 || got.Size != 8 {
			t.Errorf("Stats() = %+v", got)
		}
		m.SetMaxBytes(5 << 10)
		if got := c.Stats(); got.Bytes > 5<<10 {
			t.Errorf("Stats() = %+v", got)
		}
	})
	inBubble("a bound at run time", t, func(t *testing.T) {
		m := newManager(t)
		c, s := newCache(t, refreshed{ErrorsTTL: time.Minute, Manager: m}), &source{}
		_ = c.Set(t.Context(), 2, 1)
		s.fails(errLoad)
		mustFail(t, c, errLoad, s.load)
		mustConfigure(t, m, cache.Settings{MaxBytes: 1 << 10})
		if got := c.Stats(); got.Size != 2 || got.Bytes < 200 || got.Bytes > 400 {
			t.Errorf("Stats() = %+v", got)
		}
	})
}

func TestBypassOfARichCache(t *testing.T) {
	inBubble("calls the function", t, func(t *testing.T) {
		c, s := aged(t, staleFor)
		ctx := cache.Bypass(t.Context())
		if _, err := c.Load(ctx, 1, s.load); err != errLoad {
			t.Errorf("Load: %v", err)
		}
		if got := c.Stats(); got.Stale != 0 || got.Loads != 1 {
			t.Errorf("Stats() = %+v", got)
		}
	})
	inBubble("after Close", t, func(t *testing.T) {
		o := staleFor
		o.Manager = newManager(t)
		c, s := aged(t, o)
		if err := o.Manager.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			mustFail(t, c, errLoad, s.load)
		}
		s.called(t, 3)
		if _, err := c.Load(t.Context(), 1, func(context.Context, int) (int64, error) { return 0, errors.ErrUnsupported }); err != errors.ErrUnsupported {
			t.Error(err)
		}
	})
}

func TestRichHitsAllocateNothing(t *testing.T) {
	for name, o := range map[string]refreshed{
		"refresh": {Refresh: time.Second},
		"early":   {Early: true},
		"stale":   {Stale: time.Second, SoftTimeout: time.Second},
		"errors":  {ErrorsTTL: time.Minute},
		"policy":  {Policy: policy{}},
	} {
		c, load := newCache(t, o), (&source{}).load
		if n := testing.AllocsPerRun(100, func() { _, _ = c.Load(t.Context(), 1, load) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	c, s := newCache(t, errorsFor), &source{}
	s.fails(errLoad)
	load := s.load
	if n := testing.AllocsPerRun(100, func() { _, _ = c.Load(t.Context(), 1, load) }); n != 0 {
		t.Errorf("a hit of an error: %v allocations", n)
	}
}
