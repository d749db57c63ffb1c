package codec

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// JSON returns a Codec over encoding/json: slower and longer than generated code,
// but readable, and able to carry what json.Marshaler says. Its schema is made of
// the types, fields and json tags that reflection finds in V; a type with methods
// of its own, or an interface, counts by its name.
func JSON[V any]() Codec[V] { return &jsonCodec[V]{} }

type jsonCodec[V any] struct {
	once   sync.Once
	schema string
}

func (*jsonCodec[V]) Append(b []byte, v V) ([]byte, error) {
	text, err := json.Marshal(v)
	return append(b, text...), err
}

func (*jsonCodec[V]) Decode(b []byte) (V, error) {
	var v V
	if err := json.Unmarshal(b, &v); err != nil {
		var zero V
		return zero, err
	}
	return v, nil
}

// Schema is found at its first use, which the initialisation of a package is not.
func (c *jsonCodec[V]) Schema() string {
	c.once.Do(func() {
		text := &jsonShape{seen: make(map[reflect.Type]int)}
		text.write(reflect.TypeFor[V]())
		c.schema = fmt.Sprintf("j%x", sha256.Sum256([]byte(text.String())))[:16]
	})
	return c.schema
}

// A jsonShape spells the types that a value is made of.
type jsonShape struct {
	strings.Builder
	seen map[reflect.Type]int
}

func (s *jsonShape) write(t reflect.Type) {
	if first, again := s.seen[t]; again {
		fmt.Fprintf(s, "#%d ", first)
		return
	}
	s.seen[t] = len(s.seen)
	fmt.Fprint(s, t.Kind(), " ")
	if t.NumMethod() > 0 || reflect.PointerTo(t).NumMethod() > 0 {
		fmt.Fprint(s, t.PkgPath(), ".", t.Name(), " ")
	}
	switch t.Kind() {
	case reflect.Array:
		fmt.Fprint(s, t.Len(), " ")
		s.write(t.Elem())
	case reflect.Pointer, reflect.Slice:
		s.write(t.Elem())
	case reflect.Map:
		s.write(t.Key())
		s.write(t.Elem())
	case reflect.Struct:
		s.fields(t)
	}
}

func (s *jsonShape) fields(t reflect.Type) {
	s.WriteString("{")
	for f := range t.Fields() {
		if f.Tag.Get("json") == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		fmt.Fprintf(s, "%q %q ", f.Name, f.Tag.Get("json"))
		s.write(f.Type)
	}
	s.WriteString("}")
}
