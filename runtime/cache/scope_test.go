package cache_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

// sharedPeople makes a shared cache of people.
func sharedPeople(m *cache.Manager) *cache.Cache[int, person] {
	return cache.New(cache.Options[int, person]{
		Name: "store.Users.get", Manager: m, TTL: time.Hour, Shared: true, Codec: jsonCodec{"1"},
		KeyText: func(id int) string { return cache.KeyText("user:", id) },
	})
}

func loadPerson(version int64) func(context.Context, int) (person, error) {
	return func(_ context.Context, id int) (person, error) { return person{id, version}, nil }
}

// Two instances over two databases do not meet in the store.
func TestScopesDoNotMeetInTheStore(t *testing.T) {
	store := cachetest.NewStore()
	m := cache.NewManager(cache.Config{Store: store})
	t.Cleanup(func() { must(t, m.Close(context.Background())) })
	eu, us := sharedPeople(m.Scope("eu")), sharedPeople(m.Scope("us"))
	for version, c := range map[int64]*cache.Cache[int, person]{1: eu, 2: us} {
		for range 2 {
			mustLoad(t, c, 7, person{7, version}, loadPerson(version))
		}
	}
	keys := store.Keys()
	if !slices.ContainsFunc(keys, func(k string) bool { return strings.Contains(k, "store.Users.get@eu:") }) ||
		!slices.ContainsFunc(keys, func(k string) bool { return strings.Contains(k, "store.Users.get@us:") }) {
		t.Errorf("keys in the store: %v", keys)
	}

	// Another process has the same scopes.
	other := cache.NewManager(cache.Config{Store: store.Join()})
	t.Cleanup(func() { must(t, other.Close(context.Background())) })
	mustLoad(t, sharedPeople(other.Scope("us")), 7, person{7, 2}, loadPerson(3))
}

func TestSecondSharedCachePanics(t *testing.T) {
	m := newManager(t)
	sharedPeople(m)
	failure := func() (v any) {
		defer func() { v = recover() }()
		sharedPeople(m)
		return nil
	}()
	if text := fmt.Sprint(failure); !strings.Contains(text, "store.Users.get") || !strings.Contains(text, "m.Scope(") {
		t.Errorf("panic: %v", failure)
	}
	eu := m.Scope("eu")
	sharedPeople(eu)
	must(t, eu.Close(t.Context()))
	sharedPeople(m.Scope("eu")) // anew
	sharedPeople(m.Scope("us").Scope("eu"))
}

func TestScopeOfManager(t *testing.T) {
	m := newManager(t)
	eu := m.Scope("eu")
	options := cache.Options[string, int]{Name: "store.price", Manager: m, TTL: time.Hour, KeyText: func(k string) string { return "sku:" + k }}
	whole := cache.New(options)
	options.Manager = eu
	part := cache.New(options)
	options.Manager = m.Scope("euro") // begins alike
	alike := cache.New(options)
	for _, c := range []*cache.Cache[string, int]{whole, part, alike} {
		must(t, c.Set(t.Context(), "tea", 1))
		must(t, c.Set(t.Context(), "pie", 1))
	}
	if part.Name() != "store.price@eu" || len(eu.Caches()) != 1 || len(m.Caches()) != 3 || eu.Stats().Size != 2 || m.Stats().Size != 6 {
		t.Errorf("%s, %d and %d caches, %d and %d entries", part.Name(), len(eu.Caches()), len(m.Caches()), eu.Stats().Size, m.Stats().Size)
	}
	for _, name := range []string{"store.price", "store.price@eu"} {
		if e, err := eu.Entry(name); err != nil || e.Name() != "store.price@eu" {
			t.Errorf("Entry(%s) = %v, %v", name, e, err)
		}
	}
	invalidated := func(by *cache.Manager, pattern string, want int) {
		t.Helper()
		if n, err := by.InvalidateMatching(t.Context(), pattern); n != want || err != nil {
			t.Errorf("InvalidateMatching(%q) = %d, %v; want %d", pattern, n, err, want)
		}
	}
	invalidated(eu, "sku:tea", 1)
	invalidated(eu, "store.price:sku:p*", 1)
	invalidated(m, "store.price@euro:*", 2)
	must(t, alike.Set(t.Context(), "tea", 1))
	invalidated(m, "store.price:sku:tea", 2) // of the function, in all scopes

	must(t, eu.Close(t.Context()))
	must(t, eu.Close(t.Context()))
	if _, err := eu.Entry("store.price"); !errors.Is(err, cache.ErrUnknownCache) {
		t.Errorf("after Close: %v", err)
	}
	_ = part.Set(t.Context(), "tea", 1)
	if _, ok := part.Get("tea"); ok {
		t.Error("a cache of a closed scope keeps results")
	}
	if _, ok := whole.Get("pie"); !ok {
		t.Error("the end of a scope has cleared other caches")
	}
	options.Manager = m.Scope("eu")
	anew := cache.New(options)
	must(t, anew.Set(t.Context(), "tea", 2))
	if v, ok := anew.Get("tea"); !ok || v != 2 {
		t.Error("a scope cannot be used anew")
	}
}

