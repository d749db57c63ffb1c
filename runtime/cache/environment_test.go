package cache_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// storeNames are those of a program.
var storeNames = []string{
	"example.com/shop/store.getUser", "example.com/shop/store.Users.GetUser", "example.com/shop/stock.price",
	"example.com/shop/store.price", "example.com/shop/store.getErrors", "example.com/shop/store.get[int]", "legacy users",
}

func storeManager(t *testing.T) *cache.Manager {
	t.Helper()
	m := newManager(t)
	for _, name := range storeNames {
		cache.New(cache.Options[int, int]{Name: name, Manager: m, TTL: time.Hour, Stale: time.Minute})
	}
	cache.New(cache.Options[int, int]{Name: storeNames[0], Manager: m.Scope("eu"), TTL: time.Hour})
	return m
}

func TestEnvironmentNames(t *testing.T) {
	for variable, name := range map[string]string{
		"BUNSUI_CACHE_EXAMPLE_COM_SHOP_STORE_GETUSER_TTL": storeNames[0],
		"BUNSUI_CACHE_STORE_GETUSER_TTL":                  storeNames[0],
		"BUNSUI_CACHE_STORE_GET_USER_TTL":                 storeNames[0],
		"BUNSUI_CACHE_USERS_GETUSER_TTL":                  storeNames[1],
		"BUNSUI_CACHE_STOCK_PRICE_TTL":                    storeNames[2],
		"BUNSUI_CACHE_GETERRORS_TTL":                      storeNames[4],
		"BUNSUI_CACHE_STORE_GET_TTL":                      storeNames[5],
		"BUNSUI_CACHE_GET_TTL":                            storeNames[5],
		"BUNSUI_CACHE_LEGACY_USERS_TTL":                   storeNames[6],
		"BUNSUI_CACHE_STORE_GETUSER_EU_TTL":               storeNames[0] + "@eu",
	} {
		t.Run(variable, func(t *testing.T) {
			m := storeManager(t)
			t.Setenv(variable, "7s")
			must(t, m.ReadEnvironment())
			for _, e := range m.Caches() {
				changed := e.Name() == name || e.Name() == name+"@eu"
				if got := e.Settings().TTL == 7*time.Second; got != changed {
					t.Errorf("%s: changed %v", e.Name(), got)
				}
			}
		})
	}
}

func TestEnvironmentSettings(t *testing.T) {
	tenth, zero := 0.1, 0.0
	for given, want := range map[string]cache.Settings{
		"TTL=60":             {TTL: time.Minute},
		"TTL=forever":        {TTL: cache.Forever},
		"TTL=1_000":          {TTL: 1000 * time.Second},
		"TTL=0.5":            {TTL: 500 * time.Millisecond},
		"IDLE=1h30m":         {Idle: 90 * time.Minute},
		"TIMEOUT=90s":        {Timeout: 90 * time.Second},
		"REFRESH=0h30m":      {Refresh: 30 * time.Minute},
		"STALE=2d":           {Stale: 48 * time.Hour},
		"SOFT_TIMEOUT=100ms": {SoftTimeout: 100 * time.Millisecond},
		"ERRORS_TTL=never":   {ErrorsTTL: cache.Never},
		"MISSING_TTL=never":  {MissingTTL: cache.Never},
		"MEMORY_TTL=5s":      {MemoryTTL: 5 * time.Second},
		"MAX_ENTRIES=20k":    {MaxEntries: 20_000},
		"MAX_ENTRIES=none":   {MaxEntries: cache.Unlimited},
		"MAX_BYTES=64MiB":    {MaxBytes: 64 << 20},
		"MAX_BYTES=1.5kB":    {MaxBytes: 1500},
		"LOAD_LIMIT=8":       {LoadLimit: 8},
		"JITTER=10%":         {Jitter: &tenth},
		"JITTER=0":           {Jitter: &zero},
		"MODE=memory":        {Mode: cache.MemoryOnly},
	} {
		t.Run(given, func(t *testing.T) {
			m := storeManager(t)
			setting, value, _ := strings.Cut(given, "=")
			before := settingsOf(t, m, storeNames[2])
			t.Setenv("BUNSUI_CACHE_STOCK_PRICE_"+setting, value)
			must(t, m.ReadEnvironment())
			configure(t, m, storeNames[3], want) // the other price, by hand
			got, other := settingsOf(t, m, storeNames[2]), settingsOf(t, m, storeNames[3])
			if fmt.Sprint(got.LogValue()) != fmt.Sprint(other.LogValue()) || fmt.Sprint(got.LogValue()) == fmt.Sprint(before.LogValue()) && !strings.Contains("JITTER=0 ERRORS_TTL=never MISSING_TTL=never", given) {
				t.Errorf("%v, want %v", got.LogValue(), other.LogValue())
			}
		})
	}
	t.Run("all", func(t *testing.T) {
		m := storeManager(t)
		t.Setenv("BUNSUI_CACHE_MODE", "off")
		must(t, m.ReadEnvironment())
		for _, e := range m.Caches() {
			if e.Settings().Mode != cache.Off {
				t.Errorf("%s is %v", e.Name(), e.Settings().Mode)
			}
		}
	})
}

