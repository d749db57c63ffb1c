package codectest_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	. "github.com/bunsui/bunsui-go/internal/codectest"
	"github.com/bunsui/bunsui-go/runtime/cache/codec"
)

// typical is a result as many programs have them.
func typical() *User {
	manager := int64(42)
	created := time.Date(2024, 2, 29, 12, 30, 15, 123_456_000, time.UTC)
	u := &User{
		ID: 123_456_789, Name: "Ada Lovelace", Email: "ada.lovelace@example.com", Active: true, Age: 36, Score: 98.6,
		Created: created, Updated: created.Add(72 * time.Hour), Tags: []string{"admin", "math", "early"},
		Attrs:     map[string]string{"lang": "en", "theme": "dark", "zone": "Europe/London", "plan": "team"},
		ManagerID: &manager,
	}
	for i := range 4 {
		u.Orders = append(u.Orders, Order{SKU: fmt.Sprintf("SKU-%04d", i), Count: i + 1, Price: 1999 + int64(i), Sent: created})
	}
	return u
}

func BenchmarkAppend(b *testing.B) {
	u := typical()
	text, _ := json.Marshal(u)
	own, _ := UserCodec{}.Append(nil, u)
	b.Run("generated", func(b *testing.B) { benchmarkAppend(b, UserCodec{}, u, len(own)) })
	b.Run("json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(u); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(text)), "bytes")
	})
}

func benchmarkAppend(b *testing.B, c codec.Codec[*User], u *User, size int) {
	b.ReportAllocs()
	var buf []byte
	for b.Loop() {
		var err error
		if buf, err = c.Append(buf[:0], u); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(size), "bytes")
}

func BenchmarkDecode(b *testing.B) {
	text, _ := json.Marshal(typical())
	own, _ := UserCodec{}.Append(nil, typical())
	b.Run("generated", func(b *testing.B) { benchmarkDecode(b, UserCodec{}, own) })
	b.Run("json", func(b *testing.B) { benchmarkDecode(b, codec.JSON[*User](), text) })
}

func benchmarkDecode(b *testing.B, c codec.Codec[*User], from []byte) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Decode(from); err != nil {
			b.Fatal(err)
		}
	}
}
