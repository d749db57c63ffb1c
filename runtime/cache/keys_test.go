package cache_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestFloatKey(t *testing.T) {
	otherNaN := math.Float64frombits(math.Float64bits(math.NaN()) ^ 5)
	negativeZero := math.Copysign(0, -1)
	if cache.FloatKey(math.NaN()) != cache.FloatKey(otherNaN) || cache.FloatKey(0) != cache.FloatKey(negativeZero) {
		t.Error("floats that should be one key are not")
	}
	all := []float64{0, 1, -1, math.Inf(1), math.Inf(-1), math.SmallestNonzeroFloat64, math.MaxFloat64, math.NaN()}
	seen := map[cache.Float]float64{}
	for _, f := range all {
		k := cache.FloatKey(f)
		if other, ok := seen[k]; ok {
			t.Errorf("%v and %v are one key", f, other)
		}
		seen[k] = f
		if back := k.Float64(); back != f && !(back != back && f != f) {
			t.Errorf("%v became %v", f, back)
		}
	}
	if cache.ComplexKey(complex(math.NaN(), 1)) != cache.ComplexKey(complex(otherNaN, 1)) ||
		cache.ComplexKey(1+2i) == cache.ComplexKey(2+1i) {
		t.Error("ComplexKey")
	}
}

func TestTimeKey(t *testing.T) {
	now := time.Now()
	zone := time.FixedZone("x", 3600)
	same := []time.Time{now, now.Round(0), now.UTC(), now.In(zone), now.Local()}
	for _, s := range same {
		if cache.TimeKey(s) != cache.TimeKey(now) {
			t.Errorf("%v is another key than %v", s, now)
		}
	}
	if cache.TimeKey(now) == cache.TimeKey(now.Add(1)) || cache.TimeKey(time.Time{}) != (time.Time{}) {
		t.Error("TimeKey mixes instants up")
	}
}

type named string

func TestElementsKey(t *testing.T) {
	strings := [][]string{nil, {""}, {"", ""}, {"a"}, {"a", ""}, {"", "a"}, {"ab"}, {"a", "b"}, {"\x01a"}, {"\x00"}, {"a\x01b"}}
	for i, a := range strings {
		for j, b := range strings {
			if (cache.ElementsKey(a) == cache.ElementsKey(b)) != (i == j) {
				t.Errorf("%q and %q", a, b)
			}
		}
	}
	ints := [][]int16{nil, {0}, {0, 0}, {1}, {256}, {1, 0}, {0, 1}, {-1}}
	for i, a := range ints {
		for j, b := range ints {
			if (cache.ElementsKey(a) == cache.ElementsKey(b)) != (i == j) {
				t.Errorf("%v and %v", a, b)
			}
		}
	}
	nan := float32(math.NaN())
	if cache.ElementsKey([]float32{nan, 0}) != cache.ElementsKey([]float32{nan, float32(math.Copysign(0, -1))}) {
		t.Error("float32: NaN or 0")
	}
	if key := cache.ElementsKey([]float64{math.NaN(), 1}); key != cache.ElementsKey([]float64{math.Log(-1), 1}) ||
		cache.ElementsKey([]float64{1}) == cache.ElementsKey([]float64{2}) {
		t.Error("float64")
	}
	if cache.ElementsKey([]bool{true, false}) == cache.ElementsKey([]bool{false, true}) {
		t.Error("bool")
	}
	if cache.ElementsKey([]named{"a", "b"}) == cache.ElementsKey([]named{"ab"}) {
		t.Error("a type of its own")
	}
	if cache.ElementsKey([]string{}) != cache.ElementsKey[[]string](nil) {
		t.Error("nil and empty")
	}
	// The key must not change with the slice that it was made from.
	s := []int{1, 2}
	key := cache.ElementsKey(s)
	s[0] = 5
	if key != cache.ElementsKey([]int{1, 2}) {
		t.Error("the key refers to the slice")
	}
}

func FuzzElementsKey(f *testing.F) {
	f.Add("a,b", "ab")
	f.Fuzz(func(t *testing.T, a, b string) {
		split := func(s string) []string {
			var parts []string
			for len(s) > 0 {
				n := min(int(s[0]%5), len(s)-1)
				parts, s = append(parts, s[1:1+n]), s[1+n:]
			}
			return parts
		}
		x, y := split(a), split(b)
		if (cache.ElementsKey(x) == cache.ElementsKey(y)) != slices.Equal(x, y) {
			t.Errorf("%q, %q", x, y)
		}
	})
}

type box[T any] struct{ v T }

func TestTypeName(t *testing.T) {
	const here = "github.com/bunsui/bunsui-go/runtime/cache_test."
	for want, got := range map[string]string{
		"int":                                 cache.TypeName[int](),
		"error":                               cache.TypeName[error](),
		"io.Reader":                           cache.TypeName[io.Reader](),
		here + "named":                        cache.TypeName[named](),
		"*" + here + "named":                  cache.TypeName[*named](),
		"[]time.Time":                         cache.TypeName[[]time.Time](),
		"[3][]*time.Time":                     cache.TypeName[[3][]*time.Time](),
		"map[string]" + here + "named":        cache.TypeName[map[string]named](),
		here + "box[" + here + "named]":       cache.TypeName[box[named]](),
		"chan int":                            cache.TypeName[chan int](),
		"<-chan int":                          cache.TypeName[<-chan int](),
		"chan (<-chan int)":                   cache.TypeName[chan (<-chan int)](),
		"func()":                              cache.TypeName[func()](),
		"func(context.Context, ...int) error": cache.TypeName[func(context.Context, ...int) error](),
		"func(int) (string, error)":           cache.TypeName[func(int) (string, error)](),
		"struct {}":                           cache.TypeName[struct{}](),
	} {
		if got != want {
			t.Errorf("TypeName = %q, want %q", got, want)
		}
	}
}

func TestFor(t *testing.T) {
	var g cache.Generic
	made := 0
	intBox := func() *box[int] { made++; return &box[int]{v: made} }
	stringBox := func() *box[string] { made++; return &box[string]{v: fmt.Sprint(made)} }
	for range 3 {
		if i, s := cache.For(&g, intBox), cache.For(&g, stringBox); i.v != 1 || s.v != "2" {
			t.Errorf("%v, %v", i.v, s.v)
		}
	}
	var other cache.Generic
	if cache.For(&other, intBox) == cache.For(&g, intBox) {
		t.Error("two Generics share a value")
	}
	if n := testing.AllocsPerRun(100, func() { cache.For(&g, intBox) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if recovered(func() { cache.For(&other, func() *box[bool] { panic("no") }) }) == nil {
		t.Error("the panic of make is lost")
	}
	if cache.For(&other, func() *box[bool] { return &box[bool]{v: true} }).v != true {
		t.Error("not usable after a panic")
	}
}

func TestForConcurrently(t *testing.T) {
	var g cache.Generic
	results := make(chan *box[int], 50)
	for range cap(results) {
		go func() { results <- cache.For(&g, func() *box[int] { return new(box[int]) }) }()
	}
	first := <-results
	for range cap(results) - 1 {
		if <-results != first {
			t.Fatal("two values for one type")
		}
	}
}
