package rediscache_test

import (
	"context"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/internal/redistest"
)

// BenchmarkGet reads one value through the store, and by the client alone.
func BenchmarkGet(b *testing.B) {
	server := redistest.Start(b)
	client := server.Client()
	s := newStore(client)
	if err := s.Set(b.Context(), "f:v1:k", make([]byte, 500), long); err != nil {
		b.Fatal(err)
	}
	b.Run("store", func(b *testing.B) {
		b.ReportAllocs()
		keys := []string{"f:v1:k"}
		for b.Loop() {
			ctx, cancel := context.WithTimeout(b.Context(), 500*time.Millisecond)
			if _, _, err := s.Get(ctx, keys, nil); err != nil {
				b.Fatal(err)
			}
			cancel()
		}
	})
	b.Run("client", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ctx, cancel := context.WithTimeout(b.Context(), 500*time.Millisecond)
			if _, err := client.Get(ctx, "bunsui:f:v1:k").Bytes(); err != nil {
				b.Fatal(err)
			}
			cancel()
		}
	})
}
