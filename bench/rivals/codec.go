package rivals

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/fxamacker/cbor/v2"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/bunsui/bunsui-go/bench/sample"
)

// A Codec turns customers into bytes and back.
type Codec struct {
	Name string

	// Marshal returns bytes that belong to the caller.
	Marshal func(c *sample.Customer) ([]byte, error)

	// Reusing returns a function that is like Marshal, but writes over what its last
	// call has returned. It is for one goroutine.
	Reusing func() func(c *sample.Customer) ([]byte, error)

	// Unmarshal makes a customer of bytes.
	Unmarshal func(b []byte) (*sample.Customer, error)
}

// The names of codecs.
const (
	Generated  = "generated"
	Positional = "positional"
	JSON       = "encoding/json"
	Msgpack    = "msgpack/v5"
	CBOR       = "cbor"
)

// Codecs returns this project's generated codec, the floor, and others.
func Codecs() []Codec {
	return []Codec{
		appending(Generated, sample.CustomerCodec.Append, sample.CustomerCodec.Decode),
		appending(Positional, appendPositional, readPositional),
		{Name: JSON, Marshal: marshalWith(json.Marshal), Reusing: reusingJSON, Unmarshal: unmarshalWith(json.Unmarshal)},
		{Name: Msgpack, Marshal: marshalWith(msgpack.Marshal), Reusing: reusingMsgpack, Unmarshal: unmarshalWith(msgpack.Unmarshal)},
		newCBOR(),
	}
}

// CodecOf returns the codec of a name.
func CodecOf(name string) (Codec, error) {
	for _, c := range Codecs() {
		if c.Name == name {
			return c, nil
		}
	}
	return Codec{}, fmt.Errorf("no codec is called %q", name)
}

// appending is a codec that appends. Its Marshal writes into a buffer from a pool and
// copies, which is what encoding/json does inside.
func appending(name string, add func([]byte, *sample.Customer) ([]byte, error), read func([]byte) (*sample.Customer, error)) Codec {
	pool := sync.Pool{New: func() any { return new([]byte) }}
	return Codec{
		Name: name,
		Marshal: func(c *sample.Customer) (_ []byte, err error) {
			buffer := pool.Get().(*[]byte)
			defer pool.Put(buffer)
			*buffer, err = add((*buffer)[:0], c)
			return bytes.Clone(*buffer), err
		},
		Unmarshal: read,
		Reusing: func() func(*sample.Customer) ([]byte, error) {
			var b []byte
			return func(c *sample.Customer) (_ []byte, err error) {
				b, err = add(b[:0], c)
				return b, err
			}
		},
	}
}

func marshalWith(marshal func(v any) ([]byte, error)) func(*sample.Customer) ([]byte, error) {
	return func(c *sample.Customer) ([]byte, error) { return marshal(c) }
}

func unmarshalWith(unmarshal func(b []byte, v any) error) func([]byte) (*sample.Customer, error) {
	return func(b []byte) (*sample.Customer, error) {
		var c *sample.Customer
		err := unmarshal(b, &c)
		return c, err
	}
}

func reusingJSON() func(*sample.Customer) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	return func(c *sample.Customer) ([]byte, error) {
		buffer.Reset()
		err := encoder.Encode(c)
		return buffer.Bytes(), err
	}
}

func reusingMsgpack() func(*sample.Customer) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := msgpack.NewEncoder(&buffer)
	return func(c *sample.Customer) ([]byte, error) {
		buffer.Reset()
		err := encoder.Encode(c)
		return buffer.Bytes(), err
	}
}

// newCBOR writes times as text, because the default cuts them to seconds and the
// other numeric form to what a float can tell.
func newCBOR() Codec {
	mode, err := cbor.EncOptions{Time: cbor.TimeRFC3339Nano}.UserBufferEncMode()
	if err != nil {
		panic(err) // options that contradict each other
	}
	return Codec{
		Name: CBOR, Marshal: marshalWith(mode.Marshal), Unmarshal: unmarshalWith(cbor.Unmarshal),
		Reusing: func() func(*sample.Customer) ([]byte, error) {
			var buffer bytes.Buffer
			return func(c *sample.Customer) ([]byte, error) {
				buffer.Reset()
				err := mode.MarshalToBuffer(c, &buffer)
				return buffer.Bytes(), err
			}
		},
	}
}
