package tier

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

func TestHead(t *testing.T) {
	now := time.UnixMilli(1_700_000_000_000)
	want := Head{Kind: Present, ID: 7, TTL: 1500 * time.Millisecond, Load: time.Second, Epoch: 1 << 60}
	for _, versions := range [][]uint64{nil, {1}, {0, math.MaxUint64, 3}, make([]uint64, MaxTags)} {
		b := append(Room(len(versions)), "result"...)
		writeHead(b, want, versions, now)
		h, written, rest, ok := readHead(b, now.Add(time.Minute))
		want.Age = time.Minute
		if !ok || h != want || string(rest) != "result" || !current(written, versions) {
			t.Errorf("%d tags: %+v, %q, %v", len(versions), h, rest, ok)
		}
		if len(versions) > 0 && (current(written, versions[1:]) || current(written, append(versions[1:len(versions):len(versions)], 99))) {
			t.Errorf("%d tags: other versions are current", len(versions))
		}
		want.Age = 0
	}
}

func TestHeadOfTheFuture(t *testing.T) {
	b, now := Room(0), time.UnixMilli(1_700_000_000_000)
	writeHead(b, Head{Kind: Absent, ID: 1}, nil, now)
	if h, _, _, ok := readHead(b, now.Add(-time.Hour)); !ok || h.Age != 0 {
		t.Errorf("%+v, %v", h, ok)
	}
	if h, _, _, ok := readHead(b, time.UnixMilli(-5)); !ok || h.Age != 0 {
		t.Errorf("before 1970: %+v, %v", h, ok)
	}
}

func TestMillisRoundUp(t *testing.T) {
	for d, want := range map[time.Duration]uint64{-1: 0, 0: 0, 1: 1, time.Millisecond: 1, time.Millisecond + 1: 2, math.MaxInt64: math.MaxInt64/1_000_000 + 1} {
		if n := millis(d); n != want {
			t.Errorf("millis(%d) = %d, want %d", d, n, want)
		}
	}
}

func TestLifetime(t *testing.T) {
	const day, forever = 24 * time.Hour, math.MaxInt64
	tests := []struct{ ttl, stale, want time.Duration }{
		{time.Second, time.Minute, 61 * time.Second},
		{0, -1, time.Millisecond},
		{forever, forever, store.MaxTTL},
		{forever, 0, store.MaxTTL},
		{29 * day, 2 * day, store.MaxTTL},
		{day, forever, store.MaxTTL},
	}
	for _, tt := range tests {
		if d := Lifetime(tt.ttl, tt.stale); d != tt.want {
			t.Errorf("Lifetime(%v, %v) = %v, want %v", tt.ttl, tt.stale, d, tt.want)
		}
	}
}

// Whatever a store returns, reading it ends well, and what was read can be written.
func FuzzHead(f *testing.F) {
	valid := append(Room(2), "result"...)
	writeHead(valid, Head{Kind: Present, ID: 7, TTL: time.Second, Load: 3}, []uint64{1, 2}, time.UnixMilli(5))
	f.Add(valid)
	f.Add(valid[:headSize+7])
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{magic}, 300))
	f.Add(append([]byte{magic, 1}, bytes.Repeat([]byte{0xff}, headSize+8*255)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		now := time.UnixMilli(1_700_000_000_000)
		h, versions, rest, ok := readHead(b, now)
		if !ok {
			return
		}
		if h.Age < 0 || h.TTL < 0 || h.Load < 0 || h.ID == 0 || len(versions)%8 != 0 {
			t.Fatalf("%+v, %d bytes of versions", h, len(versions))
		}
		if len(rest)+len(versions)+headSize != len(b) {
			t.Fatalf("%d of %d bytes are left", len(rest), len(b))
		}
		current(versions, make([]uint64, len(versions)/8))
		mark(b)
	})
}

func FuzzKeys(f *testing.F) {
	f.Add("example.com/store.GetUser", "1f", "user:7", "a", "b", "c")
	f.Add("a:b", "", "", "a", "b:", "")
	f.Add(`a\`, `{}`, `\(`, `a\\`, `\(`, `{`)
	f.Fuzz(func(t *testing.T, function, fingerprint, text, otherFunction, otherFingerprint, otherText string) {
		prefix := prefixOf(function, fingerprint)
		key := keyOf(prefix, text)
		if strings.ContainsAny(key, "{}") {
			t.Fatalf("%q", key)
		}
		if p, back, ok := splitKey(key); !ok || p != prefix || back != text {
			t.Fatalf("%q, %q of %q", p, back, key)
		}
		same := function == otherFunction && fingerprint == otherFingerprint && text == otherText
		if other := keyOf(prefixOf(otherFunction, otherFingerprint), otherText); (key == other) != same {
			t.Fatalf("%q and %q", key, other)
		}
		if tag := tagsOf([]string{"a", text})[1]; strings.ContainsAny(tag, "{}") || tagsFrom([]string{tag})[0] != text {
			t.Fatalf("tag %q", tag)
		}
	})
}

func TestForeignKeys(t *testing.T) {
	for _, key := range []string{"", "a", "a:", "a:b"} {
		if _, _, ok := splitKey(key); ok {
			t.Errorf("%q is one of ours", key)
		}
	}
}
