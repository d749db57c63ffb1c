package monitor_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

func TestHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		m := monitor.Start(ctx, monitor.Every(2*time.Second), monitor.Keep(3))
		manager := cache.NewManager(cache.Config{})
		c := cache.New(cache.Options[int, int]{Name: "history.cache", TTL: cache.Forever, Manager: manager})
		probe := profile.New("history.function")
		for i := range 5 {
			for range 10 * i {
				c.Get(1)
			}
			call := probe.Begin()
			time.Sleep(time.Second)
			call.End()
			time.Sleep(time.Second + time.Millisecond)
		}
		h := m.History()
		points := find(t, h.Caches, "history.cache").Points
		if got := len(points); got != 3 {
			t.Fatalf("there are %d points, want 3", got)
		}
		for i, p := range points {
			if want := uint64(10 * (i + 2)); p.Misses != want || p.PerSecond(p.Misses) != float64(want)/2 || p.Length != 2*time.Second {
				t.Errorf("point %d is %+v, want %d misses", i, p, want)
			}
		}
		last := find(t, h.Functions, "history.function").Points[2]
		if last.Calls != 1 || last.Total != time.Second || last.P99 < 970*time.Millisecond || last.P99 > 1030*time.Millisecond {
			t.Errorf("the last point of the function is %+v", last)
		}
		stop()
		<-m.Done()
		if err := manager.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
}

// TestHitRateAlert goes from a cache to the log, with the guide's alert.
func TestHitRateAlert(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var events []monitor.Event
		m := monitor.Start(ctx, monitor.Logger(slog.New(slog.DiscardHandler)), monitor.Watch(monitor.Alert{
			Name: "hit rate", When: monitor.Only(monitor.HitRateBelow(0.8), "alert.*"), For: 20 * time.Second,
		}), monitor.OnAlert(func(e monitor.Event) { events = append(events, e) }))
		c := cache.New(cache.Options[int, int]{Name: "alert.cache", TTL: cache.Forever})
		c.Set(ctx, 1, 1)
		use := func(key int) {
			for range 6 {
				time.Sleep(10 * time.Second)
				for range 100 {
					c.Get(key)
				}
			}
		}
		use(1)
		use(2)
		time.Sleep(time.Hour) // nobody calls, and nothing is told
		synctest.Wait()
		if len(events) != 1 || !events[0].Raised || events[0].Name != "alert.cache" {
			t.Fatalf("the events are %v", events)
		}
		if raised := m.Raised(); !slices.Equal(raised, events) {
			t.Errorf("raised are %v", raised)
		}
		use(1)
		time.Sleep(time.Minute)
		synctest.Wait()
		if raised := m.Raised(); len(events) != 2 || events[1].Raised || events[1].Gone || len(raised) > 0 {
			t.Errorf("the events are %v, raised are %v", events, raised)
		}
		stop()
		<-m.Done()
	})
}

// TestManyNames makes things come and go: what is kept for them must not add up.
func TestManyNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		m := monitor.Start(ctx, monitor.MaxNames(4), monitor.Every(time.Second))
		manager := cache.NewManager(cache.Config{})
		for i := range 20 {
			scope := manager.Scope(fmt.Sprint("s", i))
			for j := range 10 {
				cache.New(cache.Options[int, int]{Name: fmt.Sprint("many", j), TTL: cache.Forever, Manager: scope}).Get(1)
			}
			time.Sleep(time.Second + time.Millisecond)
			if err := scope.Close(ctx); err != nil {
				t.Fatal(err)
			}
			if n := len(m.History().Caches); n > 2*(4+1)+4 {
				t.Fatalf("there are histories of %d names", n)
			}
		}
		stop()
		<-m.Done()
	})
}

// TestUnderLoad has everything at once, for the race detector.
func TestUnderLoad(t *testing.T) {
	before := monitor.Snapshot()
	ctx, stop := context.WithCancel(t.Context())
	m := monitor.Start(ctx, monitor.Every(time.Millisecond), monitor.Keep(2), monitor.Watch(monitor.Alerts()...),
		monitor.Logger(slog.New(slog.DiscardHandler)))
	c := cache.New(cache.Options[int, int]{Name: "load.cache", TTL: cache.Forever, MaxEntries: 100})
	probe := profile.New("load.function")
	var users sync.WaitGroup
	for range 4 {
		users.Go(func() {
			for i := range 3000 {
				call := probe.Begin()
				c.Load(ctx, i%200, func(context.Context, int) (int, error) { return i, nil })
				call.End()
				if i%500 == 0 {
					m.History()
					m.Raised()
				}
			}
		})
	}
	users.Wait()
	if f := find(t, monitor.Snapshot().Since(before).Functions, "load.function"); f.Calls != 12000 {
		t.Errorf("%d calls were counted, want 12000", f.Calls)
	}
	stop()
	<-m.Done()
}

func TestMistakes(t *testing.T) {
	for name, f := range map[string]func(){
		"Every": func() { monitor.Every(0) }, "Keep": func() { monitor.Keep(-1) }, "MaxNames": func() { monitor.MaxNames(0) },
		"no name":   func() { monitor.Watch(monitor.Alert{When: monitor.ErrorsAbove(0)}) },
		"no When":   func() { monitor.Watch(monitor.Alert{Name: "a"}) },
		"For":       func() { monitor.Watch(monitor.Alert{Name: "a", When: monitor.ErrorsAbove(0), For: -1}) },
		"no bounds": func() { monitor.PoolWaitsAbove(7*time.Millisecond, 0.1) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
