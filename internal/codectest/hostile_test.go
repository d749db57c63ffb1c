package codectest_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	. "github.com/bunsui/bunsui-go/internal/codectest"
	"github.com/bunsui/bunsui-go/runtime/cache/codec"
)

// allocated is how many bytes f allocates, freed ones included.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestMutations reads damaged values. None panics, and all together take no more
// memory than their lengths allow.
func TestMutations(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 7))
	for _, c := range targets() {
		var inputs [][]byte
		total := uint64(0)
		for range 300 {
			data := mutate(r, c.sample(r))
			inputs = append(inputs, data)
			total += uint64(len(data))
		}
		failed := 0
		got := allocated(func() {
			for _, data := range inputs {
				if c.decode(t, data) != nil {
					failed++
				}
			}
		})
		// Those that are no errors are also written, read and compared, for which
		// cmp takes most. Without checks, each of the 2 GiB lengths would be over it.
		if most := total*codec.DefaultGrowth + 300*(64<<10); got > most {
			t.Errorf("%s: %d bytes allocated for %d", c.name, got, total)
		}
		if failed == 0 {
			t.Errorf("%s: no damage was noticed", c.name)
		}
	}
}

// TestLengths are lengths that the input does not have.
func TestLengths(t *testing.T) {
	const (
		array = "\xdd\x7f\xff\xff\xff"
		maps  = "\xdf\x7f\xff\xff\xff"
		text  = "\xdb\xff\xff\xff\xff"
		data  = "\xc6\xff\xff\xff\xff"
		six   = "\x80\x80\x80\x80\x80\x80"
	)
	tests := []struct {
		name   string
		decode func([]byte) error
		input  string
	}{
		{"eleven bytes", errOf(UsersCodec{}), array + six},
		{"map", errOf(SwitchCodec{}), maps + six},
		{"map of maps", errOf(DictCodec{}), maps + six},
		{"struct", errOf(UserCodec{}), maps + six},
		{"string", errOf(TextCodec{}), text + six},
		{"binary", errOf(BytesCodec{}), data + six},
		{"byte array", errOf(HashCodec{}), data + six},
		{"elements without a size", errOf(CollectionsCodec{}), "\x81\xa5Voids" + array + six},
		{"keys without a size", errOf(CollectionsCodec{}), "\x81\xa3Set" + maps + six},
		{"inline structs", errOf(CollectionsCodec{}), "\x81\xa6Inline" + array + six},
		{"unknown field", errOf(UserCodec{}), "\x81\xa1?" + array + six},
		{"unknown field, product", errOf(UserCodec{}), "\x81\xa1?" + strings.Repeat("\xdc\xff\xff", 100)},
		{"own MessagePack", errOf(MarshalersCodec{}), "\x81\xa3Own" + array + six},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var err error
			got := allocated(func() { err = tt.decode([]byte(tt.input)) })
			if !errors.Is(err, codec.ErrShort) || got > 16<<10 {
				t.Errorf("%v after %d bytes", err, got)
			}
		})
	}
}

func errOf[V any](c codec.Codec[V]) func([]byte) error {
	return func(b []byte) error {
		_, err := c.Decode(b)
		return err
	}
}

// TestNestedLengths are lengths of which each could be true, but not all: together
// they cannot claim more elements than the input has bytes.
func TestNestedLengths(t *testing.T) {
	const n = 64 << 10
	input := bytes.Repeat([]byte("\xdc\xf0\x00"), n/3)
	var err error
	got := allocated(func() { _, err = NestCodec{}.Decode(input) })
	if !errors.Is(err, codec.ErrShort) || got > 32*n+(1<<20) {
		t.Errorf("%v after %d bytes for %d", err, got, n)
	}
}

