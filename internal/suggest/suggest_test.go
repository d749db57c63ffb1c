package suggest_test

import (
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/internal/suggest"
)

const longest = 64

func TestNearest(t *testing.T) {
	words := []string{"ttl", "idle", "max_entries", "max_bytes", "load_limit"}
	for word, want := range map[string]string{
		"ttl": "ttl", "tlt": "ttl", "TTL": "ttl", "--ttl": "ttl", "max-entires": "max_entries", "load": "load_limit",
		"max": "", "": "", "-": "", "x": "", "unbounded": "", "キー": "", strings.Repeat("t", 65): "",
	} {
		if got := suggest.Nearest(word, words, longest); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
	if got := suggest.Nearest("ab", []string{"ac", "ad", ""}, longest); got != "ac" {
		t.Errorf("of two equally near words, Nearest returned %q", got)
	}
	long := strings.Repeat("t", 70)
	for limit, want := range map[int]string{64: "", 70: "", 71: "x" + long} {
		if got := suggest.Nearest(long, []string{"x" + long}, limit); got != want {
			t.Errorf("with words up to %d bytes, Nearest returned %q, want %q", limit, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for words, want := range map[[2]string]int{
		{"", ""}: 0, {"a", ""}: 1, {"ttl", "tlt"}: 1, {"abc", "xbz"}: 2, {"キー", "キ"}: 1, {"kitten", "sitting"}: 3,
	} {
		if got := suggest.Distance(words[0], words[1]); got != want {
			t.Errorf("Distance(%q) = %d, want %d", words, got, want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	if got := suggest.DidYouMean("ttl"); got != ` (did you mean "ttl"?)` {
		t.Error(got)
	}
	if got := suggest.DidYouMean(""); got != "" {
		t.Error(got)
	}
}

func FuzzDistance(f *testing.F) {
	f.Add("getUser", "getUsers")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 200 {
			t.Skip("long")
		}
		d := suggest.Distance(a, b)
		if d != suggest.Distance(b, a) || d < 0 || (d == 0) != (string([]rune(a)) == string([]rune(b))) {
			t.Errorf("%q and %q are %d apart, and %d", a, b, d, suggest.Distance(b, a))
		}
	})
}
