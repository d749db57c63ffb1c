package quantity_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/internal/quantity"
)

var terms = quantity.Terms{Name: "bound", Accepts: "a value", Hint: "bound=none if meant"}

// all are the readers, by what they read.
var all = map[string]func(text string) (any, error){
	"duration": func(text string) (any, error) { return quantity.Duration(text, terms) },
	"count":    func(text string) (any, error) { return quantity.Count(text, terms) },
	"size":     func(text string) (any, error) { return quantity.Size(text, terms) },
	"percent":  func(text string) (any, error) { return quantity.Percent(text, terms) },
}

func TestQuantities(t *testing.T) {
	for text, want := range map[string]any{
		"duration 60": time.Minute, "duration 0.5": 500 * time.Millisecond, "duration 1_000": 1000 * time.Second,
		"duration 1d12h": 36 * time.Hour, "duration 30m1h": 90 * time.Minute, "duration 10µs": 10 * time.Microsecond,
		"duration 0.001us": time.Duration(1), "duration 9223372036854775806ns": time.Duration(math.MaxInt64 - 1),
		"count 1": 1, "count 10_000": 10_000, "count 1.5k": 1500, "count 2M": 2_000_000, "count 2147483647": math.MaxInt32,
		"size 1B": int64(1), "size 500kB": int64(500e3), "size 0.5KiB": int64(512), "size 9223372036854775807B": int64(math.MaxInt64),
		"percent 10%": 0.1, "percent .25": 0.25, "percent 100%": 1.0, "percent 0.1": 0.1,
	} {
		kind, text, _ := strings.Cut(text, " ")
		if got, err := all[kind](text); err != nil || got != want {
			t.Errorf("%s %s is %v, %v, want %v", kind, text, got, err, want)
		}
	}
}

// Mistakes are told with the bytes that they are in; "all" stands for all of them.
func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"duration ":                           "all: bound is empty: it takes a value",
		"duration soon":                       `all: bound takes a value, not "soon"`,
		"duration 90sec":                      `2-5: unknown unit "sec" in "90sec" (did you mean "90s"?)`,
		"duration 1h30":                       `2-4: "1h30" has no unit after 30: write 30s, 30m or 30h`,
		"duration 60*60":                      "2-3: bound takes no expression, but a value",
		"duration 1h 5m":                      `2-3: unexpected " " in duration "1h 5m"`,
		"duration -5s":                        "all: bound must be positive, got -5s (bound=none if meant)",
		"duration 106752d":                    "all: bound must be at most 292 years (106751d), got 106752d (bound=none if meant)",
		"duration 9223372036854775807ns":      "all: bound must be at most 292 years (106751d), got 9223372036854775807ns (bound=none if meant)",
		"duration 0.5ns":                      "all: 0.5ns is too fine: the shortest duration is 1ns",
		"duration 1__0":                       "1-2: _ stands only between digits, as in 10_000",
		"duration 1.s":                        `1-2: unexpected "." in duration "1.s"`,
		"duration " + strings.Repeat("9", 41): "0-41: bound is out of range: the number has 41 digits",
		"count 10K":                           `2-3: unknown unit "K" in "10K" (did you mean "10k"?)`,
		"count 10,000":                        `2-3: a comma in a number (did you mean "10_000"?)`,
		"count 2147483648":                    "all: bound must be at most 2147483647, got 2147483648 (bound=none if meant)",
		"count 1.5":                           "all: bound is a whole number, got 1.5",
		"count 1k5":                           `1-3: unexpected "k5" in count "1k5"`,
		"size 64":                             "all: bound has no unit: write 64B, 64kB or 64MiB",
		"size 0":                              "all: bound must be positive, got 0 (bound=none if meant)",
		"size 64mib":                          `2-5: unknown unit "mib" in "64mib" (did you mean "64MiB"?)`,
		"size 0.3B":                           "all: bound is a whole number of bytes, got 0.3B",
		"percent 10":                          `all: bound without % is a fraction below 1, got 10 (did you mean "10%"?)`,
		"percent 101%":                        "all: bound must be at most 100%, got 101% (bound=none if meant)",
		"percent 10％":                         `2-5: unexpected "％" in percent "10％"`,
	} {
		kind, text, _ := strings.Cut(text, " ")
		_, err := all[kind](text)
		e, ok := errors.AsType[*quantity.Error](err)
		if !ok {
			t.Errorf("%s %s: %v", kind, text, err)
			continue
		}
		got := fmt.Sprintf("%d-%d: %v", e.Start, e.End, err)
		if e.Whole {
			got = "all: " + err.Error()
		}
		if got != want {
			t.Errorf("%s %s: %s\nwant %s", kind, text, got, want)
		}
	}
}

func TestShowing(t *testing.T) {
	for got, want := range map[string]string{
		quantity.Quote("a\"b"): `"a\"b"`, quantity.Char('"'): `'"'`, quantity.Char('é'): `"é"`, quantity.Char('\u200b'): "U+200B",
		quantity.Shorten(strings.Repeat("a", 40)): strings.Repeat("a", 40), quantity.Shorten(strings.Repeat("é", 30) + "b"): strings.Repeat("é", 20) + "…",
		quantity.Shorten("a" + strings.Repeat("é", 30)): "a" + strings.Repeat("é", 19) + "…",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// FuzzQuantity: a text is a value in its range, or an error at a place in the text.
func FuzzQuantity(f *testing.F) {
	for _, seed := range []string{"60", "1h30m", "10_000", "64MiB", "10%", "-5s", "é", "1__0", "0.0000001ns", "９"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for kind, read := range all {
			value, err := read(text)
			e, wrong := errors.AsType[*quantity.Error](err)
			switch {
			case wrong && (e.Start < 0 || e.Start > e.End || e.End > len(text) || e.Message == ""):
				t.Fatalf("%s %q: %+v", kind, text, e)
			case wrong != (err != nil):
				t.Fatalf("%s %q: %v", kind, text, err)
			case err == nil && !inRange(value):
				t.Fatalf("%s %q is %v", kind, text, value)
			}
		}
	})
}

func inRange(value any) bool {
	switch v := value.(type) {
	case time.Duration:
		return v >= 1 && v < math.MaxInt64
	case int:
		return v >= 1 && v <= math.MaxInt32
	case int64:
		return v >= 1
	case float64:
		return v > 0 && v <= 1
	default:
		return false
	}
}
