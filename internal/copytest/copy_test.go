package copytest_test

import (
	"encoding/json"
	"math"
	"math/big"
	"math/rand/v2"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/bunsui/bunsui-go/internal/copytest"
	"github.com/bunsui/bunsui-go/internal/copytest/other"
)

// equal compares all fields, and nil with empty as different. Counts of copies
// differ, of course.
var equal = cmp.Options{
	cmp.Exporter(func(reflect.Type) bool { return true }),
	cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
	cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }),
	cmp.Comparer(func(a, b reflect.Type) bool { return a == b }),
	cmp.Comparer(func(a, b *regexp.Regexp) bool { return a == b }),
	cmp.Comparer(func(a, b *time.Location) bool { return a == b }),
	cmp.FilterPath(isCount, cmp.Ignore()),
	cmp.FilterPath(isBlank, cmp.Ignore()),
}

func isCount(p cmp.Path) bool {
	switch step := p.Last().(type) {
	case cmp.StructField:
		return step.Name() == "copies"
	case cmp.MapIndex:
		return step.Key().Kind() == reflect.String && step.Key().String() == "copies"
	}
	return false
}

func isBlank(p cmp.Path) bool {
	step, ok := p.Last().(cmp.StructField)
	return ok && step.Name() == "_"
}

// check copies random values, and one that is zero, twice at the same time: the
// race detector sees if that writes to the original.
func check[V any](t *testing.T, clone func(V) V) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 40 {
		var v V
		if i > 0 {
			v = random[V](r)
		}
		var first, second V
		var both sync.WaitGroup
		both.Go(func() { first = clone(v) })
		both.Go(func() { second = clone(v) })
		both.Wait()
		for _, got := range []V{first, second} {
			if diff := cmp.Diff(v, got, equal); diff != "" {
				t.Fatalf("%T: -want +got:\n%s", v, diff)
			}
		}
		checkApart(t, &v, &first)
		checkApart(t, &v, &second)
		checkApart(t, &first, &second)
	}
}

func TestCopies(t *testing.T) {
	check(t, CopyUser)
	check(t, CopyUsers)
	check(t, CopyUserValue)
	check(t, CopyScalars)
	check(t, CopyScalarsValue)
	check(t, CopyCollections)
	check(t, CopyPointers)
	check(t, CopyEmbedding)
	check(t, CopyInline)
	check(t, CopyPage)
	check(t, CopyPair)
	check(t, CopyForeign)
	check(t, CopyBigs)
	check(t, CopyShadow)
	check(t, CopyMethods)
	check(t, CopyTree)
	check(t, CopyTreeValue)
	check(t, CopyShape)
	check(t, CopySet)
	check(t, CopyText)
	check(t, CopyBytes)
	check(t, CopyGrid)
	check(t, CopyMap)
	check(t, CopyLiterals)
	check(t, CopyLiteral)
	check(t, CopyInt)
	check(t, CopyBigInt)
	check(t, CopyOther)
	check(t, CopyResults)
	check(t, CopyGenericPage[int, Words])
	check(t, CopyGenericPair[int, Words])
	check(t, CopyGenericSlice[int, Words])
	check(t, CopyGenericMap[int, Words])
}

// TestCheckFinds tells that the check sees what copies of less depth would share.
func TestCheckFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	v := random[User](r)
	v.Tags = []string{"x"}
	shallow := v
	if shared(&v, &shallow) == "" {
		t.Error("a slice in common is not found")
	}
	pages := Page[map[string]*int]{Items: []map[string]*int{{"x": new(int)}}}
	deeper := Page[map[string]*int]{Items: []map[string]*int{pages.Items[0]}}
	if shared(&pages, &deeper) == "" {
		t.Error("a map in common is not found")
	}
	deeper.Items[0] = map[string]*int{"x": pages.Items[0]["x"]}
	if shared(&pages, &deeper) == "" {
		t.Error("a pointer in common is not found")
	}
}

