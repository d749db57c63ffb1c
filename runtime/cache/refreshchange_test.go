package cache_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// Whatever changes a key while it is being refreshed wins.
func TestChangesDuringARefresh(t *testing.T) {
	changes := map[string]struct {
		change func(m *cache.Manager, c *cache.Cache[int, int64])
		kept   int64
	}{
		"Delete": {func(_ *cache.Manager, c *cache.Cache[int, int64]) { _ = c.Delete(context.Background(), 1) }, 0},
		"Clear":  {func(_ *cache.Manager, c *cache.Cache[int, int64]) { _ = c.Clear(context.Background()) }, 0},
		"Set":    {func(_ *cache.Manager, c *cache.Cache[int, int64]) { _ = c.Set(context.Background(), 1, 9) }, 9},
		"InvalidateMatching": {func(m *cache.Manager, _ *cache.Cache[int, int64]) {
			_, _ = m.InvalidateMatching(context.Background(), "test.get:1")
		}, 0},
		"Refresh": {func(_ *cache.Manager, c *cache.Cache[int, int64]) {
			_, _ = c.Refresh(context.Background(), 1, func(context.Context, int) (int64, error) { return 8, nil })
		}, 8},
	}
	for name, tt := range changes {
		inBubble(name, t, func(t *testing.T) {
			o := refreshing
			o.Manager = newManager(t)
			c, s := newCache(t, o), &source{}
			mustLoad(t, c, 1, 1, s.load)
			s.takes(time.Second)
			time.Sleep(20 * time.Second)
			mustLoad(t, c, 1, 1, s.load)
			synctest.Wait()
			s.called(t, 2)
			tt.change(o.Manager, c)
			time.Sleep(2 * time.Second)
			synctest.Wait()
			if got, ok := c.Get(1); got != tt.kept || ok != (tt.kept != 0) {
				t.Errorf("Get = %v, %v", got, ok)
			}
		})
	}
	inBubble("a failed Refresh lets the next hit refresh", t, func(t *testing.T) {
		c, s := newCache(t, refreshing), &source{}
		mustLoad(t, c, 1, 1, s.load)
		s.takes(time.Second)
		time.Sleep(20 * time.Second)
		mustLoad(t, c, 1, 1, s.load)
		synctest.Wait()
		_, err := c.Refresh(t.Context(), 1, func(context.Context, int) (int64, error) { return 0, errLoad })
		if err != errLoad {
			t.Error(err)
		}
		time.Sleep(2 * time.Second)
		mustLoad(t, c, 1, 1, s.load)
		time.Sleep(2 * time.Second)
		mustLoad(t, c, 1, 3, s.load)
	})
}

func TestCloseDuringARefresh(t *testing.T) {
	inBubble("waits for it", t, func(t *testing.T) {
		m, j := newJournal(t)
		o := refreshing
		o.Manager = m
		c := newCache(t, o)
		for k := range 10 {
			_ = c.Set(t.Context(), k, 1)
		}
		time.Sleep(20 * time.Second)
		var ended atomic.Int64
		for k := range 10 {
			mustLoad(t, c, k, 1, func(ctx context.Context, _ int) (int64, error) {
				<-ctx.Done()
				time.Sleep(time.Second)
				ended.Add(1)
				return 2, nil
			})
			synctest.Wait()
		}
		began := time.Now()
		if err := m.Close(t.Context()); err != nil || time.Since(began) != time.Second || ended.Load() != 10 {
			t.Errorf("Close = %v after %v, %d ended", err, time.Since(began), ended.Load())
		}
		if n := len(j.text.String()); n != 0 {
			t.Errorf("the log says %s", j.text.String())
		}
	})
}
