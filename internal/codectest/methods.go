package codectest

import (
	"errors"
	"strconv"
	"strings"
)

// A Color is written as text, by methods of the value and of the pointer.
type Color struct{ r, g, b uint8 }

// MarshalText writes three numbers.
func (c Color) MarshalText() ([]byte, error) {
	return []byte(strconv.Itoa(int(c.r)) + "," + strconv.Itoa(int(c.g)) + "," + strconv.Itoa(int(c.b))), nil
}

// UnmarshalText reads three numbers.
func (c *Color) UnmarshalText(text []byte) error {
	parts := strings.Split(string(text), ",")
	if len(parts) != 3 {
		return errors.New("a color has three parts")
	}
	for i, to := range []*uint8{&c.r, &c.g, &c.b} {
		n, err := strconv.ParseUint(parts[i], 10, 8)
		if err != nil {
			return errors.New("a part of a color is no number")
		}
		*to = uint8(n)
	}
	return nil
}

// An Own writes its own MessagePack: a string.
type Own struct{ text string }

// MarshalMsg writes a string of at most 31 bytes.
func (o *Own) MarshalMsg(b []byte) ([]byte, error) {
	if len(o.text) > 31 {
		return b, errors.New("too long")
	}
	return append(append(b, 0xa0|byte(len(o.text))), o.text...), nil
}

// UnmarshalMsg reads it.
func (o *Own) UnmarshalMsg(b []byte) ([]byte, error) {
	if len(b) == 0 || b[0]&0xe0 != 0xa0 || len(b) <= int(b[0]&0x1f) {
		return b, errors.New("no string")
	}
	n := 1 + int(b[0]&0x1f)
	o.text = string(b[1:n])
	return b[n:], nil
}

// A Both can be written as binary and as text; only the binary methods work.
type Both struct{ N byte }

// MarshalBinary writes the number.
func (b Both) MarshalBinary() ([]byte, error) { return []byte{b.N}, nil }

// UnmarshalBinary reads it.
func (b *Both) UnmarshalBinary(data []byte) error {
	if len(data) != 1 {
		return errors.New("want a byte")
	}
	b.N = data[0]
	return nil
}

// MarshalText fails.
func (b Both) MarshalText() ([]byte, error) { return nil, errors.New("text was not to be asked for") }

// UnmarshalText fails.
func (b *Both) UnmarshalText([]byte) error { return errors.New("text was not to be asked for") }
