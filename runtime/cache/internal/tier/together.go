package tier

import (
	"context"
	"sync"
)

// together lets those who need the same thing at the same time have it done once.
type together struct {
	mu   sync.Mutex
	call *question
}

// do calls f, which must not end with ctx, or waits for the call of another.
func (t *together) do(ctx context.Context, f func() error) error {
	t.mu.Lock()
	q := t.call
	if q != nil {
		t.mu.Unlock()
		select {
		case <-q.done:
			return q.err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	q = &question{done: make(chan struct{})}
	t.call = q
	t.mu.Unlock()
	q.err = f()
	t.mu.Lock()
	t.call = nil
	t.mu.Unlock()
	close(q.done)
	return q.err
}
