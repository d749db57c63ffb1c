package cache_test

import (
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestKeyText(t *testing.T) {
	type ID int
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		parts []any
		want  string
	}{
		{nil, ""},
		{[]any{"all"}, "all"},
		{[]any{"user:", ID(7), ":", "de"}, "user:7:de"},
		{[]any{"", "x:1", ":", "2"}, "x%3A1:2"},
		{[]any{"", "x", ":", "1:2"}, "x:1%3A2"},
		{[]any{"a-", "1-2", "-", "z*%"}, "a-1%2D2-z%2A%25"},
		{[]any{"s:", "Köln am\n"}, "s:Köln%20am%0A"},
		{[]any{"f:", cache.FloatKey(1.5), ":", true}, "f:1.5:true"},
		{[]any{"at ", day}, "at 2026-11-23T00:00:00Z"},
		{[]any{"", struct{ A, B int }{1, 2}, "/x"}, "{1%202}/x"},
	} {
		if got := cache.KeyText(tt.parts...); got != tt.want {
			t.Errorf("KeyText(%q) = %q, want %q", tt.parts, got, tt.want)
		}
	}
}
