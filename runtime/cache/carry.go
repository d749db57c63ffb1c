package cache

import (
	"cmp"
	"fmt"
	"sync"

	"github.com/bunsui/bunsui-go/runtime/internal/engine"
)

// carrier is what a cache with a codec knows of how its results leave the process,
// without their type.
type carrier struct {
	// fingerprint tells results and keys of one shape from those of another. It asks
	// the codec when it is called first: the user's variables are initialised then.
	fingerprint func() string
	// append writes the result of an entry, and decode reads it.
	append func(b []byte, it *engine.Item) ([]byte, error)
	decode func(b []byte, it *engine.Item) error
}

// newCarrier returns nil for a cache whose results cannot leave the process.
func newCarrier[K comparable, V any](o *Options[K, V]) *carrier {
	if o.Codec == nil || o.KeyText == nil {
		return nil
	}
	codec, given, keys := o.Codec, o.Fingerprint, o.KeyShape
	c := &carrier{}
	c.fingerprint = sync.OnceValue(func() string {
		if keys == "" {
			return cmp.Or(given, codec.Schema())
		}
		return cmp.Or(given, codec.Schema()) + "-" + keys
	})
	c.append = func(b []byte, it *engine.Item) ([]byte, error) { return codec.Append(b, entryOf[K, V](it).value) }
	c.decode = func(b []byte, it *engine.Item) (err error) {
		entryOf[K, V](it).value, err = codec.Decode(b)
		return err
	}
	return c
}

// written is append for callers that go on if the codec panics.
func (c *carrier) written(b []byte, it *engine.Item) (_ []byte, err error) {
	defer caughtCodec(&err)
	return c.append(b, it)
}

// read is decode for callers that go on if the codec panics.
func (c *carrier) read(b []byte, it *engine.Item) (err error) {
	defer caughtCodec(&err)
	return c.decode(b, it)
}

func caughtCodec(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the codec panicked: %v", p)
	}
}
