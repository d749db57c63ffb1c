package codec_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/tinylib/msgp/msgp"

	"github.com/bunsui/bunsui-go/runtime/cache/codec"
)

// TestSkip goes past each form of value, and notices each that is cut off.
func TestSkip(t *testing.T) {
	long := bytes.Repeat([]byte("x"), 70_000)
	values := [][]byte{
		{0x00},
		{0x7f},
		{0xe0},
		{0xff},
		{0xc0},
		{0xc2},
		{0xc3},
		msgp.AppendInt64(nil, -100), msgp.AppendInt64(nil, -30_000), msgp.AppendInt64(nil, math.MinInt32), msgp.AppendInt64(nil, math.MinInt64),
		msgp.AppendUint64(nil, 200), msgp.AppendUint64(nil, 60_000), msgp.AppendUint64(nil, math.MaxUint32), msgp.AppendUint64(nil, math.MaxUint64),
		msgp.AppendFloat32(nil, 1), msgp.AppendFloat64(nil, 1),
		msgp.AppendString(nil, "short"), msgp.AppendString(nil, string(long[:40])), msgp.AppendString(nil, string(long[:300])), msgp.AppendString(nil, string(long)),
		msgp.AppendBytes(nil, long[:40]), msgp.AppendBytes(nil, long[:300]), msgp.AppendBytes(nil, long),
		msgp.AppendTime(nil, time.Now()), msgp.AppendTimeExt(nil, time.Unix(1, 0)), msgp.AppendTimeExt(nil, time.Unix(1, 1)),
		msgp.AppendComplex64(nil, 1), msgp.AppendComplex128(nil, 1),
		{0xd4, 9, 1},
		{0xd5, 9, 1, 2},
		append([]byte{0xc8, 0x01, 0x00, 9}, long[:256]...),
		append([]byte{0xc9, 0, 0, 0, 2, 9}, 1, 2),
		append(msgp.AppendArrayHeader(nil, 3), 1, 0xc0, 0x91, 7),
		append(msgp.AppendArrayHeader(nil, 300), make([]byte, 300)...),
		append(msgp.AppendArrayHeader(nil, 70_000), make([]byte, 70_000)...),
		append(msgp.AppendMapHeader(nil, 2), 1, 2, 0xa1, 'x', 0x81, 3, 4),
		append(msgp.AppendMapHeader(nil, 300), make([]byte, 600)...),
		append(msgp.AppendMapHeader(nil, 70_000), make([]byte, 140_000)...),
	}
	for _, v := range values {
		if rest, err := codec.Skip(append(v, "rest"...)); err != nil || string(rest) != "rest" {
			t.Errorf("%.10q: %v, rest %.10q", v, err, rest)
		}
		if _, err := codec.Skip(v[:len(v)-1]); !errors.Is(err, codec.ErrShort) {
			t.Errorf("%.10q, cut off: %v", v, err)
		}
	}
	if _, err := codec.Skip([]byte{0xc1}); !errors.Is(err, codec.ErrKind) {
		t.Error(err)
	}
}

// FuzzSkip compares with msgp, which follows deep values by recursion.
func FuzzSkip(f *testing.F) {
	f.Add([]byte{0x92, 0x81, 0xa1, 'x', 0xc0, 0xdd, 0, 0, 0, 1, 5})
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := codec.Skip(b)
		want, wantErr := msgp.Skip(b)
		if (err == nil) != (wantErr == nil) || err == nil && !bytes.Equal(got, want) {
			t.Errorf("%x: %v and %v", b, err, wantErr)
		}
	})
}

// TestTime compares the bytes of an instant with what MessagePack says of
// timestamps, by way of msgp, and checks the zone.
func TestTime(t *testing.T) {
	zone := time.FixedZone("X", -5400)
	for _, at := range []time.Time{
		{},
		time.Unix(0, 0),
		time.Unix(1<<32-1, 0),
		time.Unix(1<<32, 0),
		time.Unix(1<<34-1, 999_999_999),
		time.Unix(1<<34, 1),
		time.Unix(-1, 1),
		time.Date(-100, 1, 1, 0, 0, 0, 1, time.UTC),
		time.Now(),
	} {
		plain := codec.AppendTime(nil, at.UTC())
		var got time.Time
		if rest, err := codec.ReadTime(plain, &got); err != nil || len(rest) > 0 || got != at.Round(0).UTC() {
			t.Errorf("%v: got %v, %v", at, got, err)
		}
		if read, _, err := msgp.ReadTimeUTCBytes(plain); err != nil || !read.Equal(at) {
			t.Errorf("%v: another reader has %v, %v", at, read, err)
		}
		if rest, err := codec.ReadTime(codec.AppendTime(nil, at.In(zone)), &got); err != nil || len(rest) > 0 || !got.Equal(at) || got.Format(time.RFC3339) != at.In(zone).Format(time.RFC3339) {
			t.Errorf("%v: got %v, %v", at.In(zone), got, err)
		}
		if _, err := codec.ReadTime(codec.AppendTime(nil, at.Local()), &got); err != nil || at.Location() == time.Local && got != at.Round(0) && time.Local.String() != "UTC" {
			t.Errorf("%v: got %v, %v", at.Local(), got, err)
		}
	}
	var got time.Time
	if _, err := codec.ReadTime([]byte{0x92, 0xd6}, &got); !errors.Is(err, codec.ErrShort) {
		t.Error(err)
	}
}