// TestNilAndEmpty tells that the two stay apart on every level.
func TestNilAndEmpty(t *testing.T) {
	empty := &Collections{
		Bytes: []byte{}, Raw: json.RawMessage{}, Labels: Labels{}, Values: url.Values{"x": {}, "y": nil},
		Deep: [][][]string{{}, nil, {nil, {}}}, Lines: Lines{}, Refs: []*Line{nil, {Marks: []int{}}},
		ByName: map[string]Line{"x": {Marks: []int{}}}, Index: Index{"nil": nil}, Set: map[string]struct{}{},
		ByFloat: map[float64][]int{},
	}
	if diff := cmp.Diff(empty, CopyCollections(empty), equal); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(&Collections{}, CopyCollections(&Collections{}), equal); diff != "" {
		t.Error(diff)
	}
	if CopyUser(nil) != nil || CopyUsers(nil) != nil || CopyMap(nil) != nil || CopyBytes(nil) != nil || CopyBigInt(nil) != nil {
		t.Error("nil is not nil any more")
	}
	if CopyUsers([]User{}) == nil || CopyMap(map[string]bool{}) == nil || CopyBytes([]byte{}) == nil {
		t.Error("empty has become nil")
	}
	if m := CopyMethods(&Methods{}); m.Set != nil || m.Tree != nil || m.Shape != nil || m.Box != nil || m.Deep != nil {
		t.Error("a method was called for nil")
	}
}

// TestNaN tells that keys that are not equal to themselves stand in a copy as often
// as in the original.
func TestNaN(t *testing.T) {
	nan := math.NaN()
	c := CopyCollections(&Collections{ByFloat: map[float64][]int{nan: {1}, 1: {2}}})
	if len(c.ByFloat) != 2 {
		t.Errorf("%v", c.ByFloat)
	}
	in := CopyInline(&Inline{ByRate: map[float64]struct{ Tags []string }{nan: {}, 1: {}}})
	if len(in.ByRate) != 2 {
		t.Errorf("%v", in.ByRate)
	}
}

// TestAliases tells what becomes of two pointers to one thing, and of pointers in
// keys.
func TestAliases(t *testing.T) {
	text := "x"
	p := CopyPointers(Pointers{String: &text, Again: &text})
	if p.String == p.Again || *p.String != "x" || *p.Again != "x" {
		t.Error("two pointers to one string are not two copies")
	}
	point := &Point{1, 2}
	c := CopyCollections(&Collections{ByPtr: map[*Point]*Point{point: point}})
	if c.ByPtr[point] == point || *c.ByPtr[point] != *point {
		t.Error("a key is not what it was, or its value is")
	}
}

// TestForeign tells that fields that nobody can reach are copied.
func TestForeign(t *testing.T) {
	v := &Foreign{
		Money:  other.MoneyOf(5, [3]byte{'E', 'U', 'R'}, []string{"x"}),
		Number: other.NumberOf([]byte{1, 2}),
		Record: other.RecordOf(7),
	}
	c := CopyForeign(v)
	if diff := cmp.Diff(v, c, equal); diff != "" {
		t.Error(diff)
	}
	if shared(v, c) != "" {
		t.Error(shared(v, c))
	}
}

// TestNumbers tells that big numbers keep all that belongs to them.
func TestNumbers(t *testing.T) {
	v := &Bigs{
		Int: new(big.Int).Lsh(big.NewInt(-3), 200), Rat: big.NewRat(1, 3),
		Float: new(big.Float).SetPrec(100).SetMode(big.ToZero).SetFloat64(1.5),
	}
	c := CopyBigs(v)
	if c.Int.Cmp(v.Int) != 0 || c.Rat.Cmp(v.Rat) != 0 || c.Float.Cmp(v.Float) != 0 ||
		c.Float.Mode() != big.ToZero || c.Float.Prec() != 100 {
		t.Errorf("%v", c)
	}
	c.Int.Add(c.Int, big.NewInt(1))
	if c.Int.Cmp(v.Int) == 0 {
		t.Error("the original has changed with its copy")
	}
}
