package cache

import (
	"encoding/binary"
	"math"
	"reflect"
	"strconv"
	"time"
	"unsafe"
)

// Float is a float64 as a part of a key: two of them are equal if the floats
// are, or if both are NaN, which as a float is never equal to itself.
type Float uint64

// FloatKey returns f as a part of a key. -0 and 0 give the same key, because
// they are equal.
func FloatKey(f float64) Float {
	switch {
	case f != f:
		return Float(math.Float64bits(math.NaN()))
	case f == 0:
		return 0
	}
	return Float(math.Float64bits(f))
}

// Float64 returns the float that the key was made from. NaN loses its payload
// and -0 its sign.
func (f Float) Float64() float64 { return math.Float64frombits(uint64(f)) }

// String spells the float.
func (f Float) String() string { return strconv.FormatFloat(f.Float64(), 'g', -1, 64) }

// ComplexKey returns c as a part of a key, its parts as FloatKey makes them.
func ComplexKey(c complex128) [2]Float { return [2]Float{FloatKey(real(c)), FloatKey(imag(c))} }

// TimeKey returns t as a part of a key: two of them are equal if they are the
// same instant, whatever their time zones and monotonic readings.
func TimeKey(t time.Time) time.Time { return t.Round(0).UTC() }

// Scalar is what the elements of a slice or an array may be to become a key.
type Scalar interface {
	~bool | ~string |
		~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr |
		~float32 | ~float64
}

// Elements is a slice as a part of a key: two of them, made from slices of one
// type, are equal if the slices have the same length and equal elements. It is
// not meant to be read.
type Elements string

// ElementsKey returns a copy of the elements of s as a part of a key. A nil
// slice is equal to an empty one, NaN to NaN, and -0 to 0.
func ElementsKey[S ~[]E, E Scalar](s S) Elements {
	if len(s) == 0 {
		return ""
	}
	first := unsafe.Pointer(unsafe.SliceData(s))
	switch reflect.TypeFor[E]().Kind() {
	case reflect.String:
		return stringElements(unsafe.Slice((*string)(first), len(s)))
	case reflect.Float64:
		return float64Elements(unsafe.Slice((*float64)(first), len(s)))
	case reflect.Float32:
		return float32Elements(unsafe.Slice((*float32)(first), len(s)))
	default:
		// Integers and bools: equal values have equal bytes, each as many as
		// the other, so the bytes tell count and elements.
		size := int(unsafe.Sizeof(s[0]))
		return Elements(unsafe.Slice((*byte)(first), len(s)*size))
	}
}

// stringElements writes the length of each string before it.
func stringElements(s []string) Elements {
	size := 0
	for _, e := range s {
		size += len(e) + binary.MaxVarintLen32
	}
	b := make([]byte, 0, size)
	for _, e := range s {
		b = binary.AppendUvarint(b, uint64(len(e)))
		b = append(b, e...)
	}
	return Elements(b)
}

func float64Elements(s []float64) Elements {
	b := make([]byte, 0, 8*len(s))
	for _, e := range s {
		b = binary.NativeEndian.AppendUint64(b, uint64(FloatKey(e)))
	}
	return Elements(b)
}

func float32Elements(s []float32) Elements {
	b := make([]byte, 0, 8*len(s))
	for _, e := range s {
		b = binary.NativeEndian.AppendUint64(b, uint64(FloatKey(float64(e))))
	}
	return Elements(b)
}
