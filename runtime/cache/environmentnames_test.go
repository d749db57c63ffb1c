package cache_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// variableOf is the mapping of whole names as the documentation has it.
func variableOf(name, setting string) string {
	mapped := ""
	for _, r := range strings.ToUpper(name) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			r = '_'
		}
		mapped += string(r)
	}
	return "BUNSUI_CACHE_" + mapped + "_" + setting
}

// randomNames returns names that like to be confused: with parts in common, in scopes,
// with type arguments, ending like settings, and some that are the ends of others.
func randomNames(r *rand.Rand) []string {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	all := make(map[string]bool)
	for range 12 {
		name := pick("", "", "example.com/", "shop.de/", "x/") + pick("", "store.", "user-store.", "s.Users.", "取得.") +
			pick("getUser", "get_user", "get", "getErrors", "getMax", "getSoft", "user", "users", "取", "GET", "ttl", "mode", "max.entries")
		name += pick("", "", "", "[int]", "[x/y.T]", "[string,int]") + pick("", "", "", "@eu", "@eu/west", "@us")
		all[name] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// What a whole name is mapped to means that name, or is an error if another name is
// mapped to the same: however short others are, or end.
func TestEveryNameHasItsVariable(t *testing.T) {
	for seed := range uint64(300) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			names := randomNames(rand.New(rand.NewPCG(seed, 1)))
			m := newManager(t)
			means := make(map[string]map[string]bool)
			for _, name := range names {
				declare(m, name)
				for _, n := range lessExact(name) {
					variable := strings.TrimRight(variableOf(n, ""), "_")
					if means[variable] == nil {
						means[variable] = make(map[string]bool)
					}
					means[variable][n] = true
				}
			}
			want := make(map[string]int)
			for i, name := range names {
				if len(means[strings.TrimRight(variableOf(name, ""), "_")]) == 1 {
					// The second underscore: …GET_ERRORS_TTL may be ERRORS_TTL of …GET.
					t.Setenv(variableOf(name, "_MAX_ENTRIES"), fmt.Sprint(1000+i))
					want[name] = 1000 + i
				}
			}
			must(t, m.ReadEnvironment())
			for name, n := range want {
				if got := settingsOf(t, m, name).MaxEntries; got != n {
					t.Errorf("%q: %s has %d entries, want %d", names, name, got, n)
				}
			}
		})
	}
}

// declare makes a cache called name, which may have a scope.
func declare(m *cache.Manager, name string) {
	if i := strings.LastIndexByte(name, '@'); i >= 0 {
		m, name = m.Scope(name[i+1:]), name[:i]
	}
	cache.New(cache.Options[int, int]{Name: name, Manager: m, TTL: time.Hour})
}

// lessExact returns a name and what it is known by besides: without type arguments, and
// with an outer scope or none.
func lessExact(name string) (all []string) {
	typed, scope, _ := strings.Cut(name, "@")
	function, _, _ := strings.Cut(typed, "[")
	outer, _, _ := strings.Cut(scope, "/")
	for _, n := range []string{typed, function} {
		for _, s := range []string{"", "@" + outer, "@" + scope} {
			all = append(all, strings.TrimSuffix(n+s, "@"))
		}
	}
	return all
}

