package cache_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func settingsOf(t *testing.T, m *cache.Manager, name string) cache.Settings {
	t.Helper()
	e, err := m.Entry(name)
	if err != nil {
		t.Fatal(err)
	}
	return e.Settings()
}

func configure(t *testing.T, m *cache.Manager, name string, s cache.Settings) {
	t.Helper()
	if err := m.Configure(name, s); err != nil {
		t.Fatal(err)
	}
}

// Each layer lies over the one before it, and what was below comes back.
func TestLayersOfSettings(t *testing.T) {
	m := newManager(t)
	c := newCache(t, cache.Options[int, int]{Name: "example.com/store.getUser", Manager: m, TTL: time.Hour})
	c.Get(1) // in use
	expect := func(when string, ttl time.Duration, mode cache.Mode, origins map[string]string) {
		t.Helper()
		s := settingsOf(t, m, "example.com/store.getUser")
		if s.TTL != ttl || s.Mode != mode {
			t.Errorf("%s: TTL %v, mode %v; want %v, %v", when, s.TTL, s.Mode, ttl, mode)
		}
		e, _ := m.Entry("example.com/store.getUser")
		if got := e.Origins(); !maps.Equal(got, origins) {
			t.Errorf("%s: origins %v, want %v", when, got, origins)
		}
	}
	expect("options", time.Hour, cache.On, map[string]string{})
	configure(t, m, "example.com/store.getUser", cache.Settings{TTL: time.Minute, Mode: cache.MemoryOnly})
	expect("Configure", time.Minute, cache.MemoryOnly, map[string]string{"TTL": "Configure", "Mode": "Configure"})
	t.Setenv("BUNSUI_CACHE_GET_USER_TTL", "5s")
	if err := m.ReadEnvironment(); err != nil {
		t.Fatal(err)
	}
	expect("environment", 5*time.Second, cache.MemoryOnly, map[string]string{"TTL": "environment", "Mode": "Configure"})
	configure(t, m, "example.com/store.getUser", cache.Settings{TTL: time.Second})
	expect("Configure under the environment", 5*time.Second, cache.MemoryOnly, map[string]string{"TTL": "environment", "Mode": "Configure"})
	must(t, m.SwitchAll(cache.Off))
	expect("SwitchAll", 5*time.Second, cache.Off, map[string]string{"TTL": "environment", "Mode": "Switch"})
	must(t, m.Switch("getUser", cache.On))
	expect("Switch goes before SwitchAll", 5*time.Second, cache.On, map[string]string{"TTL": "environment", "Mode": "Switch"})
	must(t, m.Switch("store.getUser", cache.Usual))
	must(t, m.SwitchAll(cache.Usual))
	expect("switches taken away", 5*time.Second, cache.MemoryOnly, map[string]string{"TTL": "environment", "Mode": "Configure"})
	t.Setenv("BUNSUI_CACHE_GET_USER_TTL", "")
	if err := m.ReadEnvironment(); err == nil {
		t.Error("an empty value was read")
	}
	expect("a failed ReadEnvironment changes nothing", 5*time.Second, cache.MemoryOnly, map[string]string{"TTL": "environment", "Mode": "Configure"})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What is said of a function is said of its instantiations and scopes, and what is said
// of one of these goes before.
func TestSettingsOfFunctionsWithSeveralCaches(t *testing.T) {
	m := newManager(t)
	eu, us := m.Scope("eu"), m.Scope("us")
	for _, of := range []*cache.Manager{m, eu, us, eu.Scope("west")} {
		newCache(t, cache.Options[int, int]{Name: "store.get[int]", Manager: of, TTL: time.Hour})
	}
	newCache(t, cache.Options[int, int]{Name: "store.get[string]", Manager: m, TTL: time.Hour})
	ttls := func(when string, want ...time.Duration) {
		t.Helper()
		names := []string{"store.get[int]", "store.get[string]", "store.get[int]@eu", "store.get[int]@eu/west", "store.get[int]@us"}
		for i, name := range names {
			if got := settingsOf(t, m, name).TTL; got != want[i] {
				t.Errorf("%s: %s has %v, want %v", when, name, got, want[i])
			}
		}
	}
	configure(t, m, "store.get", cache.Settings{TTL: 1})
	ttls("the function", 1, 1, 1, 1, 1)
	configure(t, m, "store.get[int]", cache.Settings{TTL: 2})
	ttls("an instantiation", 2, 1, 2, 2, 2)
	configure(t, eu, "store.get", cache.Settings{TTL: 3})
	ttls("a scope", 2, 1, 3, 3, 2)
	configure(t, m, "store.get[int]@eu/west", cache.Settings{TTL: 4})
	ttls("one of all", 2, 1, 3, 4, 2)

	later := newCache(t, cache.Options[int, int]{Name: "store.get[bool]", Manager: eu, TTL: time.Hour})
	if got := settingsOf(t, eu, later.Name()).TTL; got != 3 {
		t.Errorf("made later: %v", got)
	}
	must(t, eu.SwitchAll(cache.Off))
	if a, b := settingsOf(t, eu, "store.get[int]").Mode, settingsOf(t, m, "store.get[int]").Mode; a != cache.Off || b != cache.On {
		t.Errorf("SwitchAll of a scope: %v in it, %v outside", a, b)
	}
}

// A generic function is known before its first instantiation.
func TestGenericsAreKnownByName(t *testing.T) {
	cache.NewGeneric("example.com/generics.getItem")
	if err := cache.Configure("example.com/generics.getItem", cache.Settings{TTL: 7 * time.Second}); err != nil {
		t.Fatal(err)
	}
	c := cache.New(cache.Options[int, int]{Name: "example.com/generics.getItem[int]", TTL: time.Hour})
	if got := settingsOf(t, cache.Default(), c.Name()).TTL; got != 7*time.Second {
		t.Errorf("TTL = %v", got)
	}
	if err := cache.Configure("example.com/generics.getItems", cache.Settings{TTL: 1}); !errors.Is(err, cache.ErrUnknownCache) {
		t.Error(err)
	}
}

// lateTTL gives an hour.
type lateTTL struct{}

func (lateTTL) Durations() cache.Durations { return cache.Durations{TTL: time.Hour} }

func TestSettingsOverLateDurations(t *testing.T) {
	m := newManager(t)
	c := newCache(t, cache.Options[int, int]{Manager: m, TTL: cache.Deferred, Late: lateTTL{}})
	configure(t, m, c.Name(), cache.Settings{MaxEntries: 3})
	c.Get(1)
	must(t, m.Switch(c.Name(), cache.Off))
	must(t, m.Switch(c.Name(), cache.Usual))
	if s := settingsOf(t, m, c.Name()); s.TTL != time.Hour || s.MaxEntries != 3 || s.Mode != cache.On {
		t.Errorf("%+v", s)
	}
}

// Whatever comes first, the start of a cache or a change, the last word counts.
func TestSettingsWhileCachesStart(t *testing.T) {
	for range 50 {
		m := newManager(t)
		newCache(t, cache.Options[int, int]{Name: "first", Manager: m})
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				c := cache.New(cache.Options[int, int]{Name: fmt.Sprint("c", i), Manager: m, TTL: time.Hour})
				_, _ = c.Load(context.Background(), 1, func(context.Context, int) (int, error) { return 1, nil })
			})
			all.Go(func() { _ = m.SwitchAll([]cache.Mode{cache.Off, cache.MemoryOnly}[i%2]) })
			all.Go(func() { _ = m.Configure("first", cache.Settings{TTL: time.Duration(i + 1)}) })
		}
		all.Wait()
		must(t, m.SwitchAll(cache.Usual))
		for _, e := range m.Caches() {
			if mode := e.Settings().Mode; mode != cache.On {
				t.Fatalf("%s: %v", e.Name(), mode)
			}
		}
	}
}
