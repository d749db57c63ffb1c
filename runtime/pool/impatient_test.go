package pool_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// A caller that leaves during a ping does not cost the others a resource that works.
func TestImpatientCallers(t *testing.T) {
	inBubble(t, func(_ *site, o *pool.Options[*conn]) {
		o.Max, o.PingAfter = 1, pool.None
		o.Ping = func(ctx context.Context, _ *conn) error {
			select {
			case <-time.After(20 * time.Millisecond):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
		must(t, once(p, t.Context()))
		for range 20 {
			time.Sleep(time.Minute)
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
			if err := once(p, ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("acquire: %v", err)
			}
			cancel()
		}
		must(t, once(p, t.Context()))
		if st := p.Stats(); st.Created != 1 || st.InUse != 0 || st.Idle != 1 {
			t.Errorf("%+v", st)
		}
	})
}

// A Close that obeys its context has returned before its place is given away.
func TestObedientCloseKeepsItsPlace(t *testing.T) {
	var open atomic.Int64
	inBubble(t, func(_ *site, o *pool.Options[*conn]) {
		o.Max, o.CloseTimeout = 1, 20*time.Millisecond
		o.New = func(context.Context) (*conn, error) {
			if n := open.Add(1); n > 1 {
				t.Errorf("%d are open", n)
			}
			return &conn{}, nil
		}
		o.Close = func(ctx context.Context, _ *conn) error {
			<-ctx.Done()
			open.Add(-1)
			return nil
		}
	}, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
		for range 100 {
			must(t, acquire(t, p).Discard())
		}
	})
}
