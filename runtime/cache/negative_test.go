package cache_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

var errAbsent = errors.New("there is none")

// policy is one whose decisions are values.
type policy struct {
	cache.DefaultPolicy[int64]
	keep func(int64) bool
	ttl  func(v int64, usual time.Duration) time.Duration
}

func (p policy) Keep(v int64) bool { return p.keep == nil || p.keep(v) }

func (p policy) TTL(v int64, usual time.Duration) time.Duration {
	if p.ttl == nil {
		return usual
	}
	return p.ttl(v, usual)
}

func (policy) Missing(err error) bool { return errors.Is(err, errAbsent) }

func (policy) Absence() error { return errAbsent }

var errorsFor = refreshed{TTL: time.Minute, ErrorsTTL: 5 * time.Second}

// mustFail loads key 1 and checks that the very error is returned.
func mustFail(t *testing.T, c *cache.Cache[int, int64], want error, load func(context.Context, int) (int64, error)) {
	t.Helper()
	if got, err := c.Load(t.Context(), 1, load); got != 0 || err != want {
		t.Fatalf("Load = %v, %v, want %v", got, err, want)
	}
}

func TestErrorsTTL(t *testing.T) {
	inBubble("the same error for so long", t, func(t *testing.T) {
		c, s := newCache(t, errorsFor), &source{}
		s.fails(fmt.Errorf("%w: %w", errLoad, errors.New("reason")))
		_, want := c.Load(t.Context(), 1, s.load)
		mustFail(t, c, want, s.load)
		time.Sleep(5*time.Second - 1)
		mustFail(t, c, want, s.load)
		s.called(t, 1)
		_, ok := c.Get(1)
		_, peeked := c.Peek(t.Context(), 1)
		_, found := c.Find(t.Context(), 1)
		if ok || peeked || found || len(maps.Collect(c.All())) != 0 {
			t.Error("an error was taken for a result")
		}
		if got := c.Stats(); got.Hits != 2 || got.Misses != 2 || got.LoadErrors != 1 || got.Size != 1 {
			t.Errorf("Stats() = %+v", got)
		}
		time.Sleep(time.Nanosecond)
		s.fails(nil)
		mustLoad(t, c, 1, 2, s.load)
		time.Sleep(time.Minute - 1)
		mustLoad(t, c, 1, 2, s.load)
	})
	inBubble("not of contexts that ended, panics and recursion", t, func(t *testing.T) {
		o := errorsFor
		o.Timeout, o.Policy, o.MissingTTL = time.Second, policy{}, time.Minute
		c, s := newCache(t, o), &source{}
		for _, end := range []func() error{
			func() error { return fmt.Errorf("%w: %w", errAbsent, context.Canceled) },
			func() error { return context.DeadlineExceeded },
			func() error { return &cache.RecursionError{} },
			func() error { return fmt.Errorf("inner: %w", &cache.VaryError{}) },
			func() error { return fmt.Errorf("%w: %w", errAbsent, notAResult{}) },
			func() error { time.Sleep(2 * time.Second); return errLoad }, // later than the timeout
			func() error { panic(errLoad) },
			func() error { runtime.Goexit(); return nil },
		} {
			s.ends(end)
			if out := <-start(func() (int64, error) { return c.Load(t.Context(), 1, s.load) }); out.err == nil && out.panicked == nil {
				t.Errorf("%+v", out)
			}
			if n := c.Stats().Size; n != 0 {
				t.Fatal("it was kept")
			}
		}
		s.called(t, 8)
	})
	inBubble("LoadValue does not return them", t, func(t *testing.T) {
		c, s := newCache(t, errorsFor), &source{}
		s.fails(errLoad)
		mustFail(t, c, errLoad, s.load)
		if got := c.LoadValue(t.Context(), 1, func(context.Context, int) int64 { return 3 }); got != 3 {
			t.Errorf("LoadValue = %d", got)
		}
	})
	inBubble("an error takes the place of no result", t, func(t *testing.T) {
		o := errorsFor
		o.Refresh, o.Stale = 10*time.Second, time.Hour
		c, s := newCache(t, o), &source{}
		mustLoad(t, c, 1, 1, s.load)
		s.fails(errLoad)
		time.Sleep(10 * time.Second)
		mustLoad(t, c, 1, 1, s.load) // begins a refresh, which fails
		synctest.Wait()
		if _, err := c.Refresh(t.Context(), 1, s.load); err != errLoad {
			t.Error(err)
		}
		mustLoad(t, c, 1, 1, s.load)
		time.Sleep(50 * time.Second) // too old
		mustLoad(t, c, 1, 1, s.load)
		time.Sleep(time.Hour) // too old even for that
		mustFail(t, c, errLoad, s.load)
		calls := s.calls.Load()
		mustFail(t, c, errLoad, s.load)
		s.called(t, calls)
	})
	inBubble("what changes a key removes them", t, func(t *testing.T) {
		o := errorsFor
		o.Manager = newManager(t)
		c, s := newCache(t, o), &source{}
		for name, change := range map[string]func(){
			"Delete":             func() { _ = c.Delete(t.Context(), 1) },
			"Clear":              func() { _ = c.Clear(t.Context()) },
			"InvalidateMatching": func() { _, _ = o.Manager.InvalidateMatching(t.Context(), "test.get:1") },
			"Set":                func() { _ = c.Set(t.Context(), 1, 1); _ = c.Delete(t.Context(), 1) },
			"Refresh": func() {
				_, _ = c.Refresh(t.Context(), 1, func(context.Context, int) (int64, error) { return 1, nil })
				_ = c.Delete(t.Context(), 1)
			},
		} {
			calls := s.calls.Load()
			s.fails(errLoad)
			mustFail(t, c, errLoad, s.load)
			change()
			s.fails(nil)
			mustLoad(t, c, 1, calls+2, s.load)
			if c.Delete(t.Context(), 1); t.Failed() {
				t.Fatal(name)
			}
		}
		if got := c.Stats(); got.Invalidations < 10 {
			t.Errorf("Stats() = %+v", got)
		}
	})
}

