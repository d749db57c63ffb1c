package cache_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
	"github.com/bunsui/bunsui-go/runtime/internal/route"
)

// said says what is wrong if an error is not the one that is wanted, "" for none.
func said(t *testing.T, what string, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
	}
	if got != want {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// A cache without a name is in nobody's way.
func TestSettingsBesideNamelessCache(t *testing.T) {
	m := newManager(t)
	nameless := cache.New(cache.Options[int, int]{Manager: m, TTL: time.Hour})
	declare(m, "example.com/store.getUser")
	t.Setenv("BUNSUI_CACHE_GETUSER_TTL", "5s")
	must(t, m.ReadEnvironment())
	must(t, m.Switch("getUser", cache.Off))
	_, err := m.Entry("store.getUsr")
	said(t, "Entry", err, `unknown cache "store.getUsr" (did you mean "example.com/store.getUser"?)`)
	configure(t, m, nameless.Name(), cache.Settings{TTL: time.Second})
	if got := settingsOf(t, m, ""); got.TTL != time.Second || got.Mode != cache.On {
		t.Errorf("%+v", got)
	}
	must(t, m.Switch("", cache.Off))
	said(t, "no such cache", newManager(t).Switch("", cache.Off), `cache: switch : unknown cache ""`)
}

// All caches have only their mode in common, and a scope must be there.
func TestConfigureAll(t *testing.T) {
	m := newManager(t)
	declare(m, "x.get")
	declare(m, "x.get@eu/west")
	only := "cache: configure *: only the mode can be said of all caches: name a function"
	said(t, "TTL", m.Configure("*", cache.Settings{TTL: time.Second}), only)
	said(t, "TTL and mode", m.Configure("*", cache.Settings{Refresh: 1, Mode: cache.Off}), only)
	said(t, "a scope", m.Scope("eu").Configure("*", cache.Settings{MaxEntries: 1}), strings.Replace(only, "*", "*@eu", 1))
	for _, name := range []string{"*@us", "*@e", "*@eu/east", "*[int]"} {
		want := fmt.Sprintf("unknown cache %q", name)
		said(t, "Configure", m.Configure(name, cache.Settings{Mode: cache.Off}), want)
		said(t, "Switch", m.Switch(name, cache.Off), "cache: switch "+name+": "+want)
	}
	must(t, m.Configure("*", cache.Settings{Mode: cache.Off}))
	must(t, m.Switch("*@eu", cache.MemoryOnly))
	must(t, m.Scope("later").Switch("*", cache.Off)) // which is the program's
	if a, b := settingsOf(t, m, "x.get").Mode, settingsOf(t, m, "x.get@eu/west").Mode; a != cache.Off || b != cache.MemoryOnly {
		t.Errorf("%v, %v", a, b)
	}
}

// Who asks for a function that has no cache by its own name is not told to say the same.
func TestEntriesOfFunctions(t *testing.T) {
	m := newManager(t)
	for _, name := range []string{"x.get@eu", "x.item[int]", "x.item[string]", "x.item[bool]", "x.item[rune]@eu"} {
		declare(m, name)
	}
	for name, want := range map[string]string{
		"x.get":  `unknown cache "x.get": the function has x.get@eu`,
		"x.item": `unknown cache "x.item": the function has x.item[bool], x.item[int], x.item[rune]@eu, …`,
		"x.itm":  `unknown cache "x.itm" (did you mean "x.item"?)`,
	} {
		_, err := m.Entry(name)
		said(t, name, err, want)
		if !errors.Is(err, cache.ErrUnknownCache) {
			t.Error(name, "is known")
		}
	}
	cache.NewGeneric("example.com/entries.none")
	_, err := cache.Default().Entry("example.com/entries.none")
	said(t, "no instantiation", err, `unknown cache "example.com/entries.none": the function has none yet`)
	t.Setenv("BUNSUI_CACHE_ITEM_INT_TTL", "5s")
	said(t, "environment", m.ReadEnvironment(), `cache: BUNSUI_CACHE_ITEM_INT_TTL: unknown cache "ITEM_INT" (did you mean "X_ITEM_INT_"?)`)
}

// What an instantiation would refuse is refused before there is one, also by a manager
// that stands in for the default one.
func TestPlainGenericsRefuse(t *testing.T) {
	cache.NewPlainGeneric("example.com/refuse.plain")
	cache.NewGeneric("example.com/refuse.any")
	cache.New(cache.Options[int, int]{Name: "example.com/refuse.made[int]", TTL: time.Hour})
	stale := cache.Settings{Stale: time.Second}
	const because = ": Stale is only for caches that were made with Refresh, Early, Stale, ErrorsTTL, MissingTTL, Policy, Shared, Codec or Tags"
	for _, m := range []*cache.Manager{cache.Default(), cachetest.New(t)} {
		for _, name := range []string{"example.com/refuse.plain", "example.com/refuse.made", "example.com/refuse.made[int]"} {
			said(t, name, m.Configure(name, stale), "cache: configure "+name+because)
			must(t, m.Configure(name, cache.Settings{TTL: time.Minute, Stale: cache.Never}))
		}
		must(t, m.Configure("example.com/refuse.any", stale))
		t.Setenv("BUNSUI_CACHE_REFUSE_PLAIN_STALE", "5s")
		said(t, "environment", m.ReadEnvironment(), "cache: BUNSUI_CACHE_REFUSE_PLAIN_STALE: example.com/refuse.plain"+because)
	}
}

// impossible are settings of a cache with a TTL of an hour, Refresh after ten minutes and
// Stale, and what is wrong with them.
var impossible = []struct {
	s    cache.Settings
	want string
}{
	{cache.Settings{Refresh: time.Hour}, "Refresh would be 1h0m0s, and the TTL 1h0m0s: Refresh must be shorter, or never"},
	{cache.Settings{TTL: time.Minute}, "Refresh would be 10m0s, and the TTL 1m0s: Refresh must be shorter, or never"},
	{cache.Settings{TTL: time.Minute, Refresh: time.Second}, ""},
	{cache.Settings{TTL: time.Minute, Refresh: cache.Never}, ""},
	{cache.Settings{TTL: time.Minute, Refresh: cache.Forever}, ""},
	{cache.Settings{TTL: cache.Forever, Refresh: 30 * time.Hour}, ""},
	{cache.Settings{SoftTimeout: time.Second}, ""},
	{cache.Settings{SoftTimeout: time.Second, Stale: cache.Never}, "SoftTimeout would be 1s without Stale: there is nothing to return while the load goes on"},
	{cache.Settings{SoftTimeout: cache.Forever, Stale: cache.Never}, ""},
	{cache.Settings{MissingTTL: time.Second}, "MissingTTL needs a Policy that tells which errors mean absence"},
	{cache.Settings{MissingTTL: cache.Never}, ""},
}

func TestSettingsThatCannotBe(t *testing.T) {
	for _, tt := range impossible {
		m := newManager(t)
		c := cache.New(cache.Options[int, int]{Name: "x.get", Manager: m, TTL: time.Hour, Refresh: 10 * time.Minute, Stale: time.Minute})
		want := tt.want
		if want != "" {
			want = "cache: configure x.get: " + want
		}
		before := settingsOf(t, m, c.Name())
		err := m.Configure(c.Name(), tt.s)
		said(t, fmt.Sprint(tt.s.LogValue()), err, want)
		if got := settingsOf(t, m, c.Name()); err != nil && fmt.Sprint(got) != fmt.Sprint(before) {
			t.Errorf("%v was refused, and has changed something", tt.s.LogValue())
		}
	}
}

// What is judged is what all layers would say together.
func TestSettingsThatCannotBeTogether(t *testing.T) {
	m := newManager(t)
	for _, of := range []*cache.Manager{m, m.Scope("eu")} {
		cache.New(cache.Options[int, int]{Name: "x.get", Manager: of, TTL: time.Hour, Stale: time.Minute})
	}
	configure(t, m, "x.get@eu", cache.Settings{TTL: time.Minute})
	said(t, "a scope", m.Configure("x.get", cache.Settings{Refresh: 2 * time.Minute}),
		"cache: configure x.get@eu: Refresh would be 2m0s, and the TTL 1m0s: Refresh must be shorter, or never")
	configure(t, m, "x.get", cache.Settings{Refresh: 30 * time.Second})

	t.Setenv("BUNSUI_CACHE_X_GET_TTL", "20s")
	said(t, "environment", m.ReadEnvironment(), "cache: BUNSUI_CACHE_X_GET_TTL: x.get: Refresh would be 30s, and the TTL 20s: Refresh must be shorter, or never")
	t.Setenv("BUNSUI_CACHE_X_GET_REFRESH", "15s")
	must(t, m.ReadEnvironment())
	said(t, "under the environment", m.Configure("x.get", cache.Settings{Refresh: time.Hour}), "")
	t.Setenv("BUNSUI_CACHE_X_GET_REFRESH", "20s")
	err := m.ReadEnvironment()
	said(t, "both", err, "cache: BUNSUI_CACHE_X_GET_REFRESH: x.get: Refresh would be 20s, and the TTL 20s: Refresh must be shorter, or never")
	if e, ok := errors.AsType[*cache.SettingError](err); !ok || e.Value != "20s" {
		t.Errorf("%#v", err)
	}
	// What was wrong before is no reason to refuse what has nothing to do with it.
	configure(t, m, "x.get", cache.Settings{MaxEntries: 5})

	late := newCache(t, cache.Options[int, int]{Name: "x.late", Manager: m, TTL: cache.Deferred, Refresh: time.Minute, Late: lateTTL{}})
	configure(t, m, late.Name(), cache.Settings{Refresh: time.Hour}) // nobody knows the TTL yet
	late.Get(1)
	said(t, "late", m.Configure(late.Name(), cache.Settings{Refresh: time.Hour}),
		"cache: configure x.late: Refresh would be 1h0m0s, and the TTL 1h0m0s: Refresh must be shorter, or never")
}

// Names of which there are as many as before may be others.
func TestWatchSwitchesKnowsExchangedNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, log := loggingManager(t)
		declare(m.Scope("x"), "p.a")
		path := t.TempDir() + "/switches"
		must(t, m.WatchSwitches(path, time.Second))
		write(t, path, "p.b = off\n")
		time.Sleep(5 * time.Second)
		must(t, m.Scope("x").Close(t.Context()))
		declare(m.Scope("y"), "p.b")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := settingsOf(t, m, "p.b@y").Mode; got != cache.Off {
			t.Errorf("mode %v, log %s", got, log.take())
		}
	})
}

