package rediscache

import (
	"context"
	"time"
)

// readOne returns the value of a key, nil if it has none. Only those wait for others
// whose own call the client would end with their context.
func (s *Store) readOne(ctx context.Context, name string) ([]byte, error) {
	if s.cluster || !s.heeds(ctx) {
		return s.getOne(ctx, name)
	}
	g := &s.gather
	t, r := g.enter(name)
	if r == nil {
		defer g.finish(t)
		return s.getOne(ctx, name)
	}
	select {
	case <-r.told:
	case <-ctx.Done():
		g.abandon(r)
		return nil, ctx.Err()
	}
	defer g.free(r)
	switch r.role {
	case leader:
		return s.lead(ctx, r)
	case alone:
		return s.getOne(ctx, name)
	default:
		return r.value, r.err
	}
}

func (s *Store) getOne(ctx context.Context, name string) ([]byte, error) {
	return bytesOf(s.client.Get(ctx, name))
}

// lead reads for a whole batch. If that fails because the leader's own time is over,
// the others read for themselves.
func (s *Store) lead(ctx context.Context, r *reading) (value []byte, err error) {
	defer s.gather.finish(r.trip)
	others, role := r.batch[1:], alone
	defer func() { s.gather.tell(others, role) }() // after a panic too
	if len(others) == 0 {
		return s.getOne(ctx, r.name)
	}
	names := make([]string, len(r.batch))
	for i, one := range r.batch {
		names[i] = one.name
	}
	values, err := s.readAll(ctx, names)
	if err != nil && over(ctx) {
		return nil, err
	}
	role = answered
	for i, other := range others {
		if other.err = err; err == nil {
			other.value = values[i+1]
		}
	}
	if err != nil {
		return nil, err
	}
	return values[0], nil
}

// over reports whether a context has ended, or will at once: a connection may notice
// a deadline first.
func over(ctx context.Context) bool {
	end, ok := ctx.Deadline()
	return ctx.Err() != nil || ok && !time.Now().Before(end)
}
