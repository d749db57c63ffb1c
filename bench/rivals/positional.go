package rivals

import (
	"encoding/binary"
	"errors"
	"math"
	"time"

	"github.com/bunsui/bunsui-go/bench/sample"
)

// The positional codec is the floor of what a codec can cost: fields stand in a
// fixed order, without names, and numbers and lengths are varints. It can neither
// add nor drop a field later, and nobody should use it.

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// appendPositional appends the fields of c.
func appendPositional(b []byte, c *sample.Customer) ([]byte, error) {
	b = binary.AppendVarint(b, c.ID)
	b = appendText(appendText(b, c.Name), c.Email)
	flags := byte(0)
	if c.Active {
		flags |= 1
	}
	if c.Manager != nil {
		flags |= 2
	}
	b = append(b, flags)
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(c.Score))
	b = binary.AppendVarint(b, c.Created.Unix())
	b = binary.AppendUvarint(b, uint64(c.Created.Nanosecond()))
	b = binary.AppendUvarint(b, uint64(len(c.Tags)))
	for _, tag := range c.Tags {
		b = appendText(b, tag)
	}
	b = binary.AppendUvarint(b, uint64(len(c.Attrs)))
	for name, value := range c.Attrs {
		b = appendText(appendText(b, name), value)
	}
	b = binary.AppendUvarint(b, uint64(len(c.Orders)))
	for i := range c.Orders {
		o := &c.Orders[i]
		b = appendText(b, o.SKU)
		b = binary.AppendVarint(binary.AppendVarint(b, int64(o.Count)), o.Price)
	}
	if c.Manager != nil {
		b = binary.AppendVarint(b, *c.Manager)
	}
	return b, nil
}

var errPositional = errors.New("the bytes are not those of a customer")

// readPositional reads what appendPositional has written.
func readPositional(b []byte) (*sample.Customer, error) {
	r, c := positionalReader{rest: b}, &sample.Customer{}
	c.ID = r.number()
	c.Name, c.Email = r.text(), r.text()
	flags := r.take(1)
	bits := r.take(8)
	if r.failed {
		return nil, errPositional
	}
	c.Active, c.Score = flags[0]&1 != 0, math.Float64frombits(binary.LittleEndian.Uint64(bits))
	c.Created = time.Unix(r.number(), int64(r.size())).UTC()
	c.Tags = make([]string, r.length())
	for i := range c.Tags {
		c.Tags[i] = r.text()
	}
	n := r.length()
	c.Attrs = make(map[string]string, n)
	for range n {
		name := r.text()
		c.Attrs[name] = r.text()
	}
	c.Orders = make([]sample.Order, r.length())
	for i := range c.Orders {
		c.Orders[i] = sample.Order{SKU: r.text(), Count: int(r.number()), Price: r.number()}
	}
	if flags[0]&2 != 0 {
		manager := r.number()
		c.Manager = &manager
	}
	if r.failed || len(r.rest) > 0 {
		return nil, errPositional
	}
	return c, nil
}

// A positionalReader takes the front off what it reads. After a failure it returns
// zeros only.
type positionalReader struct {
	rest   []byte
	failed bool
}

func (r *positionalReader) take(n int) []byte {
	if n > len(r.rest) {
		r.failed, r.rest = true, nil
		return nil
	}
	front := r.rest[:n]
	r.rest = r.rest[n:]
	return front
}

func (r *positionalReader) number() int64 {
	v, n := binary.Varint(r.rest)
	if n <= 0 {
		r.failed, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *positionalReader) size() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.failed, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// length reads a length that the rest of the bytes can have.
func (r *positionalReader) length() int {
	n := r.size()
	if n > uint64(len(r.rest)) {
		r.failed, r.rest = true, nil
		return 0
	}
	return int(n)
}

func (r *positionalReader) text() string { return string(r.take(r.length())) }
