package codectest_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	. "github.com/bunsui/bunsui-go/internal/codectest"
	"github.com/bunsui/bunsui-go/runtime/cache/codec"
)

// A target is a codec whose type is hidden.
type target struct {
	name string
	// sample is the bytes of a random value.
	sample func(r *rand.Rand) []byte
	// decode reads any bytes. If they are a value, it also writes and reads that.
	decode func(t *testing.T, data []byte) error
}

func targetOf[V any](c codec.Codec[V]) target {
	return target{
		name: fmt.Sprintf("%T", c),
		sample: func(r *rand.Rand) []byte {
			b, err := c.Append(nil, random[V](r))
			if err != nil {
				panic(err)
			}
			return b
		},
		decode: func(t *testing.T, data []byte) error {
			v, err := c.Decode(data)
			if err != nil {
				return err
			}
			b, err := c.Append(nil, v)
			if err != nil {
				t.Fatalf("%T: a value that was read cannot be written: %v", c, err)
			}
			again, err := c.Decode(b)
			if err != nil || !cmp.Equal(v, again, equal, cmpopts.EquateNaNs()) {
				t.Fatalf("%T: %v\n%s", c, err, cmp.Diff(v, again, equal, cmpopts.EquateNaNs()))
			}
			return nil
		},
	}
}

func targets() []target {
	return []target{
		targetOf(UserCodec{}), targetOf(UsersCodec{}), targetOf(ScalarsCodec{}), targetOf(CollectionsCodec{}),
		targetOf(PointersCodec{}), targetOf(EmbeddingCodec{}), targetOf(TaggedCodec{}), targetOf(PageCodec{}),
		targetOf(PairCodec{}), targetOf(TreeCodec{}), targetOf(ListCodec{}), targetOf(NestCodec{}), targetOf(DictCodec{}),
		targetOf(PersonCodec{}), targetOf(MarshalersCodec{}), targetOf(ShadowCodec{}), targetOf(TextCodec{}),
		targetOf(BytesCodec{}), targetOf(HashCodec{}), targetOf(SwitchCodec{}), targetOf(OtherCodec{}), targetOf(ResultsCodec{}),
	}
}

// mutate changes bytes of a value, above all to those that begin lengths.
func mutate(r *rand.Rand, valid []byte) []byte {
	b := append([]byte(nil), valid...)
	heads := []byte{0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc4, 0xc6, 0xc7, 0xc9, 0xd6, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0x7f, 0xff}
	for range 1 + r.IntN(4) {
		at := r.IntN(len(b))
		switch r.IntN(4) {
		case 0:
			b[at] = heads[r.IntN(len(heads))]
		case 1:
			b[at] = byte(r.Uint32())
		case 2:
			b = b[:at+1]
		case 3:
			b = append(b[:at], append([]byte{0xdd, 0x7f, 0xff, 0xff, 0xff}, b[at:]...)...)
		}
	}
	return b
}

// FuzzDecode feeds any bytes to each codec: none panics, and what is read is read
// again from what is written of it.
//
//	go test ./internal/codectest -run '^$' -fuzz FuzzDecode
func FuzzDecode(f *testing.F) {
	all := targets()
	r := rand.New(rand.NewPCG(3, 4))
	for i, c := range all {
		f.Add(byte(i), c.sample(r))
		f.Add(byte(i), mutate(r, c.sample(r)))
	}
	f.Add(byte(1), []byte("\xdd\x7f\xff\xff\xff\x80\x80\x80\x80\x80\x80"))
	f.Fuzz(func(t *testing.T, which byte, data []byte) {
		_ = all[int(which)%len(all)].decode(t, data)
	})
}

// FuzzValues makes values from any seed and reads what is written of them.
func FuzzValues(f *testing.F) {
	all := targets()
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 5))
		for _, c := range all {
			if err := c.decode(t, c.sample(r)); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	})
}
