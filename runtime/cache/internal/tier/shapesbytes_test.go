package tier

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

func TestShapesAsBytes(t *testing.T) {
	for _, s := range []*shapes{
		{id: 1}, {id: 1 << 63, floor: 1<<63 + 5, all: []shape{{"", 1}, {"a", 2}, {`b\.{`, 3}}},
	} {
		b := s.bytes()
		if back := readShapes(b); !reflect.DeepEqual(back, s) {
			t.Errorf("%+v, want %+v", back, s)
		}
		for i := range b {
			if len(b) > 18 && i > 18 && readShapes(b[:i]) != nil && len(readShapes(b[:i]).all) == len(s.all) {
				t.Errorf("%d of %d bytes are as good as all", i, len(b))
			}
		}
		for range 1000 { // which must not panic
			broken := append([]byte(nil), b...)
			broken[2+rand.IntN(len(b)-2)] = byte(rand.Uint32())
			readShapes(broken)
		}
	}
}
