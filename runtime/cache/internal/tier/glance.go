package tier

import "context"

// Glance is a look-up of which the first step was made: the store was asked once.
type Glance struct {
	search search
	found  bool
	answer Answer
}

// Glance begins what Fetch does. It neither waits for other processes nor takes a lease.
func (m *Member) Glance(ctx context.Context, q Query) *Glance {
	g := &Glance{search: search{Member: m, Query: q, ctx: ctx}}
	var done bool
	if g.answer, done = g.search.begin(); !done {
		g.found, g.answer = g.search.get()
	}
	return g
}

// Answer returns the value, if OK.
func (g *Glance) Answer() Answer { return g.answer }

// Fetch does the rest, for a look-up that has no value yet. It asks again if the context
// of the first step had ended.
func (g *Glance) Fetch(ctx context.Context) Answer {
	s := &g.search
	ended := s.ctx.Err() != nil
	s.ctx = ctx
	switch {
	case g.answer.Err != nil && ended:
		return s.run()
	case g.answer.Err != nil:
		return g.answer
	}
	return s.rest(g.found, g.answer)
}
