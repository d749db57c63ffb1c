package engine

import "sync/atomic"

// Ledger has the sum of the weights of a table's items, and adds its changes to
// a sum over several tables. It may outlive the table.
type Ledger struct {
	Held  atomic.Int64
	Total *atomic.Int64
}

func (l *Ledger) add(weight int64) {
	if weight != 0 {
		l.Held.Add(weight)
		l.Total.Add(weight)
	}
}

// Shed evicts items until they have weighed so much together, or none is left,
// and returns how many there were.
func (t *Table) Shed(weight int64) (evicted int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for weight > 0 && t.Len() > 0 {
		weight -= t.evict().Weight()
		evicted++
	}
	return evicted
}

// Reweigh changes what an item weighs that may be in the table. It evicts
// nothing: the next Put or Resize does.
func (t *Table) Reweigh(it *Item, weight int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.root.Load().find(it, never).bucket == nil {
		return
	}
	more := weight - it.Weight()
	it.reweigh(weight)
	t.policy.pool.of(it).weight += more
	t.ledger.add(more)
}
