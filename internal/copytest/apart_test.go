package copytest_test

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"
	"unsafe"

	. "github.com/bunsui/bunsui-go/internal/copytest"
)

// A span is memory that a value holds, and the path to it.
type span struct {
	from, to uintptr
	path     string
	second   bool
}

// sharedTypes are those of which nobody can change a value, and Box, whose own
// method copies no more than the box.
var sharedTypes = []reflect.Type{
	reflect.TypeFor[time.Time](), reflect.TypeFor[*time.Location](), reflect.TypeFor[netip.Addr](), reflect.TypeFor[netip.Prefix](),
	reflect.TypeFor[*regexp.Regexp](), reflect.TypeFor[*url.Userinfo](), reflect.TypeFor[reflect.Type](), reflect.TypeFor[*Box[*int]](),
}

// A walker collects the memory that a value holds, but for strings and keys.
type walker struct{ spans []span }

func (w *walker) add(from unsafe.Pointer, size uintptr, path string) {
	if from != nil && size > 0 {
		w.spans = append(w.spans, span{uintptr(from), uintptr(from) + size, path, false})
	}
}

func (w *walker) walk(v reflect.Value, path string) {
	for _, known := range sharedTypes {
		if v.Type() == known {
			return
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			w.add(v.UnsafePointer(), v.Type().Elem().Size(), path)
			w.walk(v.Elem(), path)
		}
	case reflect.Interface:
		if !v.IsNil() {
			w.walk(v.Elem(), path)
		}
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice {
			w.add(v.UnsafePointer(), uintptr(v.Cap())*v.Type().Elem().Size(), path)
		}
		for i := range v.Len() {
			w.walk(v.Index(i), fmt.Sprint(path, "[", i, "]"))
		}
	case reflect.Map:
		w.add(v.UnsafePointer(), 1, path)
		for iter := v.MapRange(); iter.Next(); {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(iter.Value())
			w.walk(value, fmt.Sprint(path, "[", iter.Key(), "]"))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			w.walk(reflect.NewAt(field.Type, unsafe.Pointer(v.Field(i).UnsafeAddr())).Elem(), path+"."+field.Name)
		}
	}
}

// shared names memory that two values have in common, or nothing.
func shared[V any](a, b *V) string {
	var first, second walker
	first.walk(reflect.ValueOf(a).Elem(), "")
	second.walk(reflect.ValueOf(b).Elem(), "")
	all := slices.Concat(first.spans, second.spans)
	for i := range all {
		all[i].second = i >= len(first.spans)
	}
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var last [2]span // that reach farthest, of the first and the second value
	for _, s := range all {
		other, own := &last[0], &last[1]
		if !s.second {
			other, own = own, other
		}
		if s.from < other.to {
			return fmt.Sprintf("%T: %s and %s are the same memory", *a, s.path, other.path)
		}
		if s.to > own.to {
			*own = s
		}
	}
	return ""
}

func checkApart[V any](t *testing.T, a, b *V) {
	t.Helper()
	if both := shared(a, b); both != "" {
		t.Fatal(both)
	}
}
