package codec

import (
	"encoding"
	"errors"
	"fmt"

	"github.com/tinylib/msgp/msgp"
)

// AppendText appends a type's own text as a string.
func AppendText(b []byte, v encoding.TextMarshaler) ([]byte, error) {
	text, err := v.MarshalText()
	if err != nil {
		return b, err
	}
	return msgp.AppendStringFromBytes(b, text), nil
}

// ReadText lets a type read its own text.
func ReadText(b []byte, v encoding.TextUnmarshaler) ([]byte, error) {
	text, rest, err := msgp.ReadStringZC(b)
	if err != nil {
		return b, wrong(err)
	}
	return rest, v.UnmarshalText(text)
}

// AppendBinary appends a type's own binary form as binary data.
func AppendBinary(b []byte, v encoding.BinaryMarshaler) ([]byte, error) {
	data, err := v.MarshalBinary()
	if err != nil {
		return b, err
	}
	return msgp.AppendBytes(b, data), nil
}

// ReadBinary lets a type read its own binary form.
func ReadBinary(b []byte, v encoding.BinaryUnmarshaler) ([]byte, error) {
	data, rest, err := msgp.ReadBytesZC(b)
	if err != nil {
		return b, wrong(err)
	}
	return rest, v.UnmarshalBinary(data)
}

// AppendMsg appends a type's own MessagePack, which must be one value and not nil,
// since nil is what a nil pointer is written as.
func AppendMsg(b []byte, v msgp.Marshaler) ([]byte, error) {
	start := len(b)
	b, err := v.MarshalMsg(b)
	if err != nil {
		return b, err
	}
	if len(b) <= start || msgp.IsNil(b[start:]) {
		return b, errors.New("MarshalMsg wrote nil or nothing, which cannot be told from a nil pointer")
	}
	if rest, err := Skip(b[start:]); err != nil || len(rest) > 0 {
		return b, errors.New("MarshalMsg wrote something else than one MessagePack value")
	}
	return b, nil
}

// ReadMsg lets a type read its own MessagePack. How long and how deep it says it is
// has been compared with the input and DefaultDepth before, so that what it
// allocates by that is bounded too.
func ReadMsg(b []byte, v msgp.Unmarshaler) ([]byte, error) {
	rest, err := skipWithin(b, DefaultDepth)
	if err != nil {
		return b, err
	}
	own := b[:len(b)-len(rest)]
	left, err := v.UnmarshalMsg(own)
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("%w: UnmarshalMsg has left %d bytes of a value", ErrKind, len(left))
	}
	return rest, err
}
