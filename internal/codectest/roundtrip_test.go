package codectest_test

import (
	"bytes"
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "github.com/bunsui/bunsui-go/internal/codectest"
	"github.com/bunsui/bunsui-go/internal/codectest/other"
	"github.com/bunsui/bunsui-go/runtime/cache/codec"
)

// equal compares all fields, and nil with empty as different.
var equal = cmp.Options{
	cmp.Exporter(func(reflect.Type) bool { return true }),
	cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
	cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }),
	cmp.Comparer(func(a, b url.URL) bool { return a.String() == b.String() }), // all that its own methods keep
	cmp.Comparer(func(a, b *big.Int) bool { return a == b || a != nil && b != nil && a.Cmp(b) == 0 }),
	cmp.Comparer(func(a, b time.Time) bool {
		_, offset := a.Zone()
		_, other := b.Zone()
		return a.Equal(b) && offset == other
	}),
}

// roundTrip writes and reads random values, and one that is zero.
func roundTrip[V any](t *testing.T, c codec.Codec[V]) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 200 {
		var v V
		if i > 0 {
			v = random[V](r)
		}
		b, err := c.Append([]byte("before"), v)
		if err != nil {
			t.Fatalf("%T: %v", c, err)
		}
		after, found := bytes.CutPrefix(b, []byte("before"))
		got, err := c.Decode(after)
		if err != nil || !found {
			t.Fatalf("%T: %v", c, err)
		}
		if diff := cmp.Diff(v, got, equal); diff != "" {
			t.Fatalf("%T: -want +got:\n%s", c, diff)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	roundTrip(t, UserCodec{})
	roundTrip(t, UsersCodec{})
	roundTrip(t, ScalarsCodec{})
	roundTrip(t, CollectionsCodec{})
	roundTrip(t, PointersCodec{})
	roundTrip(t, EmbeddingCodec{})
	roundTrip(t, TaggedCodec{})
	roundTrip(t, PageCodec{})
	roundTrip(t, PairCodec{})
	roundTrip(t, TreeCodec{})
	roundTrip(t, ListCodec{})
	roundTrip(t, NestCodec{})
	roundTrip(t, DictCodec{})
	roundTrip(t, PersonCodec{})
	roundTrip(t, MarshalersCodec{})
	roundTrip(t, ShadowCodec{})
	roundTrip(t, TextCodec{})
	roundTrip(t, BytesCodec{})
	roundTrip(t, HashCodec{})
	roundTrip(t, SwitchCodec{})
	roundTrip(t, OtherCodec{})
	roundTrip(t, ResultsCodec{})
}

// TestExtremes are scalars that random ones seldom meet.
func TestExtremes(t *testing.T) {
	low := Scalars{
		I: math.MinInt, I8: math.MinInt8, I16: math.MinInt16, I32: math.MinInt32, I64: math.MinInt64,
		F32: -math.MaxFloat32, F64: math.SmallestNonzeroFloat64, L: -128, D: math.MinInt64,
		T: time.Unix(-1, 999_999_999).UTC(),
	}
	high := Scalars{
		I: math.MaxInt, I8: math.MaxInt8, I16: math.MaxInt16, I32: math.MaxInt32, I64: math.MaxInt64,
		U: math.MaxUint, U8: 255, U16: 65535, U32: math.MaxUint32, U64: math.MaxUint64, Up: ^uintptr(0),
		F32: math.MaxFloat32, F64: math.Inf(1), L: 127, D: math.MaxInt64, C128: complex(math.Inf(-1), 1e-300),
		T: time.Unix(1<<34, 0).UTC(), S: strings.Repeat("x", 1<<16),
	}
	for _, v := range []Scalars{low, high} {
		b, err := ScalarsCodec{}.Append(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := (ScalarsCodec{}).Decode(b); err != nil || !cmp.Equal(v, got, equal) {
			t.Error(err, cmp.Diff(v, got, equal))
		}
	}
	b, _ := ScalarsCodec{}.Append(nil, Scalars{F64: math.NaN(), F32: float32(math.Copysign(0, -1))})
	if got, err := (ScalarsCodec{}).Decode(b); err != nil || got.F64 == got.F64 || !math.Signbit(float64(got.F32)) {
		t.Error(err, got.F64, got.F32)
	}
}

// TestLeftOut tells that fields that are not carried come back zero.
func TestLeftOut(t *testing.T) {
	b, err := TaggedCodec{}.Append(nil, &Tagged{Short: "x", Private: make(chan int), Callback: func() {}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := TaggedCodec{}.Decode(b)
	if err != nil || got.Short != "x" || got.Private != nil || got.Callback != nil {
		t.Error(got, err)
	}
	if bytes.Contains(b, []byte("Private")) || bytes.Contains(b, []byte("Short")) || !bytes.Contains(b, []byte("\xa1s\xa1x")) {
		t.Errorf("%q", b)
	}
}

// TestFailingMethods tells that an error of a type's own methods is the error.
func TestFailingMethods(t *testing.T) {
	if _, err := (MarshalersCodec{}).Append(nil, Marshalers{}); err != nil {
		t.Error(err)
	}
	v, _ := MarshalersCodec{}.Append(nil, Marshalers{})
	broken := bytes.Replace(v, []byte("\xa50,0,0"), []byte("\xa50,0,x"), 1)
	var field *codec.FieldError
	_, err := MarshalersCodec{}.Decode(broken)
	if !errors.As(err, &field) || err.Error() != "field Color: a part of a color is no number" {
		t.Error(err)
	}
}

// TestCycles tells that a value that contains itself is an error.
func TestCycles(t *testing.T) {
	list := &List{}
	list.Next = &List{Next: list}
	tree := &Tree{}
	tree.Children = []*Tree{{}, {Children: []*Tree{tree}}}
	nest := make(Nest, 2)
	nest[1] = nest
	boss := &Person{}
	boss.Job = &Company{Staff: map[string]Person{"x": {Job: &Company{Boss: boss}}}}
	page := Page[User]{Next: &Page[User]{}}
	page.Next.Next = page.Next
	dict := Dict{}
	dict["self"] = dict

	errs := map[string]error{}
	_, errs["list"] = ListCodec{}.Append(nil, list)
	_, errs["tree"] = TreeCodec{}.Append(nil, tree)
	_, errs["nest"] = NestCodec{}.Append(nil, nest)
	_, errs["person"] = PersonCodec{}.Append(nil, *boss)
	_, errs["page"] = PageCodec{}.Append(nil, page)
	for name, err := range errs {
		if !errors.Is(err, codec.ErrCycle) {
			t.Error(name, err)
		}
	}
	if _, err := (DictCodec{}).Append(nil, dict); !errors.Is(err, codec.ErrLimit) {
		t.Error(err)
	}
}

// TestDepth tells that what may be written may be read, and nothing deeper.
func TestDepth(t *testing.T) {
	list := func(n int) (first *List) {
		for range n {
			first = &List{Next: first}
		}
		return first
	}
	for _, n := range []int{codec.DefaultDepth, 1000} {
		b, err := ListCodec{}.Append(nil, list(n))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (ListCodec{}).Decode(b); err != nil {
			t.Error(n, err)
		}
	}
	deeper, err := ListCodec{Limits: codec.Limits{Depth: codec.DefaultDepth + 2}}.Append(nil, list(codec.DefaultDepth+2))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (ListCodec{}).Append(nil, list(codec.DefaultDepth+1)); !errors.Is(err, codec.ErrLimit) {
		t.Error(err)
	}
	if _, err := (ListCodec{}).Decode(deeper); !errors.Is(err, codec.ErrLimit) {
		t.Error(err)
	}
	// The same node many times, though never below itself, is no cycle.
	leaf := &Tree{Value: 1}
	wide := &Tree{Children: []*Tree{leaf, leaf, leaf}}
	for range 200 {
		wide = &Tree{Children: []*Tree{leaf, wide, leaf}}
	}
	if _, err := (TreeCodec{}).Append(nil, wide); err != nil {
		t.Error(err)
	}
}

// TestSize tells that a value that grows over the limit is an error, also where
// it shares its parts.
func TestSize(t *testing.T) {
	small := codec.Limits{Size: 1000}
	if _, err := (TextCodec{Limits: small}).Append(nil, strings.Repeat("x", 1000)); !errors.Is(err, codec.ErrLimit) {
		t.Error(err)
	}
	if _, err := (TextCodec{Limits: small}).Append(make([]byte, 500), strings.Repeat("x", 900)); err != nil {
		t.Error(err)
	}
	diamond := &Tree{}
	for range 100 {
		diamond = &Tree{Children: []*Tree{diamond, diamond}}
	}
	if _, err := (TreeCodec{Limits: codec.Limits{Size: 1 << 20}}).Append(nil, diamond); !errors.Is(err, codec.ErrLimit) {
		t.Error(err)
	}
}

// TestEvolution tells that fields may come and go.
func TestEvolution(t *testing.T) {
	b, _ := PersonCodec{}.Append(nil, Person{Name: "Ann"})
	u, err := OtherCodec{}.Decode(b)
	if want := (other.User{Name: "Ann"}); err != nil || !cmp.Equal(u, want) {
		t.Error(u, err)
	}
	if (PersonCodec{}).Schema() == (OtherCodec{}).Schema() {
		t.Error("different fields have one schema")
	}
}
