package annotations_test

import (
	"testing"

	"github.com/bunsui/bunsui-go/annotations"
)

func TestParseField(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]annotations.Field{
		"s.caches":  {Receiver: "s", Name: "caches"},
		"é.x1":      {Receiver: "é", Name: "x1"},
		"s.a.b":     {},
		"caches":    {},
		"s.":        {},
		".caches":   {},
		"_.caches":  {},
		"s._":       {},
		"s.func":    {},
		"s .caches": {},
		"":          {},
	} {
		got, ok := annotations.ParseField(text)
		if ok != want.Set() || ok && got != want {
			t.Errorf("%q: got %+v, %t, want %+v", text, got, ok, want)
		}
	}
}
