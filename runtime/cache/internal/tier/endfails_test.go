package tier_test

import (
	"context"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
)

// A lease whose end has failed once is ended as soon as the store answers again, so
// that nobody waits for its time to be over.
func TestEndOfLeaseFails(t *testing.T) {
	for method, end := range map[string]func(context.Context, *process, *tier.Lease){
		"Release": func(ctx context.Context, _ *process, e *tier.Lease) { e.Release(ctx) },
		"Fill":    func(ctx context.Context, p *process, e *tier.Lease) { e.Fill(ctx, p.room("lost")) },
	} {
		t.Run(method, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				a, b := pair(t)
				held := a.fetch(t.Context(), "x")
				if held.Lease == nil {
					t.Fatalf("%+v", held)
				}
				a.store.Fail(errDown, method)
				end(t.Context(), a, held.Lease)
				a.store.Fail(nil)
				began := time.Now()
				next := b.fetch(t.Context(), "x")
				if took := time.Since(began); next.Lease == nil || took > time.Second {
					t.Errorf("the next has waited for %v: %+v", took, next.Err)
				}
				next.Lease.Release(t.Context())
			})
		})
	}
}
