package cache_test

import (
	"math"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestListText(t *testing.T) {
	type octet byte
	for _, tt := range []struct{ name, got, want string }{
		{"ints", cache.ListText([]int16{1, -2, 300}), "1,-2,300,"},
		{"none", cache.ListText([]int(nil)), ""},
		{"an empty text", cache.ListText([]string{""}), ","},
		{"texts", cache.ListText([]string{"a,b", "c", "%2C"}), "a%2Cb,c,%252C,"},
		{"bytes", cache.ListText([]octet{0, 10, 255}), "000aff"},
		{"no bytes", cache.ListText([]byte{}), ""},
		{"bools", cache.ListText([]bool{true, false}), "true,false,"},
		{"floats", cache.ListText([]float32{0.5, float32(math.NaN()), float32(math.Copysign(0, -1))}), "0.5,NaN,0,"},
		{"names with methods", cache.ListText([]loud{1, 2}), "1,2,"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

func TestElementsText(t *testing.T) {
	for _, tt := range []struct{ name, got, want string }{
		{"ints", cache.ElementsText[int64](cache.ElementsKey([]int64{1, -2, 300})), "1,-2,300,"},
		{"named", cache.ElementsText[int](cache.ElementsKey([]loud{1, 2})), "1,2,"},
		{"texts", cache.ElementsText[string](cache.ElementsKey([]string{"a,b", "", "c"})), "a%2Cb,,c,"},
		{"none", cache.ElementsText[string](cache.ElementsKey([]string{})), ""},
		{"bytes", cache.ElementsText[byte](cache.ElementsKey([]byte{0, 255})), "00ff"},
		{"bools", cache.ElementsText[bool](cache.ElementsKey([]bool{true, false})), "true,false,"},
		{"float32", cache.ElementsText[float32](cache.ElementsKey([]float32{0.5, 3})), "0.5,3,"},
		{"float64", cache.ElementsText[float64](cache.ElementsKey([]float64{0.1, math.NaN(), math.Inf(1)})), "0.1,NaN,+Inf,"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

// FuzzKeyTextLists checks that lists that differ have texts that differ, and that
// neither braces nor what parts a template get into them.
func FuzzKeyTextLists(f *testing.F) {
	f.Add("a,b", "", "a", "b")
	f.Add("", "", "%2C", ",")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		text := func(x, y string) string {
			return cache.KeyText("", cache.ListText([]string{x, y}), ":", cache.ElementsText[string](cache.ElementsKey([]string{x})))
		}
		one, other := text(a, b), text(c, d)
		if same := a == c && b == d; same != (one == other) {
			t.Errorf("%q, %q and %q, %q have the texts %q and %q", a, b, c, d, one, other)
		}
		for _, text := range []string{one, other} {
			colons := 0
			for _, r := range text {
				if r == ':' {
					colons++
				}
				if r == '{' || r == '}' {
					t.Errorf("%q has a brace", text)
				}
			}
			if colons != 1 {
				t.Errorf("%q cannot be taken apart", text)
			}
		}
	})
}
