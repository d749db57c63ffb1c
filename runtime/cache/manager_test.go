package cache_test

import (
	"errors"
	"log/slog"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestManagerKnowsItsCaches(t *testing.T) {
	m := newManager(t)
	b := newCache(t, cache.Options[int, int64]{Name: "b", Manager: m})
	a := newCache(t, cache.Options[string, int]{Name: "a", Manager: m, TTL: time.Hour, MaxEntries: 5})
	b2 := newCache(t, cache.Options[int, int64]{Name: "b", Manager: m})
	_ = a.Set(t.Context(), "x", 1)
	_ = b.Set(t.Context(), 1, 1)
	_ = b2.Set(t.Context(), 1, 1)
	b2.Get(2)
	entries := m.Caches()
	if len(entries) != 2 || entries[0].Name() != "a" || entries[1].Name() != "b" {
		t.Fatalf("Caches = %v", entries)
	}
	if s := entries[1].Stats(); s.Size != 2 || s.Misses != 1 {
		t.Errorf("b: %+v", s)
	}
	if s := m.Stats(); s.Size != 3 || s.Misses != 1 {
		t.Errorf("all: %+v", s)
	}
	if s := entries[0].Settings(); s.TTL != time.Hour || s.MaxEntries != 5 || s.Mode != cache.On || *s.Jitter != 0 {
		t.Errorf("settings of a: %+v", s)
	}
}

func TestConfigureRefuses(t *testing.T) {
	m := newManager(t)
	newCache(t, cache.Options[int, int]{Name: "example.com/store.getUser", Manager: m})
	for want, name := range map[string]string{
		`unknown cache "getUser" (did you mean "example.com/store.getUser"?)`:                  "getUser",
		`unknown cache "example.com/store.getUsr" (did you mean "example.com/store.getUser"?)`: "example.com/store.getUsr",
		`unknown cache "example.com/other.somethingElse"`:                                      "example.com/other.somethingElse",
	} {
		err := m.Configure(name, cache.Settings{TTL: time.Second})
		if !errors.Is(err, cache.ErrUnknownCache) || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	one, nan := 1.0, math.NaN()
	for _, s := range []cache.Settings{
		{TTL: -1},
		{Idle: -1},
		{Timeout: -1},
		{MaxEntries: -2},
		{LoadLimit: -2},
		{Jitter: &one},
		{Jitter: &nan},
		{Mode: -1},
		{Mode: cache.Off + 1},
	} {
		s.TTL = cmpOr(s.TTL, time.Hour)
		if err := m.Configure("example.com/store.getUser", s); err == nil {
			t.Errorf("%+v was accepted", s)
		}
	}
	if ttl := m.Caches()[0].Settings().TTL; ttl != time.Minute {
		t.Errorf("a refused Configure changed the TTL to %v", ttl)
	}
}

func cmpOr(a, b time.Duration) time.Duration {
	if a != 0 {
		return a
	}
	return b
}

func TestConfigureAppliesToLaterCachesOfTheName(t *testing.T) {
	m := newManager(t)
	i := cache.NewInstances[shop](cache.Options[int, int]{Name: "p", TTL: time.Minute, Manager: m})
	if err := m.Configure("p", cache.Settings{MaxEntries: 2}); err != nil {
		t.Fatal(err)
	}
	s := &shop{}
	for k := range 5 {
		_ = i.Of(s).Set(t.Context(), k, 0)
	}
	if n := i.Of(s).Stats().Size; n != 2 {
		t.Errorf("Size = %d", n)
	}
}

func TestConfigureIsLogged(t *testing.T) {
	var text strings.Builder
	m := cache.NewManager(cache.Config{Logger: slog.New(slog.NewTextHandler(&text, nil))})
	newCache(t, cache.Options[int, int]{Name: "f", Manager: m})
	jitter := 0.25
	err := m.Configure("f", cache.Settings{TTL: time.Hour, LoadLimit: 3, Jitter: &jitter, Mode: cache.Off})
	if err != nil {
		t.Fatal(err)
	}
	want := "cache=f settings.TTL=1h0m0s settings.LoadLimit=3 settings.Jitter=0.25 settings.Mode=off"
	if !strings.Contains(text.String(), want) {
		t.Errorf("%s", text.String())
	}
}

func TestModeOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newManager(t)
		c := newCache(t, cache.Options[int, int64]{Manager: m})
		mode := func(mode cache.Mode) {
			t.Helper()
			if err := m.Configure("test.get", cache.Settings{Mode: mode}); err != nil {
				t.Fatal(err)
			}
		}
		var n counter
		mustLoad(t, c, 1, 1, n.load)
		mode(cache.Off)
		if s := c.Stats(); s.Size != 0 {
			t.Errorf("%d entries kept", s.Size)
		}
		mustLoad(t, c, 1, 2, n.load)
		_ = c.Set(t.Context(), 1, 99)
		mustLoad(t, c, 1, 3, n.load)
		if _, ok := c.Find(t.Context(), 1); ok {
			t.Error("Find found something")
		}

		g := newGate() // one load for each key at a time still holds
		off := newCache(t, cache.Options[int, int]{Manager: m})
		var done []<-chan outcome[int]
		for range 10 {
			done = append(done, start(func() (int, error) { return off.Load(t.Context(), 1, g.load) }))
		}
		synctest.Wait()
		close(g.opened)
		for _, d := range done {
			if got := <-d; got.value != 1 {
				t.Errorf("%+v", got)
			}
		}
		mode(cache.MemoryOnly)
		mustLoad(t, c, 1, 4, n.load)
		mustLoad(t, c, 1, 4, n.load)
		mode(cache.On)
		mustLoad(t, c, 1, 4, n.load)
	})
}