// environmentMistakes are variables with what is said of them.
var environmentMistakes = map[string]string{
	"STORE_GETUSR_TTL=5":          `unknown cache "STORE_GETUSR" (did you mean "STORE_GETUSER"?)`,
	"PAYMENTS_TTL=5":              `unknown cache "PAYMENTS"`,
	"PRICE_TTL=5":                 "PRICE may be any of example.com/shop/stock.price, example.com/shop/store.price: say more of its name",
	"STOCK_PRICE_TTLS=5":          `it does not end with a setting (did you mean "TTL"?): one of TTL, IDLE, `,
	"STOCK_PRICE_COLOR=5":         "it does not end with a setting: one of TTL, IDLE, ",
	"TTL=5":                       "it has no name of a function: only MODE can be said of all caches",
	"MISSING_TTL=5":               "it has no name of a function: only MODE can be said of all caches",
	"__MODE=off":                  "it has no name of a function: only MODE can be said of all caches",
	"STOCK_PRICE=5":               "it does not end with a setting: one of TTL, IDLE, ",
	"STOCK_PRICE_MAX_ENTRY=5":     `it does not end with a setting (did you mean "MAX_ENTRIES"?): one of TTL, IDLE, `,
	"STOCK_PRIC_SOFT_TIMEOUT=5":   `unknown cache "STOCK_PRIC" (did you mean "STOCK_PRICE"?)`,
	"STOCK_PRICE_TTL=5x":          `unknown unit "x" in "5x"; it takes a duration such as 60 (seconds), 90s, 1h30m or 2d, or forever`,
	"STOCK_PRICE_TTL=90sec":       `unknown unit "sec" in "90sec" (did you mean "90s"?); it takes a duration `,
	"STOCK_PRICE_TTL=forevr":      `TTL takes a duration such as 60 (seconds), 90s, 1h30m or 2d, or forever, not "forevr" (did you mean "forever"?)`,
	"STOCK_PRICE_TTL=":            "TTL is empty: it takes a duration ",
	"STOCK_PRICE_TTL=0":           "TTL must be positive, got 0; it takes a duration ",
	"STOCK_PRICE_TTL=-5s":         "TTL must be positive, got -5s; it takes ",
	"STOCK_PRICE_TTL=1d-2d":       "TTL takes no expression, but a duration ",
	"STOCK_PRICE_TTL=9e99":        `unknown unit "e" in "9e99"`,
	"STOCK_PRICE_TTL=200000d":     "TTL must be at most 292 years (106751d), got 200000d",
	"STOCK_PRICE_TTL=never":       `TTL takes a duration such as 60 (seconds), 90s, 1h30m or 2d, or forever, not "never"`,
	"STOCK_PRICE_REFRESH=neve":    `or forever, or never, not "neve" (did you mean "never"?)`,
	"STOCK_PRICE_MAX_ENTRIES=0":   "MAX_ENTRIES must be positive, got 0; it takes a count such as 100, 10_000 or 10k, or none",
	"STOCK_PRICE_MAX_ENTRIES=1.5": "MAX_ENTRIES is a whole number, got 1.5",
	"STOCK_PRICE_MAX_BYTES=64":    "MAX_BYTES has no unit: write 64B, 64kB or 64MiB",
	"STOCK_PRICE_MAX_BYTES=64Mb":  `unknown unit "Mb" in "64Mb" (did you mean "64MB"?)`,
	"STOCK_PRICE_JITTER=100%":     "Jitter is 1: it must be at least 0 and less than 1",
	"STOCK_PRICE_MODE=of":         `"of" is no mode (did you mean "off"?): on, memory or off`,
	"GET_PRICE_MODE=off":          `unknown cache "GET_PRICE"`,
	"STORE_GETUSER_EU_STALE=5s":   "example.com/shop/store.getUser@eu: Stale is only for caches that were made with ",
}

