package cache_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// Whatever changes a key while it is being loaded wins over the load.
func TestChangesDuringALoad(t *testing.T) {
	changes := map[string]func(m *cache.Manager, c *cache.Cache[int, int]) (kept int, ok bool){
		"Delete": func(_ *cache.Manager, c *cache.Cache[int, int]) (int, bool) {
			_ = c.Delete(context.Background(), 1)
			return 0, false
		},
		"Clear": func(_ *cache.Manager, c *cache.Cache[int, int]) (int, bool) {
			_ = c.Clear(context.Background())
			return 0, false
		},
		"InvalidateMatching": func(m *cache.Manager, _ *cache.Cache[int, int]) (int, bool) {
			_, err := m.InvalidateMatching(context.Background(), "test.get:1")
			return 0, err != nil
		},
		"Set": func(_ *cache.Manager, c *cache.Cache[int, int]) (int, bool) {
			_ = c.Set(context.Background(), 1, 77)
			return 77, true
		},
		"Refresh": func(_ *cache.Manager, c *cache.Cache[int, int]) (int, bool) {
			_, _ = c.Refresh(context.Background(), 1, func(context.Context, int) (int, error) { return 88, nil })
			return 88, true
		},
		"Off": func(m *cache.Manager, _ *cache.Cache[int, int]) (int, bool) {
			_ = m.Configure("test.get", cache.Settings{Mode: cache.Off})
			return 0, false
		},
	}
	for name, change := range changes {
		for _, inline := range []bool{false, true} {
			inBubble(name, t, func(t *testing.T) {
				m := newManager(t)
				c := newCache(t, cache.Options[int, int]{Manager: m})
				g := newGate()
				ctx := t.Context()
				if inline {
					ctx = context.Background()
				}
				first := start(func() (int, error) { return c.Load(ctx, 1, g.load) })
				synctest.Wait()
				want, ok := change(m, c)
				if !ok {
					// A caller that comes after the change starts anew, even
					// while the old load still runs. In mode Off it shares it.
					second := start(func() (int, error) { return c.Load(ctx, 1, g.load) })
					synctest.Wait()
					if calls := g.calls(); (calls == 2) == (name == "Off") {
						t.Errorf("%d loads", calls)
					}
					_ = c.Delete(context.Background(), 1)
					defer func() { <-second }()
				}
				close(g.opened)
				if got := <-first; got.value != 1 || got.err != nil {
					t.Errorf("who waited got %+v", got)
				}
				synctest.Wait()
				if v, kept := c.Peek(ctx, 1); v != want || kept != ok {
					t.Errorf("kept %v, %v, want %v, %v", v, kept, want, ok)
				}
			})
		}
	}
}

func TestOtherKeysSurviveADelete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int]{})
		g := newGate()
		first := start(func() (int, error) { return c.Load(t.Context(), 1, g.load) })
		synctest.Wait()
		_ = c.Delete(t.Context(), 2)
		close(g.opened)
		<-first
		mustLoad(t, c, 1, 1, nil)
	})
}

func TestTimeout(t *testing.T) {
	for _, inline := range []bool{false, true} {
		inBubble("obeyed", t, func(t *testing.T) {
			c := newCache(t, cache.Options[int, int]{Timeout: time.Second})
			ctx := t.Context()
			if inline {
				ctx = context.Background()
			}
			began := time.Now()
			_, err := c.Load(ctx, 1, func(ctx context.Context, _ int) (int, error) {
				<-ctx.Done()
				return 0, ctx.Err()
			})
			if err != context.DeadlineExceeded || time.Since(began) != time.Second {
				t.Errorf("Load = %v after %v", err, time.Since(began))
			}
		})
		inBubble("too late", t, func(t *testing.T) {
			c := newCache(t, cache.Options[int, int]{Timeout: time.Second})
			ctx := t.Context()
			if inline {
				ctx = context.Background()
			}
			late := start(func() (int, error) {
				return c.Load(ctx, 1, func(context.Context, int) (int, error) {
					time.Sleep(time.Minute)
					return 5, nil
				})
			})
			time.Sleep(2 * time.Second)
			// Nobody joins a load whose time is over.
			mustLoad(t, c, 1, 6, func(context.Context, int) (int, error) { return 6, nil })
			if got := <-late; got.value != 5 || got.err != nil {
				t.Errorf("Load = %+v", got)
			}
			if v, ok := c.Peek(ctx, 1); v != 6 || !ok {
				t.Errorf("kept %v, %v", v, ok)
			}
		})
		inBubble("in time", t, func(t *testing.T) {
			c := newCache(t, cache.Options[int, int]{Timeout: time.Second})
			mustLoad(t, c, 1, 5, func(context.Context, int) (int, error) { time.Sleep(time.Second - 1); return 5, nil })
			mustLoad(t, c, 1, 5, nil)
		})
	}
}