// A manager that stands in for the default one knows what is made there.
func TestWatchSwitchesKnowsNamesOfDefault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, path := cachetest.New(t), t.TempDir()+"/switches"
		must(t, m.WatchSwitches(path, time.Second))
		write(t, path, "stands.late = off\n")
		time.Sleep(5 * time.Second)
		cache.NewGeneric("example.com/stands.late")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		c := cache.New(cache.Options[int, int]{Name: "example.com/stands.late[int]", TTL: time.Hour})
		if got := settingsOf(t, m, c.Name()).Mode; got != cache.Off {
			t.Errorf("mode %v", got)
		}
	})
}

// A switch of a function that has no cache yet is logged like any other.
func TestSwitchOfGenericIsLogged(t *testing.T) {
	cache.NewGeneric("example.com/logged.item")
	log := new(lines)
	m := route.Provided().NewManager(slog.New(slog.NewTextHandler(log, nil))).(*cache.Manager)
	defer func() { must(t, m.Close(t.Context())) }()
	for _, step := range []struct {
		mode cache.Mode
		want string
	}{{cache.Off, " from=on to=off\n"}, {cache.Off, ""}, {cache.Usual, " from=off to=on\n"}} {
		must(t, m.Switch("logged.item", step.mode))
		if step.want != "" {
			step.want = `msg="cache switched" cache=example.com/logged.item` + step.want
		}
		if got := log.take(); got != step.want {
			t.Errorf("%v: logged %q, want %q", step.mode, got, step.want)
		}
	}
	must(t, m.SwitchAll(cache.MemoryOnly))
	if got := log.take(); !strings.Contains(got, "cache=example.com/logged.item from=on to=memory\n") {
		t.Errorf("logged %s", got)
	}
}
