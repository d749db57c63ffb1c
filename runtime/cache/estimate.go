package cache

import (
	"reflect"
	"time"
	"unsafe"
)

// estimateLimit is how many values an estimate looks at.
const estimateLimit = 10_000

// estimated returns about what an entry of a size takes up, together with all that
// its key and its value, given by their addresses, lead to. What several entries
// share is counted for each of them.
func estimated(size uintptr, key, value any) int64 {
	e := estimate{left: estimateLimit}
	return weighed(size, e.held(reflect.ValueOf(key).Elem())+e.held(reflect.ValueOf(value).Elem()))
}

// estimate adds up what values hold beside themselves.
type estimate struct {
	left int
	seen map[unsafe.Pointer]struct{}
}

func (e *estimate) held(v reflect.Value) int64 {
	if e.left--; e.left < 0 {
		return 0
	}
	switch v.Kind() {
	case reflect.String:
		return int64(v.Len())
	case reflect.Pointer:
		if v.IsNil() || !e.first(v.UnsafePointer()) {
			return 0
		}
		return e.whole(v.Elem())
	case reflect.Interface:
		if v.IsNil() {
			return 0
		}
		return e.whole(v.Elem())
	case reflect.Slice:
		return e.slice(v)
	case reflect.Array:
		return e.elements(v)
	case reflect.Map:
		return e.mapping(v)
	case reflect.Struct:
		return e.fields(v)
	default:
		return 0
	}
}

// whole is held with the value's own size.
func (e *estimate) whole(v reflect.Value) int64 { return int64(v.Type().Size()) + e.held(v) }

// first reports whether an address has not been met yet.
func (e *estimate) first(p unsafe.Pointer) bool {
	if _, ok := e.seen[p]; ok {
		return false
	}
	if e.seen == nil {
		e.seen = make(map[unsafe.Pointer]struct{})
	}
	e.seen[p] = struct{}{}
	return true
}

func (e *estimate) slice(v reflect.Value) int64 {
	if v.Cap() == 0 || !e.first(v.UnsafePointer()) {
		return 0
	}
	return int64(v.Cap())*int64(v.Type().Elem().Size()) + e.elements(v)
}

// elements returns what the elements of a slice or an array hold. If there are
// too many to look at, the rest is taken to be like the first ones.
func (e *estimate) elements(v reflect.Value) int64 {
	if !holding(v.Type().Elem()) {
		return 0
	}
	sum := int64(0)
	for i := range v.Len() {
		if e.left <= 0 {
			return sum + sum/int64(max(i, 1))*int64(v.Len()-i)
		}
		sum += e.held(v.Index(i))
	}
	return sum
}

func (e *estimate) mapping(v reflect.Value) int64 {
	if v.IsNil() || !e.first(v.UnsafePointer()) {
		return 0
	}
	t := v.Type()
	sum, seen := int64(0), 0
	if holding(t.Key()) || holding(t.Elem()) {
		for i := v.MapRange(); e.left > 0 && i.Next(); seen++ {
			sum += e.held(i.Key()) + e.held(i.Value())
		}
	}
	if seen > 0 {
		sum += sum / int64(seen) * int64(v.Len()-seen)
	}
	return sum + MapBytes(v.Len(), t.Key().Size(), t.Elem().Size())
}

func (e *estimate) fields(v reflect.Value) int64 {
	if v.Type() == reflect.TypeFor[time.Time]() { // its location is everybody's
		return 0
	}
	sum := int64(0)
	for i := range v.NumField() {
		sum += e.held(v.Field(i))
	}
	return sum
}

// holding reports whether values of a type may hold anything. It does not look
// into structs and arrays.
func holding(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Array, reflect.Map, reflect.Struct:
		return true
	default:
		return false
	}
}
