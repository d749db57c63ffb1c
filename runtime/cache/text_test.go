package cache_test

import (
	"math"
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
		{[]any{"at ", day.In(time.FixedZone("JST", 9*60*60))}, "at 2026-11-23T00:00:00Z"},
		{[]any{"f:", math.Copysign(0, -1), ":", math.NaN()}, "f:0:NaN"},
		{[]any{"", "{x}"}, "%7Bx%7D"},
		{[]any{"", loud(7)}, "7"},
		{[]any{"", struct{ A, B int }{1, 2}, "/x"}, "%7B1%202%7D/x"},
	} {
		if got := cache.KeyText(tt.parts...); got != tt.want {
			t.Errorf("KeyText(%q) = %q, want %q", tt.parts, got, tt.want)
		}
	}
}

// A loud number prints as what all others do.
type loud int

func (loud) String() string { return "LOUD" }

func TestHashText(t *testing.T) {
	one := cache.HashText("", "a@example.com")
	if len(one) != 32 || one != cache.HashText("", "a@example.com") {
		t.Errorf("%q", one)
	}
	for _, other := range []string{
		cache.HashText("", "b@example.com"), cache.HashText("", "a", ":", "b"), cache.HashText("", "a:b"),
		cache.HashText(""),
	} {
		if other == one {
			t.Errorf("two values have the hash %q", one)
		}
	}
	if cache.HashText("", "a:b", ":", "c") == cache.HashText("", "a", ":", "b:c") {
		t.Error("values are mixed up")
	}
	// It stands in stores, so that it must not change.
	if got, want := cache.HashText("", "a@example.com"), "08168cd80dfd534ab0f10af10f1303fe"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
