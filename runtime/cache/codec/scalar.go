package codec

import (
	"fmt"

	"github.com/tinylib/msgp/msgp"
)

// Signed, Unsigned, Float and Complex are the numbers of Go, under any name.
type (
	Signed interface {
		~int | ~int8 | ~int16 | ~int32 | ~int64
	}
	Unsigned interface {
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
	}
	Float   interface{ ~float32 | ~float64 }
	Complex interface{ ~complex64 | ~complex128 }
)

// AppendNil appends nil.
func AppendNil(b []byte) []byte { return msgp.AppendNil(b) }

// AppendBool appends a bool.
func AppendBool[T ~bool](b []byte, v T) []byte { return msgp.AppendBool(b, bool(v)) }

// AppendInt appends an integer in as few bytes as it needs.
func AppendInt[T Signed](b []byte, v T) []byte { return msgp.AppendInt64(b, int64(v)) }

// AppendUint appends an integer in as few bytes as it needs.
func AppendUint[T Unsigned](b []byte, v T) []byte { return msgp.AppendUint64(b, uint64(v)) }

// AppendFloat appends a number, in four bytes where that loses nothing.
func AppendFloat[T Float](b []byte, v T) []byte { return msgp.AppendFloat(b, float64(v)) }

// AppendComplex appends an array of the real and the imaginary part.
func AppendComplex[T Complex](b []byte, v T) []byte {
	c := complex128(v)
	return AppendFloat(AppendFloat(msgp.AppendArrayHeader(b, 2), real(c)), imag(c))
}

// AppendString appends a string, whose bytes are taken as they are.
func AppendString[T ~string](b []byte, v T) []byte { return msgp.AppendString(b, string(v)) }

// AppendBytes appends binary data, or nil.
func AppendBytes[T ~[]byte](b []byte, v T) []byte {
	if v == nil {
		return msgp.AppendNil(b)
	}
	return msgp.AppendBytes(b, v)
}

// AppendArrayHeader begins a slice or array of n elements.
func AppendArrayHeader(b []byte, n int) []byte { return msgp.AppendArrayHeader(b, uint32(n)) }

// AppendMapHeader begins a map of n keys with their values, or a struct.
func AppendMapHeader(b []byte, n int) []byte { return msgp.AppendMapHeader(b, uint32(n)) }

// ReadNil tells whether nil comes next, and goes past it.
func ReadNil(b []byte) ([]byte, bool) {
	if msgp.IsNil(b) {
		return b[1:], true
	}
	return b, false
}

// ReadBool reads a bool.
func ReadBool[T ~bool](b []byte, v *T) ([]byte, error) {
	got, rest, err := msgp.ReadBoolBytes(b)
	if err != nil {
		return b, wrong(err)
	}
	*v = T(got)
	return rest, nil
}

// ReadInt reads an integer that must fit into *v.
func ReadInt[T Signed](b []byte, v *T) ([]byte, error) {
	got, rest, err := msgp.ReadInt64Bytes(b)
	if err != nil {
		return b, wrong(err)
	}
	if *v = T(got); int64(*v) != got {
		return b, errOverflow
	}
	return rest, nil
}

// ReadUint reads an integer that must fit into *v.
func ReadUint[T Unsigned](b []byte, v *T) ([]byte, error) {
	got, rest, err := msgp.ReadUint64Bytes(b)
	if err != nil {
		return b, wrong(err)
	}
	if *v = T(got); uint64(*v) != got {
		return b, errOverflow
	}
	return rest, nil
}

// ReadFloat reads a number that was written as a float, of either size.
func ReadFloat[T Float](b []byte, v *T) ([]byte, error) {
	got, rest, err := msgp.ReadFloat64Bytes(b)
	if err != nil {
		return b, wrong(err)
	}
	*v = T(got)
	return rest, nil
}

// ReadComplex reads what AppendComplex has written.
func ReadComplex[T Complex](b []byte, v *T) ([]byte, error) {
	var re, im float64
	b, err := ReadArray(b, 2)
	if err == nil {
		b, err = ReadFloat(b, &re)
	}
	if err == nil {
		b, err = ReadFloat(b, &im)
	}
	*v = T(complex(re, im))
	return b, err
}

// ReadString reads a string.
func ReadString[T ~string](b []byte, v *T) ([]byte, error) {
	got, rest, err := msgp.ReadStringZC(b)
	if err != nil {
		return b, wrong(err)
	}
	*v = T(got)
	return rest, nil
}

// ReadBytes reads binary data into a slice of its own, or nil.
func ReadBytes[T ~[]byte](b []byte, v *T) ([]byte, error) {
	*v = nil
	if rest, ok := ReadNil(b); ok {
		return rest, nil
	}
	got, rest, err := msgp.ReadBytesZC(b)
	if err != nil {
		return b, wrong(err)
	}
	*v = make(T, len(got))
	copy(*v, got)
	return rest, nil
}

// ReadByteArray reads binary data that has exactly the length of v, a slice of an
// array.
func ReadByteArray(b, v []byte) ([]byte, error) {
	got, rest, err := msgp.ReadBytesZC(b)
	if err != nil {
		return b, wrong(err)
	}
	if len(got) != len(v) {
		return b, fmt.Errorf("%w: %d bytes for an array of %d", ErrKind, len(got), len(v))
	}
	copy(v, got)
	return rest, nil
}

// ReadFields reads the header of a struct or map, and says how many names or keys
// follow, each with a value.
func ReadFields(b []byte) (int, []byte, error) {
	n, rest, err := msgp.ReadMapHeaderBytes(b)
	if err != nil {
		return 0, b, wrong(err)
	}
	if int64(n) > int64(len(rest)/2) {
		return 0, b, ErrShort
	}
	return int(n), rest, nil
}

// ReadName reads the name of a field. It is a part of b.
func ReadName(b []byte) (name, rest []byte, err error) {
	name, rest, err = msgp.ReadStringZC(b)
	if err != nil {
		return nil, b, wrong(err)
	}
	return name, rest, nil
}

func readArrayHeader(b []byte) (int, []byte, error) {
	n, rest, err := msgp.ReadArrayHeaderBytes(b)
	if err != nil {
		return 0, b, wrong(err)
	}
	if int64(n) > int64(len(rest)) {
		return 0, b, ErrShort
	}
	return int(n), rest, nil
}

var errOverflow = fmt.Errorf("%w: the number is too large", ErrKind)

// wrong turns an error of msgp into one of ours.
func wrong(err error) error {
	if err == msgp.ErrShortBytes {
		return ErrShort
	}
	return mismatch(err)
}
