package monitor_test

import (
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// BenchmarkSnapshot has 500 functions that are cached and profiled, each with calls that
// took differently long.
func BenchmarkSnapshot(b *testing.B) {
	manager := cache.NewManager(cache.Config{})
	defer manager.Close(b.Context())
	for i := range 500 {
		name := fmt.Sprint("bench.function", i)
		c := cache.New(cache.Options[int, int]{Name: name, TTL: time.Hour, Manager: manager})
		for k := range 20 {
			c.Get(k)
			call := profile.New(name).Begin()
			for range k * 50 {
				call.Context(b.Context())
			}
			call.End()
		}
	}
	b.Run("snapshot", func(b *testing.B) {
		for b.Loop() {
			monitor.Snapshot()
		}
	})
	b.Run("limited", func(b *testing.B) {
		l, r := monitor.NewLimiter(0), monitor.Snapshot()
		for b.Loop() {
			l.Limit(r)
		}
	})
	b.Run("since", func(b *testing.B) {
		r := monitor.Snapshot()
		for b.Loop() {
			r.Since(r)
		}
	})
	b.Run("json", func(b *testing.B) {
		for b.Loop() {
			monitor.WriteJSON(io.Discard)
		}
	})
}