func TestMissing(t *testing.T) {
	for name, o := range map[string]refreshed{
		"for MissingTTL":                {MissingTTL: 10 * time.Second, ErrorsTTL: 2 * time.Second},
		"for MissingTTL, errors not":    {MissingTTL: 10 * time.Second},
		"for ErrorsTTL, if there is no": {ErrorsTTL: 10 * time.Second},
	} {
		inBubble(name, t, func(t *testing.T) {
			o.TTL, o.Policy = time.Minute, policy{}
			c, s := newCache(t, o), &source{}
			want := fmt.Errorf("user 1: %w", errAbsent)
			s.fails(want)
			mustFail(t, c, want, s.load)
			time.Sleep(10*time.Second - 1)
			mustFail(t, c, want, s.load)
			s.called(t, 1)
			time.Sleep(time.Nanosecond)
			mustFail(t, c, want, s.load)
			s.called(t, 2)
			_ = c.Delete(t.Context(), 1)
			s.fails(errLoad)
			mustFail(t, c, errLoad, s.load)
			time.Sleep(max(o.ErrorsTTL, 1))
			mustFail(t, c, errLoad, s.load)
			s.called(t, 4)
		})
	}
	for name, o := range map[string]refreshed{
		"is an answer: an old result goes":      {},
		"is an answer, and takes the old place": {MissingTTL: time.Second},
	} {
		inBubble(name, t, func(t *testing.T) {
			o.TTL, o.Stale, o.Refresh, o.Policy = time.Minute, time.Hour, 20*time.Second, policy{}
			m, j := newJournal(t)
			o.Manager = m
			c, s := newCache(t, o), &source{}
			for _, age := range []time.Duration{time.Minute, 20 * time.Second} {
				s.fails(nil)
				time.Sleep(time.Second)
				mustLoad(t, c, 1, s.calls.Load()+1, s.load)
				s.fails(errAbsent)
				time.Sleep(age)
				if age < o.TTL {
					mustLoad(t, c, 1, s.calls.Load(), s.load) // begins a refresh
					synctest.Wait()
				}
				mustFail(t, c, errAbsent, s.load)
			}
			if j.lines() != 0 {
				t.Errorf("the log says %s", j.text.String())
			}
		})
	}
}

// notAResult is an error as other packages have them.
type notAResult struct{}

func (notAResult) Error() string    { return "not a result" }
func (notAResult) NotAResult() bool { return true }