type account struct {
	Name  string `json:"name"`
	Inner []inner
	Next  *account
}

type inner struct{ At time.Time }

func TestJSON(t *testing.T) {
	c := codec.JSON[*account]()
	b, err := c.Append([]byte("before"), &account{Name: "x", Inner: []inner{{}}})
	if err != nil || string(b) != `before{"name":"x","Inner":[{"At":"0001-01-01T00:00:00Z"}],"Next":null}` {
		t.Errorf("%s %v", b, err)
	}
	got, err := c.Decode(b[len("before"):])
	if err != nil || got.Name != "x" || len(got.Inner) != 1 {
		t.Error(got, err)
	}
	if got, err := c.Decode([]byte(`{"name": "x"} {}`)); err == nil || got != nil {
		t.Error(got, err)
	}
	if _, err := codec.JSON[chan int]().Append(nil, nil); err == nil {
		t.Error("a channel was written")
	}
}

func TestJSONSchema(t *testing.T) {
	type (
		one   struct{ A, B int }
		two   struct{ A, C int }
		three struct {
			A int
			B int `json:"b"`
		}
		hidden struct{ A, B, c int }
		deep   struct{ A []one }
		deeper struct{ A []two }
	)
	_ = hidden{c: 1}
	schemas := map[string]string{}
	for name, schema := range map[string]string{
		"one": codec.JSON[one]().Schema(), "two": codec.JSON[two]().Schema(), "three": codec.JSON[three]().Schema(),
		"deep": codec.JSON[deep]().Schema(), "deeper": codec.JSON[deeper]().Schema(),
		"pointer": codec.JSON[*one]().Schema(), "recursive": codec.JSON[account]().Schema(),
		"time": codec.JSON[time.Time]().Schema(), "string": codec.JSON[string]().Schema(), "any": codec.JSON[any]().Schema(),
	} {
		if other, ok := schemas[schema]; ok {
			t.Errorf("%s and %s have one schema", name, other)
		}
		schemas[schema] = name
	}
	if codec.JSON[one]().Schema() != codec.JSON[hidden]().Schema() {
		t.Error("a field that is not written changes the schema")
	}
}

type bad []byte

func (b bad) MarshalMsg(to []byte) ([]byte, error)     { return append(to, b...), nil }
func (b bad) UnmarshalMsg(from []byte) ([]byte, error) { return from[1:], nil }

// TestOwnMessagePack tells that a type's own methods cannot break what stands
// around them.
func TestOwnMessagePack(t *testing.T) {
	for _, written := range []string{"", "\xc0", "\x01\x02", "\x92\x01", "\xc1"} {
		if _, err := codec.AppendMsg(nil, bad(written)); err == nil {
			t.Errorf("%q was taken for a value", written)
		}
	}
	if b, err := codec.AppendMsg([]byte("x"), bad("\x01")); err != nil || string(b) != "x\x01" {
		t.Error(b, err)
	}
	if rest, err := codec.ReadMsg([]byte("\x01rest"), bad(nil)); err != nil || string(rest) != "rest" {
		t.Error(rest, err)
	}
	if _, err := codec.ReadMsg([]byte("\x92\x01\x02"), bad(nil)); !errors.Is(err, codec.ErrKind) {
		t.Error(err)
	}
}

// TestFieldErrors tells that long ways are cut, whoever chose their names.
func TestFieldErrors(t *testing.T) {
	err := error(codec.ErrShort)
	for i := range 20 {
		err = codec.Within(err, fmt.Append(nil, "F", i))
	}
	if want := "field F7.F6.F5.F4.F3.F2.F1.F0: " + codec.ErrShort.Error(); err.Error() != want || !errors.Is(err, codec.ErrShort) {
		t.Error(err)
	}
	err = codec.Within(codec.ErrShort, bytes.Repeat([]byte("\n"), 1000))
	if len(err.Error()) > 250 || bytes.ContainsRune([]byte(err.Error()), '\n') {
		t.Error(err)
	}
}
