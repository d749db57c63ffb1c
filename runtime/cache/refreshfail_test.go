package cache_test

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

func TestFailedRefreshes(t *testing.T) {
	inBubble("are tried again, ever later, and not beyond the expiry", t, func(t *testing.T) {
		m, j := newJournal(t)
		o := refreshing
		o.Manager, o.TTL = m, time.Hour
		c, s := newCache(t, o), &source{}
		mustLoad(t, c, 1, 1, s.load)
		s.fails(errLoad)
		time.Sleep(20 * time.Second)
		mustLoad(t, c, 1, 1, s.load)
		synctest.Wait()
		want := int64(2)
		for _, wait := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
			s.called(t, want)
			time.Sleep(wait*time.Second - 1)
			mustLoad(t, c, 1, 1, s.load)
			synctest.Wait()
			s.called(t, want)
			time.Sleep(time.Nanosecond)
			mustLoad(t, c, 1, 1, s.load)
			synctest.Wait()
			want++
		}
		// Two or three minutes have passed.
		if n := j.lines(); n < 2 || n > 5 || !j.has("load failed") || !j.has("test.get") {
			t.Errorf("%d lines:\n%s", n, j.text.String())
		}
		if got := c.Stats(); got.LoadErrors != 9 || got.Refreshes != 9 || got.Misses != 1 {
			t.Errorf("Stats() = %+v", got)
		}
		time.Sleep(time.Hour - 20*time.Second - 183*time.Second - 1)
		mustLoad(t, c, 1, 1, s.load)
		synctest.Wait()
		time.Sleep(time.Nanosecond)
		s.fails(nil)
		mustLoad(t, c, 1, want+2, s.load)
	})
	inBubble("and those that end after the timeout", t, func(t *testing.T) {
		o := refreshing
		o.Timeout = time.Second
		c, s := newCache(t, o), &source{}
		mustLoad(t, c, 1, 1, s.load)
		s.ends(func() error { time.Sleep(2 * time.Second); return nil })
		time.Sleep(20 * time.Second)
		mustLoad(t, c, 1, 1, s.load)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		s.ends(nil)
		for _, calls := range []int64{2, 3} {
			mustLoad(t, c, 1, 1, s.load)
			synctest.Wait()
			s.called(t, calls)
			time.Sleep(time.Second)
		}
		mustLoad(t, c, 1, 3, s.load)
	})
	for name, end := range map[string]func() error{
		"panic":  func() error { panic("boom") },
		"Goexit": func() error { runtime.Goexit(); return nil },
	} {
		inBubble(name+" is reported and ends nothing else", t, func(t *testing.T) {
			m, j := newJournal(t)
			o := refreshing
			o.Manager = m
			c, s := newCache(t, o), &source{}
			mustLoad(t, c, 1, 1, s.load)
			s.ends(end)
			time.Sleep(20 * time.Second)
			mustLoad(t, c, 1, 1, s.load)
			synctest.Wait()
			if j.lines() != 1 || !j.has("source_test.go") || !j.has("panic=") {
				t.Errorf("the log says %s", j.text.String())
			}
			mustLoad(t, c, 1, 1, s.load)
			s.called(t, 2)
			s.ends(nil)
			time.Sleep(time.Second)
			mustLoad(t, c, 1, 1, s.load)
			synctest.Wait()
			mustLoad(t, c, 1, 3, s.load)
		})
	}
}

func TestRefreshAndLoadLimit(t *testing.T) {
	inBubble("gives way to loads that somebody waits for", t, func(t *testing.T) {
		o := refreshing
		o.LoadLimit = 1
		c, s, g := newCache(t, o), &source{}, &source{}
		mustLoad(t, c, 1, 1, s.load)
		g.takes(10 * time.Second)
		other := start(func() (int64, error) { return c.Load(t.Context(), 2, g.load) })
		time.Sleep(20 * time.Second)
		<-other
		busy := start(func() (int64, error) { return c.Load(t.Context(), 3, g.load) })
		synctest.Wait()
		mustLoad(t, c, 1, 1, s.load)
		synctest.Wait()
		s.called(t, 1)
		<-busy
		mustLoad(t, c, 1, 1, s.load)
		synctest.Wait()
		mustLoad(t, c, 1, 2, s.load)
		if got := c.Stats(); got.Refreshes != 1 {
			t.Errorf("Stats() = %+v", got)
		}
	})
}
