package frame

import "fmt"

// APIv1 ties generated code to this version of the package.
const APIv1 = true

// A Codec is what caches take as one: see package codec.
type Codec[V any] interface {
	Append(b []byte, v V) ([]byte, error)
	Decode(b []byte) (V, error)
	Schema() string
}

// Of returns a codec that frames what another one writes, and compresses it if it
// has more than above bytes; with above 0 or less, it never is. What it reads may be
// compressed or not, whatever above is: it can be changed while values of before are
// still there. The schema is that of the other codec. Of only keeps codec, so that
// it can be called while a package is initialised.
func Of[V any](codec Codec[V], above int) Codec[V] { return framed[V]{codec, above} }

type framed[V any] struct {
	codec Codec[V]
	above int
}

func (f framed[V]) Append(b []byte, v V) ([]byte, error) {
	start := len(b)
	b, err := f.codec.Append(Begin(b), v)
	if err != nil {
		return b, err
	}
	if len(b) <= start {
		return b, fmt.Errorf("a codec of type %T returned less than it was given", f.codec)
	}
	return End(b, start, f.above), nil
}

func (f framed[V]) Decode(b []byte) (V, error) {
	value, err := Open(b, 0)
	if err != nil {
		var zero V
		return zero, err
	}
	return f.codec.Decode(value)
}

func (f framed[V]) Schema() string { return f.codec.Schema() }
