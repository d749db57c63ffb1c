package cache_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newManager(t)
		c := newCache(t, cache.Options[int, int]{Manager: m})
		unused := newCache(t, cache.Options[int, int]{Manager: m, Name: "unused"})
		_ = c.Set(t.Context(), 9, 9)
		polite := start(func() (int, error) {
			return c.Load(t.Context(), 1, func(ctx context.Context, _ int) (int, error) {
				<-ctx.Done()
				time.Sleep(time.Second)
				return 0, context.Cause(ctx)
			})
		})
		// Taken off its key, but still running: Close waits for it as well.
		opened := make(chan struct{})
		inline := start(func() (int, error) {
			return c.Load(context.Background(), 2, func(context.Context, int) (int, error) { <-opened; return 2, nil })
		})
		synctest.Wait()
		_ = c.Delete(t.Context(), 1, 2)

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		err := m.Close(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Minute ||
			!strings.Contains(err.Error(), "1 loads still run") {
			t.Errorf("Close = %v after %v", err, time.Since(began))
		}
		if got := <-polite; got.err == nil || !strings.Contains(got.err.Error(), "closed") {
			t.Errorf("%+v", got)
		}
		close(opened)
		if err := m.Close(t.Context()); err != nil {
			t.Errorf("Close = %v", err)
		}
		if got := <-inline; got.value != 2 {
			t.Errorf("%+v", got)
		}

		var n counter
		load := func(ctx context.Context, k int) (int, error) { v, err := n.load(ctx, k); return int(v), err }
		for _, c := range []*cache.Cache[int, int]{c, unused} {
			n.calls.Store(0)
			_ = c.Set(t.Context(), 1, 100)
			mustLoad(t, c, 1, 1, load)
			mustLoad(t, c, 1, 2, load)
			if v, err := c.Refresh(t.Context(), 1, load); v != 3 || err != nil {
				t.Errorf("Refresh = %v, %v", v, err)
			}
			if v := c.LoadValue(t.Context(), 1, func(context.Context, int) int { return 4 }); v != 4 {
				t.Errorf("LoadValue = %v", v)
			}
			if n := c.Stats().Size; n != 0 {
				t.Errorf("%d entries kept", n)
			}
		}
	})
}

// Close may come at any moment: who waits gets an answer, and nothing is kept
// or left running.
func TestCloseWhileLoading(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			m := newManager(t)
			c := newCache(t, cache.Options[int, int]{Manager: m, LoadLimit: 3})
			load := func(ctx context.Context, k int) (int, error) {
				select {
				case <-ctx.Done():
					return 0, ctx.Err()
				case <-time.After(time.Duration(rand.IntN(1000))):
					return k, nil
				}
			}
			var done []<-chan outcome[int]
			for n := range 100 {
				done = append(done, start(func() (int, error) {
					time.Sleep(time.Duration(rand.IntN(1000)))
					return c.Load(t.Context(), n%10, load)
				}))
			}
			time.Sleep(time.Duration(rand.IntN(1500)))
			if err := m.Close(t.Context()); err != nil {
				t.Error(err)
			}
			if s := c.Stats(); s.Size != 0 {
				t.Errorf("Stats = %+v", s)
			}
			for n, d := range done {
				got := <-d
				if got.err == nil && got.value != n%10 || got.err != nil && !errors.Is(got.err, context.Canceled) {
					t.Errorf("%+v", got)
				}
			}
			if s := c.Stats(); s.Hits+s.Misses != 100 || s.Size != 0 {
				t.Errorf("Stats = %+v", s)
			}
		})
	}
}
