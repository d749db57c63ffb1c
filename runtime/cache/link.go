package cache

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
	"github.com/bunsui/bunsui-go/runtime/internal/clock"
)

// SetStore is Manager.SetStore for the default manager. A program calls it once, before
// it uses shared caches:
//
//	client := redis.NewClient(&redis.Options{Addr: address, ContextTimeoutEnabled: true})
//	cache.SetStore(rediscache.New(client, rediscache.Options{Namespace: "shop"}))
func SetStore(s store.Store) { Default().SetStore(s) }

// SetStore makes s the store of the shared caches of m, in place of any other; nil
// takes the store away. What the caches keep in memory is dropped. The store is not
// used before one of them is, and then watched until m is closed or gets another store.
// m does not close it. Another manager needs a store value of its own.
func (m *Manager) SetStore(s store.Store) {
	m = m.root
	var next *tier.Link
	if s != nil && !m.closed.Load() {
		next = tier.New(tier.Config{
			Store: s, Timeout: m.config.StoreTimeout, Prompt: store.Prompt(s),
			Logger: m.log, Bumped: m.bump,
		})
	}
	before := m.link.Swap(next)
	if before == nil && next == nil {
		return
	}
	if m.closed.Load() && next != nil { // meanwhile, so that Close may have missed it
		_ = next.Close(context.Background()) // it was not used, so there is nothing to wait for
	}
	for _, c := range m.caches() {
		if s := c.state.Load(); s != nil && c.rich != nil && c.rich.shared != nil {
			s.distrust() // also what was kept while there was none
		}
	}
	if before == nil {
		return
	}
	if err := before.Close(context.Background()); err != nil {
		m.log().Warn("the store that is no longer used was left before it had answered", "error", err)
	}
}

// StoreStats are the figures of what a manager does with its store.
type StoreStats struct {
	// Errors counts the operations that failed, Timeouts those of them that took too
	// long, and Refused those that were not tried because others had failed.
	Errors, Timeouts, Refused uint64
	// Lost counts how often changes that other processes made may have been missed;
	// all that shared caches had in memory was dropped then.
	Lost uint64
	// Waits counts the look-ups that waited for the load of another process.
	Waits uint64
	// Owed is the number of invalidations and changes that have failed and are tried
	// again. This process takes nothing from the store that they are about.
	Owed int
	// Open says that operations are not tried at the moment, because others have failed.
	Open bool
	// Live says that changes that other processes make are heard of as they happen.
	Live bool
}

// StoreStats returns the figures so far, and false if there is no store.
func (m *Manager) StoreStats() (StoreStats, bool) {
	l := m.root.link.Load()
	if l == nil {
		return StoreStats{}, false
	}
	s := l.Stats()
	return StoreStats{
		Errors: s.Errors, Timeouts: s.Timeouts, Refused: s.Refused, Lost: s.Lost, Waits: s.Waits,
		Owed: s.Owed, Open: s.Open, Live: s.Live,
	}, true
}

// needStore is called when a shared cache is used for the first time.
func (c *core) needStore() {
	m := c.manager
	if c.rich == nil || c.rich.shared == nil || m.link.Load() != nil {
		return
	}
	if m.config.RequireStore {
		panic(c.misuse("it is shared, and the manager requires a store, but has none: call SetStore first"))
	}
	if !m.stands && m.storeless.CompareAndSwap(false, true) {
		m.log().Warn("results that are to be shared stay in this process, because the manager has no store", "cache", c.name)
	}
}

// failed returns an error of the store if one of the caches is strict.
func (m *Manager) failed(err error) error {
	if err == nil {
		return nil
	}
	for _, c := range m.caches() {
		if c.rich != nil && c.rich.shared != nil && c.rich.shared.strict {
			return c.failed(err)
		}
	}
	return nil
}

// revoke makes the keys that match a pattern useless in the store.
func (m *Manager) revoke(ctx context.Context, p pattern) (failed error) {
	l := m.root.link.Load()
	if l == nil {
		return nil
	}
	var known []string
	for _, c := range m.caches() {
		if c.rich != nil && c.rich.shared != nil {
			known = append(known, c.name)
		}
	}
	rules := p.scopedRules(known, m.scope != "")
	if m.scope == "" {
		rules = append(p.rules(known), rules...)
	}
	for _, rule := range rules {
		if err := m.failed(l.Revoke(ctx, rule)); err != nil {
			failed = err
		}
	}
	return failed
}

// warn logs at most once a minute for each of its first arguments.
func (m *Manager) warn(last *atomic.Int64, message string, attributes ...any) {
	if minuteOver(last) {
		m.log().Warn(message, attributes...)
	}
}

// minuteOver reports whether it has not reported so within the last minute, to one of
// several callers.
func minuteOver(last *atomic.Int64) bool {
	now, before := clock.Exact(), last.Load()
	recent := before != 0 && now >= before && now-before < int64(time.Minute)
	return !recent && last.CompareAndSwap(before, now)
}
