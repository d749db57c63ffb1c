package cache_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// crowd is what many keys are loaded from: the value of a key is a hundred times the key
// plus the number of the call.
type crowd struct {
	mu    sync.Mutex
	takes time.Duration
	asked [][]int
	errs  map[int]error
	// with is called in each load, if there is one.
	with func(ctx context.Context, keys []int)
}

func (c *crowd) load(ctx context.Context, keys []int) ([]int, []error) {
	c.mu.Lock()
	c.asked = append(c.asked, slices.Clone(keys))
	n, takes, with := len(c.asked), c.takes, c.with
	c.mu.Unlock()
	values, errs := make([]int, len(keys)), make([]error, len(keys))
	for i, key := range keys {
		values[i], errs[i] = 100*key+n, c.errs[key]
	}
	if with != nil {
		with(ctx, keys)
	}
	clear(keys) // they are its own
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		for i := range errs {
			errs[i] = context.Cause(ctx)
		}
	}
	return values, errs
}

// one is the load of a single key.
func (c *crowd) one(ctx context.Context, key int) (int, error) {
	values, errs := c.load(ctx, []int{key})
	return values[0], errs[0]
}

func (c *crowd) wasAsked(t *testing.T, want string) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if got := fmt.Sprint(c.asked); got != want {
		t.Errorf("asked for %s, want %s", got, want)
	}
}

// crowdPair is what LoadMany returns.
type crowdPair struct {
	values []int
	errs   []error
}

func loadMany(ctx context.Context, c *cache.Cache[int, int], from *crowd, keys ...int) func() (crowdPair, error) {
	return func() (crowdPair, error) {
		values, errs := c.LoadMany(ctx, keys, from.load)
		return crowdPair{values, errs}, nil
	}
}

func wantMany(t *testing.T, got outcome[crowdPair], want ...int) {
	t.Helper()
	if got.panicked != nil || got.exited || got.value.errs != nil || !slices.Equal(got.value.values, want) {
		t.Errorf("LoadMany = %+v, want %v", got, want)
	}
}

// eachContext runs a test with a context that can be cancelled and one that cannot.
func eachContext(t *testing.T, test func(t *testing.T, ctx context.Context)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, t.Context()) })
	synctest.Test(t, func(t *testing.T) { test(t, context.Background()) })
}

func TestLoadMany(t *testing.T) {
	for name, o := range map[string]cache.Options[int, int]{"plain": {}, "rich": {Stale: time.Hour}} {
		eachContext(t, func(t *testing.T, ctx context.Context) {
			c, from := newCache(t, o), &crowd{errs: map[int]error{5: errLoad}}
			many := func(want string, keys ...int) {
				values, errs := c.LoadMany(ctx, keys, from.load)
				if got := fmt.Sprint(values, errs); got != want {
					t.Errorf("%s: LoadMany(%v) = %s, want %s", name, keys, got, want)
				}
			}
			many("[] []")
			many("[101] []", 1)
			many("[202 101 302 202] []", 2, 1, 3, 2)
			many("[202 403 503] [<nil> <nil> load failed]", 2, 4, 5)
			many("[504 403] [load failed <nil>]", 5, 4)
			many("[403 302] []", 4, 3)
			from.wasAsked(t, "[[1] [2 3] [4 5] [5]]")
			// One that waits for a load counts as a miss, as with Load.
			if s := c.Stats(); s.Hits != 5 || s.Misses != 7 || s.Loads != 6 || s.LoadErrors != 2 || s.Size != 4 {
				t.Errorf("%s: Stats = %+v", name, s)
			}
		})
	}
}

func TestLoadManyBreaches(t *testing.T) {
	for want, result := range map[string]crowdPair{
		"[1 2] []":                                  {values: []int{1, 2}},
		"[1 2] [<nil> load failed]":                 {[]int{1, 2}, []error{nil, errLoad}},
		"[0 0] [load failed failed]":                {nil, []error{errLoad, errors.New("failed")}},
		"2 keys has returned 1 values and 0 errors": {values: []int{1}},
		"2 keys has returned 3 values and 0 errors": {values: []int{1, 2, 3}},
		"2 keys has returned 2 values and 1 errors": {[]int{1, 2}, []error{errLoad}},
		"2 keys has returned 0 values and 2 errors": {nil, []error{errLoad, nil}},
		"2 keys has returned 0 values and 0 errors": {},
	} {
		c := newCache(t, cache.Options[int, int]{})
		values, errs := c.LoadMany(t.Context(), []int{1, 2}, func(context.Context, []int) ([]int, []error) { return result.values, result.errs })
		got := fmt.Sprint(values, errs)
		if !strings.HasPrefix(want, "[") && strings.Count(got, want) == 2 && strings.Contains(got, "test.get") && c.Stats().Size == 0 {
			continue
		}
		if got != want {
			t.Errorf("LoadMany = %s, want %s", got, want)
		}
	}
}

