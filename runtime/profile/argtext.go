package profile

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// argText returns the text of an argument. It reads nothing that another goroutine
// may be writing, and calls no method.
func argText(value any) string {
	var b strings.Builder
	writeValue(&b, reflect.ValueOf(value))
	return cut(b.String(), maxArgText)
}

func writeValue(b *strings.Builder, v reflect.Value) {
	if b.Len() > maxArgText {
		return // it is cut anyway
	}
	if t, ok := timeOf(v); ok {
		b.WriteString(t)
		return
	}
	switch v.Kind() {
	case reflect.Invalid:
		b.WriteString("nil")
	case reflect.String:
		b.WriteString(strconv.Quote(cut(v.String(), maxArgText)))
	case reflect.Bool:
		b.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		b.WriteString(strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		b.WriteString(strconv.FormatUint(v.Uint(), 10))
	case reflect.Float32, reflect.Float64:
		b.WriteString(strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()))
	case reflect.Complex64, reflect.Complex128:
		b.WriteString(strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits()))
	case reflect.Array:
		writeParts(b, "[", "]", v.Len(), func(i int) { writeValue(b, v.Index(i)) })
	case reflect.Struct:
		writeParts(b, "{", "}", v.NumField(), func(i int) {
			b.WriteString(v.Type().Field(i).Name + ": ")
			writeValue(b, v.Field(i))
		})
	default:
		writeReference(b, v)
	}
}

// timeOf returns the text of a time or a duration. Their methods read nothing but
// their own words and time zones, which do not change.
func timeOf(v reflect.Value) (string, bool) {
	if !v.IsValid() {
		return "", false
	}
	switch v.Type() {
	case reflect.TypeFor[time.Time]():
		if v.CanInterface() {
			return v.Interface().(time.Time).Format(time.RFC3339Nano), true
		}
		return "time.Time", true // in a field that is not exported
	case reflect.TypeFor[time.Duration]():
		return time.Duration(v.Int()).String(), true
	}
	return "", false
}

// writeReference writes what is known of a value that leads elsewhere.
func writeReference(b *strings.Builder, v reflect.Value) {
	switch {
	case v.IsNil():
		b.WriteString("nil")
	case v.Kind() == reflect.Slice:
		fmt.Fprintf(b, "%s of %d", v.Type(), v.Len())
	case v.Kind() == reflect.Interface:
		b.WriteString(v.Elem().Type().String())
	default: // a map's length may be changing
		b.WriteString(v.Type().String())
	}
}

func writeParts(b *strings.Builder, begin, end string, n int, write func(i int)) {
	b.WriteString(begin)
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		if b.Len() > maxArgText {
			break
		}
		write(i)
	}
	b.WriteString(end)
}

// cut returns the beginning of text, at most n bytes and an ellipsis.
func cut(text string, n int) string {
	if len(text) <= n {
		return strings.Clone(text) // and not a part of something large
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n] + "…"
}
