package cache_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"testing"
	"testing/iotest"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestSnapshotOfSomethingElse(t *testing.T) {
	b := filled(t, 3)
	for name, with := range map[string]func(*peopleOptions){
		"name":    func(o *peopleOptions) { o.Name = "test.other" },
		"results": func(o *peopleOptions) { o.Codec = jsonCodec{"v2"} },
		"given":   func(o *peopleOptions) { o.Fingerprint = "v1x" },
		"keys":    func(o *peopleOptions) { o.KeyShape = "k2" },
	} {
		c := lasting(t, with)
		n, err := c.LoadFrom(t.Context(), bytes.NewReader(b))
		if n != 0 || !errors.Is(err, cache.ErrOtherSnapshot) || errors.Is(err, cache.ErrDamagedSnapshot) {
			t.Errorf("another %s: LoadFrom() = %d, %v", name, n, err)
		}
	}
	later := bytes.Clone(b)
	later[7]++
	if _, err := lasting(t, nil).LoadFrom(t.Context(), bytes.NewReader(later)); !errors.Is(err, cache.ErrOtherSnapshot) {
		t.Errorf("a later version: %v", err)
	}
	for name, with := range map[string]func(*peopleOptions){
		"codec": func(o *peopleOptions) { o.Codec = nil },
		"text":  func(o *peopleOptions) { o.KeyText = nil },
	} {
		c := lasting(t, with)
		_, saved := c.SaveTo(t.Context(), io.Discard)
		_, loaded := c.LoadFrom(t.Context(), bytes.NewReader(b))
		if !errors.Is(saved, cache.ErrNoCodec) || !errors.Is(loaded, cache.ErrNoCodec) {
			t.Errorf("without %s: %v, %v", name, saved, loaded)
		}
	}
}

// Cut off at any byte, or with any byte changed, a snapshot is damaged, and what was
// taken is right.
func TestSnapshotDamage(t *testing.T) {
	b := filled(t, 3)
	check := func(what string, b []byte) {
		c := lasting(t, nil)
		n, err := c.LoadFrom(t.Context(), bytes.NewReader(b))
		if !errors.Is(err, cache.ErrDamagedSnapshot) && !errors.Is(err, cache.ErrOtherSnapshot) {
			t.Errorf("%s: LoadFrom() = %d, %v", what, n, err)
		}
		now := &version{n: 1}
		for id := range 3 {
			mustLoad(t, c, id, person{id, 1}, now.load)
		}
		if now.loads != 3-n {
			t.Errorf("%s: %d were taken, and %d loaded", what, n, now.loads)
		}
	}
	for i := range b {
		check(fmt.Sprintf("cut off at %d", i), b[:i])
		changed := bytes.Clone(b)
		changed[i] ^= 0x55
		check(fmt.Sprintf("changed at %d", i), changed)
	}
}

func TestSnapshotStreams(t *testing.T) {
	b := filled(t, 3)
	both := bytes.NewReader(append(bytes.Clone(b), b...)) // two in one
	for range 2 {
		if n, err := lasting(t, nil).LoadFrom(t.Context(), both); n != 3 || err != nil {
			t.Errorf("LoadFrom() = %d, %v", n, err)
		}
	}
	if n, err := lasting(t, nil).LoadFrom(t.Context(), iotest.OneByteReader(bytes.NewReader(b))); n != 3 || err != nil {
		t.Errorf("LoadFrom() = %d, %v", n, err)
	}
	broken := io.MultiReader(bytes.NewReader(b[:len(b)/2]), iotest.ErrReader(errLoad))
	if _, err := lasting(t, nil).LoadFrom(t.Context(), broken); !errors.Is(err, errLoad) || errors.Is(err, cache.ErrDamagedSnapshot) {
		t.Errorf("LoadFrom() = %v", err)
	}
	c := lasting(t, nil)
	_ = c.Set(t.Context(), 1, person{1, 1})
	if _, err := c.SaveTo(t.Context(), failing{}); !errors.Is(err, errLoad) {
		t.Errorf("SaveTo() = %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.SaveTo(ctx, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("SaveTo() = %v", err)
	}
	if n, err := lasting(t, nil).LoadFrom(ctx, bytes.NewReader(b)); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("LoadFrom() = %d, %v", n, err)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errLoad }

func FuzzLoadFrom(f *testing.F) {
	whole := filled(f, 3)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte("bunsui\x00\x01H\x00\x00\x00\xff"))
	f.Add(append(bytes.Clone(whole[:len(whole)-17]), frameOf('R', make([]byte, 28))...))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, b := range [][]byte{b, append(headOf(), resealed(b)...)} {
			c := lasting(t, func(o *peopleOptions) { o.MaxEntries = 100 })
			n, err := c.LoadFrom(t.Context(), bytes.NewReader(b))
			if n > 100 || n*28 > len(b) {
				t.Errorf("LoadFrom() = %d, %v of %d bytes", n, err, len(b))
			}
			for id := range 3 {
				if i, err := c.Inspect(t.Context(), id); err != nil || i.SavedAge < 0 {
					t.Errorf("Inspect(%d) = %+v, %v", id, i, err)
				}
				if v, err := c.Load(t.Context(), id, (&version{n: 1}).load); err != nil {
					t.Errorf("Load(%d) = %v, %v", id, v, err)
				}
			}
		}
	})
}

// frameOf and headOf write what SaveTo would, so that a fuzz test comes past the
// checksums; resealed does so for arbitrary bytes.
func frameOf(kind byte, content []byte) []byte {
	b := binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(content)))
	b = append(b, content...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
}

func headOf() []byte {
	content := append(binary.BigEndian.AppendUint32(nil, uint32(len("test.get"))), "test.getv1"...)
	return append([]byte("bunsui\x00\x01"), frameOf('H', content)...)
}

func resealed(b []byte) (sealed []byte) {
	for len(b) > 1 {
		kind, length := "RE"[b[0]&1], min(int(b[1]), len(b)-2)
		sealed = append(sealed, frameOf(kind, b[2:2+length])...)
		b = b[2+length:]
	}
	return sealed
}

// A claim of a great length does not allocate it.
func TestSnapshotLengths(t *testing.T) {
	b := append(headOf(), 'R', 0x1f, 0xff, 0xff, 0xff, 1, 2, 3)
	c := lasting(t, nil)
	allocated := testing.Benchmark(func(tb *testing.B) {
		for tb.Loop() {
			if _, err := c.LoadFrom(context.Background(), bytes.NewReader(b)); !errors.Is(err, cache.ErrDamagedSnapshot) {
				t.Fatal(err)
			}
		}
	}).AllocedBytesPerOp()
	if allocated > 64<<10 {
		t.Errorf("%d bytes were allocated", allocated)
	}
}