// There is one load of a key, whoever begins it, and each caller honours its own context.
func TestLoadManyShares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, from := newCache(t, cache.Options[int, int]{}), &crowd{takes: time.Second}
		first := start(loadMany(t.Context(), c, from, 1, 2))
		synctest.Wait()
		single := start(func() (int, error) { return c.Load(t.Context(), 3, from.one) })
		joined := start(func() (int, error) { return c.Load(t.Context(), 2, from.one) })
		synctest.Wait()
		second := start(loadMany(context.Background(), c, from, 4, 3, 2, 5))
		synctest.Wait()
		short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if v, errs := c.LoadMany(short, []int{1, 3, 6}, from.load); !errors.Is(errors.Join(errs...), context.DeadlineExceeded) || errs[0] == nil || errs[2] == nil {
			t.Errorf("LoadMany = %v, %v", v, errs)
		}
		wantMany(t, <-first, 101, 201)
		wantMany(t, <-second, 403, 302, 201, 503)
		if got := <-single; got.value != 302 || got.err != nil {
			t.Errorf("Load = %+v", got)
		}
		if got := <-joined; got.value != 201 || got.err != nil {
			t.Errorf("Load = %+v", got)
		}
		from.wasAsked(t, "[[1 2] [3] [4 5] [6]]")
	})
}

// The context of a load ends when all have left who wait for any of its keys.
func TestLoadManyGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type tracing struct{}
		ended := make(chan error, 1)
		c, from := newCache(t, cache.Options[int, int]{}), &crowd{takes: time.Hour}
		from.with = func(ctx context.Context, _ []int) {
			if ctx.Value(tracing{}) != "first" {
				t.Errorf("it has the values of %v", ctx.Value(tracing{}))
			}
			context.AfterFunc(ctx, func() { ended <- context.Cause(ctx) })
		}
		first, leave := context.WithCancel(context.WithValue(t.Context(), tracing{}, "first"))
		second, leaveToo := context.WithCancel(t.Context())
		many := start(loadMany(first, c, from, 1, 2, 3))
		synctest.Wait()
		one := start(func() (int, error) { return c.Load(second, 2, from.one) })
		synctest.Wait()
		leave()
		if got := (<-many).value; len(got.errs) != 3 || got.errs[0] != context.Canceled || got.errs[2] != context.Canceled {
			t.Errorf("LoadMany = %+v", got)
		}
		synctest.Wait()
		select {
		case err := <-ended:
			t.Errorf("the load ended because of %v", err)
		default:
		}
		leaveToo()
		if got := <-one; got.err != context.Canceled {
			t.Errorf("Load = %+v", got)
		}
		if err := <-ended; err == nil || !strings.Contains(err.Error(), "every caller") {
			t.Errorf("the load ended because of %v", err)
		}
		synctest.Wait()
		if c.Stats().Size != 0 {
			t.Error("something is kept")
		}
	})
}

func TestLoadManyTimeout(t *testing.T) {
	eachContext(t, func(t *testing.T, ctx context.Context) {
		c, from := newCache(t, cache.Options[int, int]{Timeout: time.Second}), &crowd{takes: time.Hour}
		began := time.Now()
		_, errs := c.LoadMany(ctx, []int{1, 2}, from.load)
		if len(errs) != 2 || errs[0] != context.DeadlineExceeded || errs[1] != context.DeadlineExceeded || time.Since(began) != time.Second {
			t.Errorf("LoadMany = %v after %v", errs, time.Since(began))
		}
	})
}

// What was changed while it was loaded is not kept, and other keys are.
func TestLoadManyInvalidated(t *testing.T) {
	eachContext(t, func(t *testing.T, ctx context.Context) {
		c, from := newCache(t, cache.Options[int, int]{}), &crowd{takes: time.Second}
		many := start(loadMany(ctx, c, from, 1, 2, 3, 4))
		synctest.Wait()
		if err := errors.Join(c.Delete(t.Context(), 2), c.Set(t.Context(), 3, 7)); err != nil {
			t.Error(err)
		}
		mustLoad(t, c, 2, 202, from.one)
		wantMany(t, <-many, 101, 201, 301, 401)
		mustLoad(t, c, 1, 101, from.one)
		mustLoad(t, c, 2, 202, from.one)
		mustLoad(t, c, 3, 7, from.one)
		mustLoad(t, c, 4, 401, from.one)
	})
}
