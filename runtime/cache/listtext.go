package cache

import (
	"encoding/binary"
	"encoding/hex"
	"reflect"
	"strings"
	"unsafe"
)

// ListText returns the elements of s as a text for KeyText: bytes as hexadecimal
// digits, others as KeyText writes them, each with a comma after it. Slices of one
// type whose elements differ have different texts.
func ListText[S ~[]E, E Scalar](s S) string {
	if reflect.TypeFor[E]().Kind() == reflect.Uint8 && len(s) > 0 {
		return hex.EncodeToString(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)))
	}
	var b strings.Builder
	for _, e := range s {
		escapeValue(&b, valueText(e), ",")
		b.WriteByte(',')
	}
	return b.String()
}

// ElementsText returns what ListText makes of the slice that e was made from, whose
// elements were of type E or of one with the same underlying type. Other than e, it
// is the same on all platforms.
func ElementsText[E Scalar](e Elements) string {
	kind := reflect.TypeFor[E]().Kind()
	switch b := []byte(e); kind {
	case reflect.String:
		return ListText(elementStrings(b))
	case reflect.Float32, reflect.Float64:
		floats := make([]float64, 0, len(b)/8)
		for ; len(b) > 0; b = b[8:] {
			floats = append(floats, Float(binary.NativeEndian.Uint64(b)).Float64())
		}
		return ListText(floats)
	default:
		list := make([]E, len(b)/int(reflect.TypeFor[E]().Size()))
		copy(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(list))), len(b)), b)
		return ListText(list)
	}
}

func elementStrings(b []byte) []string {
	var list []string
	for len(b) > 0 {
		length, n := binary.Uvarint(b)
		end := n + int(length)
		list = append(list, string(b[n:end]))
		b = b[end:]
	}
	return list
}