func TestEnvironmentErrors(t *testing.T) {
	for given, want := range environmentMistakes {
		t.Run(given, func(t *testing.T) {
			m := storeManager(t)
			name, value, _ := strings.Cut("BUNSUI_CACHE_"+given, "=")
			t.Setenv(name, value)
			t.Setenv("BUNSUI_CACHE_LEGACY_USERS_TTL", "5s") // is right
			err := m.ReadEnvironment()
			var wrong *cache.SettingError
			if !errors.As(err, &wrong) || wrong.Place != name || wrong.Value != value {
				t.Fatalf("%v", err)
			}
			if !strings.HasPrefix(err.Error(), "cache: "+name+": "+want) && (!strings.HasPrefix(want, "or ") || !strings.Contains(err.Error(), want)) {
				t.Errorf("%v\nwant %s", err, want)
			}
			if strings.Contains(want, "unknown cache") != errors.Is(err, cache.ErrUnknownCache) {
				t.Error("ErrUnknownCache is wrapped wrongly")
			}
			if got := settingsOf(t, m, "legacy users").TTL; got != time.Hour {
				t.Errorf("something was changed: %v", got)
			}
		})
	}
}

func TestAllMistakesOfTheEnvironmentAreTold(t *testing.T) {
	m := storeManager(t)
	t.Setenv("BUNSUI_CACHE_STORE_GETUSR_TTL", "5")
	t.Setenv("BUNSUI_CACHE_STOCK_PRICE_TTL", "soon")
	t.Setenv("BUNSUI_CACHE_USERS_GET_USER_TTL", "5s")
	t.Setenv("BUNSUI_CACHE_USERS_GETUSER_TTL", "6s")
	t.Setenv("BUNSUI_CACHE_GET_ERRORS_TTL", "5s")
	err := m.ReadEnvironment()
	for _, want := range []string{
		"GETUSR_TTL: ", "PRICE_TTL: ", "it means the same as BUNSUI_CACHE_USERS_GETUSER_TTL",
		"GET_ERRORS_TTL: it may be TTL of example.com/shop/store.getErrors, or ERRORS_TTL of example.com/shop/store.get: write two underscores before",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nlacks %s", err, want)
		}
	}
}

// A process that never reads its settings is told so, once.
func TestUnreadEnvironment(t *testing.T) {
	if os.Getenv("TEST_UNREAD") != "" {
		var text bytes.Buffer
		slog.SetDefault(slog.New(slog.NewTextHandler(&text, nil)))
		if os.Getenv("TEST_UNREAD") == "read" {
			must(t, cache.ReadEnvironment())
		}
		for _, name := range []string{"a.b", "a.c"} {
			cache.New(cache.Options[int, int]{Name: name, TTL: time.Hour}).Get(1)
		}
		fmt.Printf("warnings: %d\n", strings.Count(text.String(), "call cache.ReadEnvironment"))
		return
	}
	for mode, want := range map[string]string{"unread": "warnings: 1\n", "read": "warnings: 0\n"} {
		command := exec.Command(os.Args[0], "-test.run=^TestUnreadEnvironment$", "-test.v")
		command.Env = append(os.Environ(), "TEST_UNREAD="+mode, "BUNSUI_CACHE_MODE=on")
		out, err := command.CombinedOutput()
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v\n%s", mode, err, out)
		}
	}
}

func FuzzReadEnvironment(f *testing.F) {
	f.Add("STORE_GETUSER_TTL", "5s")
	f.Add("_TTL", "1d1h")
	f.Add("STOCK_PRICE_MAX_BYTES", "9999999TiB")
	f.Fuzz(func(t *testing.T, name, value string) {
		if strings.ContainsAny(name+value, "\x00=") {
			t.Skip()
		}
		m := storeManager(t)
		t.Setenv("BUNSUI_CACHE_"+name, value)
		if err := m.ReadEnvironment(); err != nil {
			var wrong *cache.SettingError
			if !errors.As(err, &wrong) {
				t.Fatal(err)
			}
			return
		}
		for _, e := range m.Caches() {
			if s := e.Settings(); s.TTL <= 0 || s.MaxEntries < cache.Unlimited || s.MaxBytes < cache.Unlimited || *s.Jitter < 0 || *s.Jitter >= 1 {
				t.Fatalf("%q=%q gives %+v", name, value, s)
			}
		}
	})
}