func TestScopeNames(t *testing.T) {
	m := newManager(t)
	const empty, printed = "a part of it, before or after a /, is empty", "it must have no blanks in it, nor what cannot be printed"
	for name, reason := range map[string]string{
		"": "it is empty", "/a": empty, "a/": empty, "a//b": empty, "/": empty,
		"a b": printed, "a\rb": printed, "a\v": printed, "a\x00": printed, "a\u00a0b": printed, "\u200b": printed, "a\xff": printed,
	} {
		if got := misnamed(m, name); got != fmt.Sprintf("cache: %q cannot be the name of a scope: %s", name, reason) {
			t.Errorf("%q: %s", name, got)
		}
	}
	for _, sign := range "@:*[]%#=" {
		if got := misnamed(m, "a"+string(sign)); !strings.HasSuffix(got, "it must have none of @ : * [ ] % # = in it") {
			t.Errorf("%c: %s", sign, got)
		}
	}
	m.Scope("東京-1.eu_x")
}

// misnamed returns what Scope panics with.
func misnamed(m *cache.Manager, name string) (reason string) {
	defer func() { reason = fmt.Sprint(recover()) }()
	m.Scope(name)
	return ""
}

// A test's manager stands in for a scope of the default one, too.
func TestScopeIsRouted(t *testing.T) {
	c := cache.New(cache.Options[int, int]{Name: "routed.get", Manager: cache.Default().Scope("eu"), TTL: time.Hour})
	m := cachetest.New(t)
	ctx := cachetest.With(t.Context(), m)
	mustLoadIn(ctx, t, c, 1, 5)
	if _, ok := c.Peek(t.Context(), 1); ok {
		t.Error("the load of a test was kept outside of it")
	}
	if e, err := m.Scope("eu").Entry("routed.get"); err != nil || e.Stats().Size != 1 {
		t.Errorf("%v, %v", e, err)
	}
}

func mustLoadIn(ctx context.Context, t *testing.T, c *cache.Cache[int, int], key, want int) {
	t.Helper()
	v, err := c.Load(ctx, key, func(context.Context, int) (int, error) { return want, nil })
	if err != nil || v != want {
		t.Fatalf("Load(%d) = %d, %v", key, v, err)
	}
}

func TestManagersByName(t *testing.T) {
	m := cache.NewManager(cache.Config{})
	cache.Register("orders", m)
	cache.Register("orders", m) // the same
	cache.Register("orders/eu", m.Scope("eu"))
	if got, err := cache.Named("orders"); got != m || err != nil {
		t.Errorf("Named = %v, %v", got, err)
	}
	if got, err := cache.Named("default"); got != cache.Default() || err != nil {
		t.Errorf("Named(default) = %v, %v", got, err)
	}
	_, err := cache.Named("order")
	if !errors.Is(err, cache.ErrUnknownManager) || err.Error() != `unknown cache manager "order" (did you mean "orders"?)` {
		t.Error(err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("two managers have one name")
			}
		}()
		cache.Register("orders", cache.NewManager(cache.Config{}))
	}()
	must(t, m.Scope("eu").Close(t.Context()))
	if _, err := cache.Named("orders/eu"); err == nil {
		t.Error("a closed scope is found")
	}
	must(t, m.Close(t.Context()))
	if _, err := cache.Named("orders"); err == nil {
		t.Error("a closed manager is found")
	}
	if got := cache.Managers(); !slices.Equal(got, []string{"default"}) {
		t.Errorf("Managers = %v", got)
	}
}

// Managers of one process have nothing in common.
func TestManagersAreIsolated(t *testing.T) {
	a, b := newManager(t), newManager(t)
	options := cache.Options[int, int]{Name: "store.get", TTL: time.Hour, Tags: func(int) []string { return []string{"all"} }}
	options.Manager = a
	inA := cache.New(options)
	options.Manager = b
	inB := cache.New(options)
	fill := func() {
		must(t, inA.Set(t.Context(), 1, 1))
		must(t, inB.Set(t.Context(), 1, 1))
	}
	stays := func(what string, err error) {
		t.Helper()
		must(t, err)
		if _, ok := inB.Get(1); !ok {
			t.Errorf("%s of one manager concerns another", what)
		}
		if _, ok := inA.Get(1); ok {
			t.Errorf("%s had no effect", what)
		}
		fill()
	}
	fill()
	_, err := a.InvalidateMatching(t.Context(), "store.get:*")
	stays("InvalidateMatching", err)
	stays("InvalidateTags", a.InvalidateTags(t.Context(), "all"))
	stays("Switch", a.Switch("store.get", cache.Off))
	must(t, a.Switch("store.get", cache.Usual))
	fill()
	configure(t, a, "store.get", cache.Settings{TTL: 1})
	if ttl := settingsOf(t, b, "store.get").TTL; ttl != time.Hour {
		t.Errorf("Configure of one manager: TTL %v in another", ttl)
	}
	stays("Close", a.Close(t.Context()))
}
