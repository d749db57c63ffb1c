package annotations_test

import (
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/annotations"
)

func TestSuggest(t *testing.T) {
	words := []string{"ttl", "idle", "key", "skip", "max_entries", "max_bytes", "receiver", "load_limit", "alias"}
	for word, want := range map[string]string{
		"ttl": "ttl", "tll": "ttl", "tlt": "ttl", "tl": "ttl", "ttls": "ttl", "TTL": "ttl", "-ttl": "ttl", "--ttl": "ttl",
		"kye": "key", "keys": "key", "skp": "skip", "skpi": "skip", "ailas": "alias", "reciever": "receiver",
		"maxEntries": "max_entries", "max-entries": "max_entries", "max_entires": "max_entries", "MAX_BYTES": "max_bytes",
		"load": "load_limit", "rec": "receiver",
		"max": "", "": "", "-": "", "x": "", "colour": "", "id": "", "unbounded": "", "キー": "",
		strings.Repeat("a", 1000): "",
	} {
		if got := annotations.Suggest(word, words); got != want {
			t.Errorf("Suggest(%q) = %q, want %q", word, got, want)
		}
	}
	if got := annotations.Suggest("ab", []string{"ac", "ad", ""}); got != "ac" {
		t.Errorf("of two equally near words, Suggest returned %q", got)
	}
	if got := annotations.Suggest("ad", []string{"ac", "ad"}); got != "ad" {
		t.Errorf("Suggest returned %q for a word that is among the words", got)
	}
}
