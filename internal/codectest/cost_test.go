package codectest_test

import (
	"encoding/json"
	"testing"

	. "github.com/bunsui/bunsui-go/internal/codectest"
)

// TestAppendAllocates tells that nothing is allocated where the buffer has room,
// also for recursive types of a usual depth.
func TestAppendAllocates(t *testing.T) {
	buf := make([]byte, 0, 64<<10)
	user, tree := typical(), &Tree{Children: []*Tree{{}, {Children: []*Tree{{}}}}}
	if n := testing.AllocsPerRun(100, func() { _, _ = UserCodec{}.Append(buf, user) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = TreeCodec{}.Append(buf, tree) }); n != 0 {
		t.Errorf("%v allocations for a tree", n)
	}
}

// TestDecodeAllocates tells that nothing is allocated but what the value is made
// of: a typical one has 17 strings, 2 slices, 2 pointers, and a map of two parts.
func TestDecodeAllocates(t *testing.T) {
	b, err := UserCodec{}.Append(nil, typical())
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = UserCodec{}.Decode(b) }); n > 23 {
		t.Errorf("%v allocations", n)
	}
}

// TestShorterThanJSON tells that the bytes are fewer by a fifth at least.
func TestShorterThanJSON(t *testing.T) {
	b, _ := UserCodec{}.Append(nil, typical())
	text, _ := json.Marshal(typical())
	if len(b) > len(text)*4/5 {
		t.Errorf("%d bytes, and %d as JSON", len(b), len(text))
	}
}
