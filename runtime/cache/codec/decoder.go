package codec

import (
	"fmt"
	"unsafe"
)

// A Decoder keeps account of what the input has claimed while one value is read.
// It belongs to one call of Decode.
type Decoder struct {
	// elements is how many elements of slices and maps the input may still claim.
	// Each takes a byte at least, so all of them together cannot be more than the
	// input is long, however lengths are nested.
	elements int
	// memory is how many bytes may still be allocated.
	memory int64
	// depth is how much deeper a value of a recursive type may go.
	depth int
}

// NewDecoder prepares to read a value from b.
func NewDecoder(b []byte, limits Limits) Decoder {
	// An Encoder does not count nil as a level, and here what comes is not known yet.
	return Decoder{elements: len(b), memory: limits.memory(len(b)), depth: limits.depth() + 1}
}

// End says whether the value was all that there was. rest is what decoding it has
// left of the input, and err how that ended.
func (d *Decoder) End(rest []byte, err error) error {
	switch {
	case err != nil:
		return err
	case len(rest) > 0:
		return fmt.Errorf("%w (%d bytes)", ErrTrailing, len(rest))
	}
	return nil
}

// Enter goes one level deeper in a value of a recursive type.
func (d *Decoder) Enter() error {
	if d.depth == 0 {
		return fmt.Errorf("%w: the value nests too deep", ErrLimit)
	}
	d.depth--
	return nil
}

// Leave goes back up.
func (d *Decoder) Leave() { d.depth++ }

// claim accounts for n elements that the input must hold, and the memory for them.
func (d *Decoder) claim(n int, size int64) error {
	if n > d.elements {
		return ErrShort
	}
	d.elements -= n
	return d.allocate(size)
}

func (d *Decoder) allocate(size int64) error {
	if size < 0 || size > d.memory { // below zero, a product was too large
		return fmt.Errorf("%w: the value would take too much memory", ErrLimit)
	}
	d.memory -= size
	return nil
}

// ReadPointer makes *v nil, or where the input has a value points *v to a zero one
// for it to be read into.
func ReadPointer[P ~*T, T any](d *Decoder, b []byte, v *P) ([]byte, error) {
	*v = nil
	if rest, ok := ReadNil(b); ok {
		return rest, nil
	}
	var zero T
	if err := d.allocate(int64(unsafe.Sizeof(zero))); err != nil {
		return b, err
	}
	*v = new(T)
	return b, nil
}

// ReadSlice makes *v nil, or a slice with as many zero elements as follow in the
// input.
func ReadSlice[S ~[]E, E any](d *Decoder, b []byte, v *S) ([]byte, error) {
	*v = nil
	if rest, ok := ReadNil(b); ok {
		return rest, nil
	}
	n, b, err := readArrayHeader(b)
	if err != nil {
		return b, err
	}
	var zero E
	if err := d.claim(n, int64(n)*int64(unsafe.Sizeof(zero))); err != nil {
		return b, err
	}
	*v = make(S, n)
	return b, nil
}

// ReadArray reads the header of an array that must have n elements.
func ReadArray(b []byte, n int) ([]byte, error) {
	got, b, err := readArrayHeader(b)
	if err == nil && got != n {
		err = fmt.Errorf("%w: %d elements for an array of %d", ErrKind, got, n)
	}
	return b, err
}

// ReadMap makes *v nil, or an empty map, and returns how many keys with their
// values follow in the input.
func ReadMap[M ~map[K]V, K comparable, V any](d *Decoder, b []byte, v *M) (int, []byte, error) {
	*v = nil
	if rest, ok := ReadNil(b); ok {
		return 0, rest, nil
	}
	n, b, err := ReadFields(b)
	if err != nil {
		return 0, b, err
	}
	var key K
	var value V
	if err := d.claim(n, mapMemory(int64(n), int64(unsafe.Sizeof(key)), int64(unsafe.Sizeof(value)))); err != nil {
		return 0, b, err
	}
	*v = make(M, n)
	return n, b, nil
}

// mapMemory is about what a map of n entries takes: Go gives it room for at least
// eight, and up to twice as many as it was made for. Keys and values of more than
// 128 bytes stand elsewhere.
func mapMemory(n, key, value int64) int64 {
	const header, inside = 48, 128
	if n == 0 {
		return header
	}
	slot := min(key, inside) + min(value, inside) + 1
	return header + max(8, 2*n)*slot + n*(max(0, key-inside)+max(0, value-inside))
}
