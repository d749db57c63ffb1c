package cache_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

// What is called with the context of a test that is over works, and keeps nothing.
func TestWrappersAfterTheEndOfTheirTest(t *testing.T) {
	people := cache.New(peopleOptions{
		Name: "test/people.late", TTL: time.Hour, Shared: true, Codec: jsonCodec{"v1"}, KeyText: textOf, Policy: peoplePolicy{},
	})
	receivers := cache.NewInstances[person](cache.Options[int, int64]{Name: "test/late.receivers", TTL: time.Hour})
	var ctx context.Context
	t.Run("over", func(t *testing.T) { ctx = context.WithoutCancel(cachetest.Context(t)) })
	d, calls := new(database), new(counter)
	for i := range int64(3) {
		if v, err := people.Load(ctx, 1, d.load); err != nil || v.ID != 1 {
			t.Errorf("%v, %v", v, err)
		}
		must(t, people.Set(ctx, 1, person{}))
		must(t, people.Delete(ctx, 1))
		d.loaded(t, i+1)
		if v, err := receivers.Of(&person{ID: 1}).Load(ctx, 1, calls.load); err != nil || v != i+1 {
			t.Errorf("%v, %v", v, err)
		}
	}
}

// Caches that are made with a closed manager keep nothing, however many there are.
func TestCachesOfClosedManager(t *testing.T) {
	m := newManager(t)
	must(t, m.Close(t.Context()))
	for range 2 {
		c := sharedPeople(m)
		for version := range int64(2) {
			mustLoad(t, c, 1, person{1, version}, loadPerson(version))
		}
	}
	if s := m.Stats(); s.Size != 0 {
		t.Errorf("%+v", s)
	}
}

// Instances of a scope that is closed keep nothing any more, whichever receiver they are
// for; the scope can be used anew.
func TestInstancesOfClosedScope(t *testing.T) {
	m := newManager(t)
	instances := func() *cache.Instances[person, int, int] {
		return cache.NewInstances[person](cache.Options[int, int]{Name: "a.R.get", TTL: time.Hour, Manager: m.Scope("eu")})
	}
	before, known := instances(), &person{ID: 1}
	must(t, before.Of(known).Set(t.Context(), 1, 1))
	must(t, m.Scope("eu").Close(t.Context()))
	after := instances()
	for _, r := range []*person{known, {ID: 2}, nil} {
		must(t, before.Of(r).Set(t.Context(), 1, 1))
		if _, ok := before.Of(r).Get(1); ok {
			t.Errorf("%v: it is kept", r)
		}
		must(t, after.Of(r).Set(t.Context(), 1, 1))
		if _, ok := after.Of(r).Get(1); !ok {
			t.Errorf("%v: it is not kept", r)
		}
	}
	if e, err := m.Entry("a.R.get@eu"); err != nil || e.Stats().Size != 3 {
		t.Errorf("%v, %v", e, err)
	}
}

// The names of a scope go with it, and so do those of scopes in it.
func TestNamesOfNestedScopes(t *testing.T) {
	m := newManager(t)
	cache.Register("nested/eu", m.Scope("eu"))
	cache.Register("nested/west", m.Scope("eu/west"))
	cache.Register("nested/euro", m.Scope("euro"))
	must(t, m.Scope("eu").Close(t.Context()))
	for name, want := range map[string]bool{"nested/eu": false, "nested/west": false, "nested/euro": true} {
		if _, err := cache.Named(name); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// slow is a log that takes its time once it is told to.
type slow struct {
	slog.Handler
	entered, gate chan struct{}
}

func (slow) Enabled(context.Context, slog.Level) bool { return true }

func (s slow) Handle(context.Context, slog.Record) error {
	s.entered <- struct{}{}
	<-s.gate
	return nil
}

// Close waits for the watcher of switches as long as its context allows, each time that
// it is called.
func TestCloseWaitsForWatcher(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := slow{slog.DiscardHandler, make(chan struct{}, 1), make(chan struct{})}
		m := cache.NewManager(cache.Config{Logger: slog.New(log)})
		declare(m, "a.b")
		path := filepath.Join(t.TempDir(), "switches")
		must(t, m.WatchSwitches(path, time.Second))
		write(t, path, "a.b = off\n")
		<-log.entered
		for range 2 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			began := time.Now()
			err := m.Close(ctx)
			cancel()
			if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took != time.Minute || !strings.Contains(err.Error(), "switches") {
				t.Errorf("%v after %v", err, took)
			}
		}
		closed := start(func() (int, error) { return 0, m.Close(t.Context()) })
		synctest.Wait()
		select {
		case out := <-closed:
			t.Errorf("it has not waited: %+v", out)
		default:
		}
		close(log.gate)
		must(t, (<-closed).err)
		must(t, m.Close(t.Context()))
	})
}

// A manager that is closed takes nothing from a file.
func TestWatchSwitchesAfterClose(t *testing.T) {
	m := newManager(t)
	declare(m, "a.b")
	path := filepath.Join(t.TempDir(), "switches")
	write(t, path, "a.b = off\n")
	must(t, m.Close(t.Context()))
	for range 2 {
		said(t, "closed", m.WatchSwitches(path, 0), "cache: "+path+": the manager is closed")
	}
	if e, _ := m.Entry("a.b"); e.Settings().Mode != cache.On || len(e.Origins()) > 0 {
		t.Errorf("%v, %v", e.Settings().Mode, e.Origins())
	}
}
