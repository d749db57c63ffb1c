package cache_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// A panic is that of all who wait for a key of the load, after which everything goes on.
func TestLoadManyPanics(t *testing.T) {
	for name, o := range map[string]cache.Options[int, int]{"plain": {}, "rich": {ErrorsTTL: time.Hour}} {
		for _, exits := range []bool{false, true} {
			eachContext(t, func(t *testing.T, ctx context.Context) {
				c, from := newCache(t, o), &crowd{}
				from.with = func(_ context.Context, keys []int) {
					time.Sleep(time.Second)
					if len(keys) > 1 && exits {
						runtime.Goexit()
					} else if len(keys) > 1 {
						panic("oh")
					}
				}
				other := start(func() (int, error) { return c.Load(t.Context(), 9, from.one) })
				synctest.Wait()
				many := start(loadMany(ctx, c, from, 1, 9, 2))
				synctest.Wait()
				joined := start(func() (int, error) { return c.Load(t.Context(), 2, from.one) })
				for _, got := range []any{(<-many).panicked, (<-joined).panicked} {
					p, _ := got.(*cache.PanicError)
					switch {
					case p == nil && exits && ctx.Done() == nil: // its goroutine has ended
					case p == nil || exits != (p.Value == error(cache.ErrGoexit)) || !exits && p.Value != "oh":
						t.Errorf("%s: it panicked with %v", name, got)
					case !strings.Contains(string(p.Stack), "loadmanypanic_test"):
						t.Errorf("%s: the stack is %s", name, p.Stack)
					}
				}
				if got := <-other; got.value != 901 || got.err != nil {
					t.Errorf("%s: Load = %+v", name, got)
				}
				mustLoad(t, c, 1, 103, from.one)
				if s := c.Stats(); s.Loads != 4 || s.LoadErrors != 2 {
					t.Errorf("%s: Stats = %+v", name, s)
				}
			})
		}
	}
}

// leakyPolicy ends the goroutine for a result.
type leakyPolicy struct{ cache.DefaultPolicy[int] }

func (leakyPolicy) Keep(v int) bool {
	if v/100 == 2 {
		runtime.Goexit()
	}
	return v/100 != 3
}

// Code of the user's that is called with a result harms no other key.
func TestLoadManyPolicyExits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, from := newCache(t, cache.Options[int, int]{Policy: leakyPolicy{}}), &crowd{}
		many := start(loadMany(t.Context(), c, from, 1, 2, 3, 4))
		if p, _ := (<-many).panicked.(*cache.PanicError); !errors.Is(p, cache.ErrGoexit) {
			t.Errorf("it panicked with %v", p)
		}
		mustLoad(t, c, 1, 101, from.one)
		if s := c.Stats(); s.Size != 1 {
			t.Errorf("Stats = %+v", s)
		}
	})
}

// A load that would wait for itself is found out.
func TestLoadManyRecursion(t *testing.T) {
	eachContext(t, func(t *testing.T, ctx context.Context) {
		c, from := newCache(t, cache.Options[int, int]{}), &crowd{}
		var inner error
		from.with = func(ctx context.Context, keys []int) {
			if len(keys) < 3 {
				return
			}
			for _, key := range keys {
				var r *cache.RecursionError
				if _, err := c.Load(ctx, key, from.one); !errors.As(err, &r) {
					inner = errors.Join(inner, errors.New("Load was not recursive"))
				}
			}
			values, errs := c.LoadMany(ctx, []int{3, 4, 5}, from.load)
			var r *cache.RecursionError
			if len(errs) != 3 || !errors.As(errs[0], &r) || errs[1] != nil || values[2] != 502 {
				inner = errors.Join(inner, errors.New("LoadMany was not right"))
			}
		}
		got := <-start(loadMany(ctx, c, from, 1, 2, 3))
		wantMany(t, got, 101, 201, 301)
		if inner != nil {
			t.Error(inner)
		}
	})
}

// A call of LoadMany counts as one load to the limit, and calls that need each other's
// keys end.
func TestLoadManyLimit(t *testing.T) {
	eachContext(t, func(t *testing.T, ctx context.Context) {
		c, from := newCache(t, cache.Options[int, int]{LoadLimit: 1}), &crowd{takes: time.Second}
		began := time.Now()
		a := start(loadMany(ctx, c, from, 1, 2, 3))
		synctest.Wait()
		b := start(loadMany(ctx, c, from, 3, 4, 5))
		synctest.Wait()
		d := start(loadMany(ctx, c, from, 5, 6, 1))
		wantMany(t, <-a, 101, 201, 301)
		wantMany(t, <-b, 301, 402, 502)
		wantMany(t, <-d, 502, 603, 101)
		if time.Since(began) != 3*time.Second {
			t.Errorf("it took %v", time.Since(began))
		}
	})
	synctest.Test(t, func(t *testing.T) { // who gives up while it waits
		c, from := newCache(t, cache.Options[int, int]{LoadLimit: 1}), &crowd{takes: time.Second}
		a := start(loadMany(t.Context(), c, from, 1, 2))
		synctest.Wait()
		short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		b := start(loadMany(short, c, from, 3, 4, 5))
		synctest.Wait()
		e := start(func() (int, error) { return c.Load(t.Context(), 4, from.one) })
		if got := (<-b).value; len(got.errs) != 3 || got.errs[1] != context.DeadlineExceeded {
			t.Errorf("LoadMany = %+v", got)
		}
		wantMany(t, <-a, 101, 201)
		if got := <-e; got.value != 402 || got.err != nil {
			t.Errorf("Load = %+v", got)
		}
		from.wasAsked(t, "[[1 2] [4]]")
	})
}
