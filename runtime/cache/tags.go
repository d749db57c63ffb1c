package cache

import (
	"context"

	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// InvalidateTags removes the results, of all caches of the default manager or of
// the one that ctx selects, that have any of tags: see Options.Tags. In the store it
// does so for all functions and processes. Loads of such results that are under way go
// on for those who wait for them, and their results are not kept. What it costs does
// not depend on how many results there are. Between Tx and its end it waits for the
// commit.
//
// A tag with values in it is made by KeyText, here as where results get their tags:
// KeyText("org:", org). The error is nil unless a cache with Options.Strict is among
// those of the manager, and the store has failed.
func InvalidateTags(ctx context.Context, tags ...string) error {
	return Default().InvalidateTags(ctx, tags...)
}

// InvalidateTags is the function of that name for the manager m, or for the one
// that ctx selects instead.
func (m *Manager) InvalidateTags(ctx context.Context, tags ...string) error {
	m = managerOf(ctx, m).root
	own := make([]string, len(tags))
	copy(own, tags)
	return during(ctx, func(ctx context.Context, by *ending) error { return m.invalidateTags(ctx, own, by) })
}

func (m *Manager) invalidateTags(ctx context.Context, tags []string, by *ending) error {
	var err error
	if l := m.link.Load(); l != nil {
		// First, so that what is loaded from now on does not find it in the store.
		err = m.failed(l.Bump(ctx, tags...))
	}
	m.bumpAs(ctx, tags, by)
	return err
}

// bump is called when another process has invalidated tags.
func (m *Manager) bump(tags []string) { m.bumpAs(nobody, tags, nil) }

// bumpAs makes the results with some tags useless in memory, at the end of a
// transaction if by is not nil.
func (m *Manager) bumpAs(ctx context.Context, tags []string, by *ending) {
	if len(tags) == 0 {
		return
	}
	m.tags.bump(tags)
	for _, c := range m.caches() {
		if c.rich == nil || c.rich.tags == nil {
			continue
		}
		c.changingAll(by)
		if s := c.state.Load(); s != nil {
			s.flights.Detach(func(key flight.Subject) bool { return carries(itemOf(key), tags) })
			s.tellTags(ctx, len(tags))
		}
	}
}

// caches returns all that are in use.
func (m *Manager) caches() (all []*core) {
	for _, e := range m.Caches() {
		all = append(all, e.tally.members()...)
	}
	return all
}
