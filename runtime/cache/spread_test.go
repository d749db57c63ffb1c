package cache

import (
	"math"
	"testing"
	"time"
)

// The engine uses the lower bits of a hash, some in the middle and the upper ones,
// each by themselves. Keys that differ in few bits must differ in all of them.
func TestHashesOfIntegersSpread(t *testing.T) {
	const keys, boxes = 1 << 16, 1 << 10
	patterns := map[string]func(i uint64) uint64{
		"sequence":    func(i uint64) uint64 { return i },
		"negative":    func(i uint64) uint64 { return -i },
		"even":        func(i uint64) uint64 { return 2 * i },
		"pages":       func(i uint64) uint64 { return i << 12 },
		"upper half":  func(i uint64) uint64 { return i << 32 },
		"upper bits":  func(i uint64) uint64 { return i << 48 },
		"both ends":   func(i uint64) uint64 { return i&0xff | i>>8<<56 },
		"time stamps": func(i uint64) uint64 { return 1_700_000_000_000_000_000 + i*1_000_000 },
		"floats":      func(i uint64) uint64 { return math.Float64bits(float64(i)) },
	}
	c := New(Options[uint64, int]{TTL: time.Hour, Manager: NewManager(Config{})})
	for name, pattern := range patterns {
		for _, shift := range []int{0, 24, 32, 48, 54} {
			var box [boxes]int
			most := 0
			for i := range uint64(keys) {
				at := &box[c.hashOf(pattern(i))>>shift%boxes]
				*at++
				most = max(most, *at)
			}
			// Thrown at random, a box would have 64, and hardly ever 110.
			if most > 160 {
				t.Errorf("%s: %d of %d keys share ten bits from %d on, want about %d", name, most, keys, shift, keys/boxes)
			}
		}
	}
}