// alikeMeanings are what variables mean where names are alike.
var alikeMeanings = map[string]string{
	"USERS_MAX_ENTRIES":               "users",
	"LEGACYITEMS_MAX_ENTRIES":         "legacy-items",
	"A_LEGACY_ITEMS_MAX_ENTRIES":      "example.com/a.legacyItems",
	"ADMIN_USERS_MAX_ENTRIES":         "example.com/admin.users",
	"STORE_GETUSER_MAX_ENTRIES":       "store.getUser",
	"STORE_GET_USER_MAX_ENTRIES":      "store.get_user",
	"GET_USER_MAX_ENTRIES":            "error GET_USER may be any of store.getUser, store.get_user: say more of its name",
	"GETITEM_MAX_ENTRIES":             "store.getItem[int] store.getItem[string]",
	"STORE_GETITEM_INT__MAX_ENTRIES":  "store.getItem[int]",
	"STORE_GETITEM_INT_MAX_ENTRIES":   "store.getItem[int]",
	"GETITEM_INT_MAX_ENTRIES":         `error unknown cache "GETITEM_INT"`,
	"GETERRORS_TTL":                   "store.getErrors",
	"GET_ERRORS__TTL":                 "store.getErrors",
	"GET__ERRORS_TTL":                 "error store.get: ErrorsTTL is only for caches that were made with ",
	"STORE_GET_ERRORS_TTL":            "error it may be TTL of store.getErrors, or ERRORS_TTL of store.get: write two underscores before the setting",
	"EXAMPLE_COM_ADMIN_USERSS_IDLE":   `error unknown cache "EXAMPLE_COM_ADMIN_USERSS" (did you mean "EXAMPLE_COM_ADMIN_USERS"?)`,
	"EXAMPLE_COM_ADMIN_ARTICLES_IDLE": `error unknown cache "EXAMPLE_COM_ADMIN_ARTICLES"`,
}

// Names of which one ends like another, or that differ in underscores alone.
func TestEnvironmentNamesThatAreAlike(t *testing.T) {
	names := []string{
		"users", "example.com/admin.users", "store.getUser", "store.get_user", "store.get", "store.getErrors", "store.getItem[int]", "store.getItem[string]",
		"legacy-items", "example.com/a.legacyItems",
	}
	for variable, want := range alikeMeanings {
		t.Run(variable, func(t *testing.T) {
			m := newManager(t)
			for _, name := range names {
				declare(m, name)
			}
			t.Setenv("BUNSUI_CACHE_"+variable, "7")
			err := m.ReadEnvironment()
			if wanted, fails := strings.CutPrefix(want, "error "); fails {
				if err == nil || !strings.HasPrefix(err.Error(), "cache: BUNSUI_CACHE_"+variable+": "+wanted) {
					t.Errorf("%v, want %s", err, wanted)
				}
				return
			}
			must(t, err)
			var changed []string
			for _, e := range m.Caches() {
				if len(e.Origins()) > 0 {
					changed = append(changed, e.Name())
				}
			}
			if got := strings.Join(changed, " "); got != want {
				t.Errorf("it means %q, want %q", got, want)
			}
		})
	}
}

// A name of any alphabet keeps its letters.
func TestEnvironmentNamesOfOtherAlphabets(t *testing.T) {
	m := newManager(t)
	for _, name := range []string{"店.取得", "店.保存", "shop.größe"} {
		declare(m, name)
	}
	t.Setenv("BUNSUI_CACHE_取得_TTL", "5s")
	t.Setenv("BUNSUI_CACHE_GRÖßE_TTL", "6s")
	must(t, m.ReadEnvironment())
	for name, want := range map[string]time.Duration{"店.取得": 5 * time.Second, "店.保存": time.Hour, "shop.größe": 6 * time.Second} {
		if got := settingsOf(t, m, name).TTL; got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// Reading again takes back what is not said any more.
func TestReadingTheEnvironmentAgain(t *testing.T) {
	m := storeManager(t)
	t.Setenv("BUNSUI_CACHE_STOCK_PRICE_TTL", "5s")
	t.Setenv("BUNSUI_CACHE_MODE", "memory")
	must(t, m.ReadEnvironment())
	t.Setenv("BUNSUI_CACHE_STOCK_PRICE_TTL", "soon")
	if err := m.ReadEnvironment(); err == nil {
		t.Error("there is no mistake")
	}
	if got := settingsOf(t, m, "example.com/shop/stock.price"); got.TTL != 5*time.Second || got.Mode != cache.MemoryOnly {
		t.Errorf("a mistake has changed %v", got.LogValue())
	}
	t.Setenv("BUNSUI_CACHE_STOCK_PRICE_TTL", "6s")
	t.Setenv("BUNSUI_CACHE_MODE", "on")
	must(t, m.ReadEnvironment())
	if got := settingsOf(t, m, "example.com/shop/stock.price"); got.TTL != 6*time.Second || got.Mode != cache.On {
		t.Errorf("read again: %v", got.LogValue())
	}
}