func TestModeNames(t *testing.T) {
	for mode, want := range map[cache.Mode]string{0: "unchanged", cache.On: "on", cache.MemoryOnly: "memory", cache.Off: "off", 9: "Mode(9)"} {
		if got := mode.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

type textKey struct{ id string }

func TestInvalidateMatching(t *testing.T) {
	ctx := t.Context()
	m := newManager(t)
	users := newCache(t, cache.Options[textKey, int]{
		Name: "x.getUser", Manager: m,
		KeyText: func(k textKey) string { return cache.KeyText("user:", k.id) },
	})
	items := newCache(t, cache.Options[int, int]{Name: "x.getItem", Manager: m})
	pairs := newCache(t, cache.Options[[2]int, int]{Name: "x.getPair", Manager: m})
	floats := newCache(t, cache.Options[cache.Float, int]{Name: "x.root", Manager: m})
	fill := func() {
		for _, id := range []string{"a", "ab", "b"} {
			_ = users.Set(ctx, textKey{id}, 0)
		}
		for k := range 12 {
			_ = items.Set(ctx, k, 0)
		}
		_ = pairs.Set(ctx, [2]int{1, 2}, 0)
		_ = floats.Set(ctx, cache.FloatKey(1.5), 0)
	}
	for _, tt := range []struct {
		pattern string
		count   int
	}{
		{"user:a*", 2},
		{"user:a", 1},
		{"user:*", 3},
		{"user:", 0},
		{"x.getUser:*", 3},
		{"x.getUser:user:a*", 2},
		{"x.getUser:user:b", 1},
		{"x.getItem:1*", 3},
		{"x.getItem:1", 1},
		{"x.getItem:*", 12},
		{"x.getPair:*", 1},
		{"x.getPair:1*", 0},
		{"x.get*", 16},
		{"x.root:1.5", 1},
		{"*", 17},
	} {
		fill()
		if n, err := m.InvalidateMatching(ctx, tt.pattern); n != tt.count || err != nil {
			t.Errorf("%s: %d, %v, want %d", tt.pattern, n, err, tt.count)
		}
	}
	for _, wrong := range []string{"", "a*b", "*a", "**"} {
		if _, err := m.InvalidateMatching(ctx, wrong); err == nil {
			t.Errorf("%q was accepted", wrong)
		}
	}
}

func TestErrors(t *testing.T) {
	for want, err := range map[string]error{
		"f was called for a key whose load waits for this call": &cache.RecursionError{Func: "f"},
		"f: the context has no value for auth.Tenant":           &cache.VaryError{Func: "f", By: "auth.Tenant"},
	} {
		if err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
}
