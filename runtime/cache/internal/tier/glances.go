package tier

import (
	"context"
	"fmt"
)

// Glances is Glance for many keys, for which it asks the store once.
func (m *Member) Glances(ctx context.Context, qs []Query) []*Glance {
	all := make([]*Glance, len(qs))
	asked := make([]*Glance, 0, len(qs))
	for i, q := range qs {
		g := &Glance{search: search{Member: m, Query: q, ctx: ctx}}
		var done bool
		if g.answer, done = g.search.begin(); !done {
			asked = append(asked, g)
		}
		all[i] = g
	}
	if len(asked) == 0 {
		return all
	}
	if err := m.ask(ctx, asked); err != nil {
		for _, g := range asked {
			g.answer = g.search.without(err)
		}
	}
	return all
}

// ask is the first step of some searches together.
func (m *Member) ask(ctx context.Context, asked []*Glance) error {
	if _, err := m.link.known(ctx); err != nil {
		return err
	}
	if err := m.ready(ctx); err != nil {
		return err
	}
	keys, tags, place := make([]string, len(asked)), []string(nil), make(map[string]int)
	for i, g := range asked {
		keys[i] = g.search.key
		for _, tag := range g.search.tags {
			if _, ok := place[tag]; !ok {
				place[tag] = len(tags)
				tags = append(tags, tag)
			}
		}
	}
	r, err := do(ctx, m.link, reads, func(ctx context.Context) (r gotten, err error) {
		r.values, r.versions, err = m.link.config.Store.Get(ctx, keys, tags)
		return r, err
	})
	switch {
	case err != nil:
		return err
	case len(r.values) != len(keys) || len(r.versions) != len(tags):
		return fmt.Errorf("cache: the store returns %d values and %d versions for %d keys and %d tags",
			len(r.values), len(r.versions), len(keys), len(tags))
	}
	for i, g := range asked {
		s := &g.search
		s.versions = make([]uint64, len(s.tags))
		for j, tag := range s.tags {
			s.versions[j] = r.versions[place[tag]]
		}
		g.found, g.answer = s.judge(r.values[i])
	}
	return nil
}
