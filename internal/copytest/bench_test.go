package copytest_test

import (
	"encoding/json"
	"testing"
	"time"

	. "github.com/bunsui/bunsui-go/internal/copytest"
	"github.com/bunsui/bunsui-go/internal/copytest/other"
)

func typical() *User {
	return &User{
		ID: 1234567, Name: "Ada Lovelace", Email: "ada@example.com", Active: true, Score: 0.75,
		Created: time.Unix(1_700_000_000, 0).UTC(), Tags: []string{"admin", "beta", "staff"},
		Attrs:     map[string]string{"team": "engines", "city": "London"},
		Orders:    []Order{{SKU: "A-1", Count: 2}, {SKU: "B-2", Count: 1}},
		ManagerID: new(int64(42)),
		Address:   &other.Address{Street: "St James's Square 12", Notes: map[string][]string{"bell": {"top", "left"}}},
	}
}

// TestCopyAllocates tells that nothing is allocated but what the copy is made of:
// a typical user is itself, 2 slices, 2 pointers, a map of two parts, and an
// address with a map of two parts and a slice.
func TestCopyAllocates(t *testing.T) {
	user := typical()
	if n := testing.AllocsPerRun(100, func() { CopyUser(user) }); n > 10 {
		t.Errorf("%v allocations", n)
	}
	scalars := Scalars{Large: [1 << 10]byte{1}}
	if n := testing.AllocsPerRun(100, func() { CopyScalarsValue(scalars) }); n != 0 {
		t.Errorf("%v allocations for what an assignment copies", n)
	}
}

func BenchmarkCopy(b *testing.B) {
	user := typical()
	b.Run("generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			CopyUser(user)
		}
	})
	b.Run("json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			text, err := json.Marshal(user)
			if err != nil {
				b.Fatal(err)
			}
			var c *User
			if err := json.Unmarshal(text, &c); err != nil {
				b.Fatal(err)
			}
		}
	})
}
