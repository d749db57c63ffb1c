package frame_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache/frame"
)

// sample is a value of n bytes that compresses to about a half.
func sample(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var b []byte
	for len(b) < n {
		b = fmt.Appendf(b, "ID %d Name %x Score %v ", r.IntN(1e9), r.Uint32(), r.Float32())
	}
	return b[:n]
}

func seal(before string, value []byte, above int) []byte {
	b := frame.Begin([]byte(before))
	return frame.End(append(b, value...), len(before), above)
}

func TestFrame(t *testing.T) {
	random := make([]byte, 8<<10)
	for i := range random {
		random[i] = byte(rand.Uint32())
	}
	tests := []struct {
		name       string
		value      []byte
		above      int
		compressed bool
	}{
		{"nothing", nil, 1, false},
		{"short", sample(4096), 4096, false},
		{"long", sample(4097), 4096, true},
		{"never", sample(1 << 20), 0, false},
		{"random", random, 4096, false},
		{"very long", sample(3 << 20), 4096, true},
		{"all the same", make([]byte, 1<<20), 4096, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, found := bytes.CutPrefix(seal("before", tt.value, tt.above), []byte("before"))
			if !found {
				t.Fatal("what stood before is lost")
			}
			if compressed := len(b) < 1+len(tt.value); compressed != tt.compressed {
				t.Errorf("%d bytes for %d", len(b), len(tt.value))
			}
			if got, err := frame.Open(b, 0); err != nil || !bytes.Equal(got, tt.value) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	bomb := append([]byte{0x11}, binary.AppendUvarint(nil, 1<<31)...)
	long := seal("", sample(10_000), 100)
	tests := []struct {
		name  string
		input []byte
		most  int
		want  error
	}{
		{"nothing", nil, 0, frame.ErrFormat},
		{"another version", []byte{0x20, 1}, 0, frame.ErrFormat},
		{"another compression", []byte{0x12, 1}, 0, frame.ErrFormat},
		{"something else", []byte("{}"), 0, frame.ErrFormat},
		{"no length", []byte{0x11}, 0, frame.ErrFormat},
		{"bomb", append(bomb, sample(100)...), 0, frame.ErrSize},
		{"cut off", long[:len(long)-10], 0, frame.ErrFormat},
		{"over the limit", long, 9_999, frame.ErrSize},
		{"over the limit, plain", seal("", sample(100), 0), 99, frame.ErrSize},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := frame.Open(tt.input, tt.most)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, tt.want) {
				t.Error(err)
			}
			if got := after.TotalAlloc - before.TotalAlloc; got > 100_000 {
				t.Errorf("%d bytes allocated for %d", got, len(tt.input))
			}
		})
	}
}

// FuzzOpen feeds any bytes: nothing panics, and nothing comes out that is longer
// than the ratio allows.
func FuzzOpen(f *testing.F) {
	f.Add(seal("", sample(500), 100))
	f.Add(seal("", sample(50), 0))
	f.Add([]byte{0x11, 0xff, 0xff, 0x03, 0xfe})
	f.Fuzz(func(t *testing.T, b []byte) {
		if value, err := frame.Open(b, 1<<20); err == nil && (len(value) > frame.MaxRatio*len(b) || len(value) > 1<<20) {
			t.Errorf("%d bytes out of %d", len(value), len(b))
		}
	})
}

func BenchmarkFrame(b *testing.B) {
	for _, n := range []int{4 << 10, 16 << 10, 64 << 10} {
		value := sample(n)
		sealed := seal("", value, 1)
		b.Run(fmt.Sprint("seal/", n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(n))
			buf := make([]byte, 0, n+1)
			for b.Loop() {
				frame.End(append(frame.Begin(buf), value...), 0, 1)
			}
			b.ReportMetric(float64(len(sealed))/float64(n), "ratio")
		})
		b.Run(fmt.Sprint("open/", n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(n))
			for b.Loop() {
				if _, err := frame.Open(sealed, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