// TestGrowth are elements that cost far more memory than input.
func TestGrowth(t *testing.T) {
	const n = 60_000
	input := append([]byte{0xdc, n >> 8, n & 0xff}, bytes.Repeat([]byte{0x80}, n)...)
	if _, err := (UsersCodec{}).Decode(input); !errors.Is(err, codec.ErrLimit) {
		t.Error(err)
	}
	if users, err := (UsersCodec{Limits: codec.Limits{Growth: 1000}}).Decode(input); err != nil || len(users) != n {
		t.Error(len(users), err)
	}
	if _, err := (UsersCodec{Limits: codec.Limits{Growth: 1000, Memory: 1 << 20}}).Decode(input); !errors.Is(err, codec.ErrLimit) {
		t.Error(err)
	}
	if _, err := (UsersCodec{Limits: codec.Limits{Memory: 100}}).Decode([]byte("\x91\x80")); !errors.Is(err, codec.ErrLimit) {
		t.Error(err)
	}
}

// TestDeepInput is nested deeper than any stack should follow.
func TestDeepInput(t *testing.T) {
	deep := bytes.Repeat([]byte{0x91}, 1<<20)
	unknown := append([]byte("\x81\xa1?"), deep...)
	own := append([]byte("\x81\xa3Own"), append(deep, 0xc0)...)
	for name, err := range map[string]error{
		"recursive type": errOf(NestCodec{})(append(deep, 0xc0)),
		"own methods":    errOf(MarshalersCodec{})(own),
	} {
		if !errors.Is(err, codec.ErrLimit) {
			t.Error(name, err)
		}
	}
	if err := errOf(UserCodec{})(append(unknown, 0xc0)); err != nil {
		t.Error("an unknown field takes no stack, however deep it is:", err)
	}
	if err := errOf(UserCodec{})(unknown); !errors.Is(err, codec.ErrShort) {
		t.Error(err)
	}
}

// TestWrongInput is well-formed but not the type's.
func TestWrongInput(t *testing.T) {
	tests := []struct {
		decode func([]byte) error
		input  string
		want   error
		text   string
	}{
		{errOf(UserCodec{}), "", codec.ErrShort, ""},
		{errOf(UserCodec{}), "\x80\x80", codec.ErrTrailing, "the input goes on after the value (1 bytes)"},
		{errOf(UserCodec{}), "\x93\x01\x02\x03", codec.ErrKind, ""},
		{errOf(UserCodec{}), "\x81\xa2ID\xa1x", codec.ErrKind, ""},
		{
			errOf(UserCodec{}), "\x81\xa6Orders\x92\x80\x81\xa5Count\xa1x", codec.ErrKind,
			`field Orders.Count: the input does not fit the type: msgp: attempted to decode type "str" with method for "int"`,
		},
		{errOf(UserCodec{}), "\x81\x01\x02", codec.ErrKind, ""},
		{errOf(UserCodec{}), "\x81\xa1?\xc1", codec.ErrKind, `field "?": the input does not fit the type: a byte that MessagePack does not use`},
		{errOf(ScalarsCodec{}), "\x81\xa2I8\xcd\xff\xff", codec.ErrKind, "field I8: the input does not fit the type: the number is too large"},
		{errOf(ScalarsCodec{}), "\x81\xa2U8\xcd\xff\xff", codec.ErrKind, ""},
		{errOf(ScalarsCodec{}), "\x81\xa1U\xff", codec.ErrKind, ""},
		{errOf(ScalarsCodec{}), "\x81\xa1T\xd6\x01\x00\x00\x00\x00", codec.ErrKind, ""},
		{errOf(CollectionsCodec{}), "\x81\xa5Fixed\x92\xa0\xa0", codec.ErrKind, ""},
		{errOf(HashCodec{}), "\xc4\x01x", codec.ErrKind, "the input does not fit the type: 1 bytes for an array of 32"},
		{errOf(PointersCodec{}), "\x81\xa5Twice\x92\x01\x01", codec.ErrKind, ""},
	}
	for _, tt := range tests {
		err := tt.decode([]byte(tt.input))
		if !errors.Is(err, tt.want) || tt.text != "" && err.Error() != tt.text {
			t.Errorf("%q: got %v, want %v %s", tt.input, err, tt.want, tt.text)
		}
	}
}

// TestTwice tells that of a field that stands twice the last one holds, all of it.
func TestTwice(t *testing.T) {
	got, err := EmbeddingCodec{}.Decode([]byte("\x82\xa5Point\x81\xa1X\x01\xa5Point\x81\xa1Y\x02"))
	if err != nil || got.X != 0 || got.Y != 2 {
		t.Error(got, err)
	}
}
