package engine

// Add is Put for an item that is not worth another one: it stores it only if nothing
// has to go for it but what was there of its key, and reports whether it did.
func (t *Table) Add(it *Item) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	weight := it.Weight()
	if t.bounds.Weight > 0 && weight > t.bounds.Weight {
		return false
	}
	at := t.root.Load().find(it, t.same)
	if at.bucket != nil {
		old := at.item()
		if more := weight - old.Weight(); more > 0 && t.heavy(more) {
			return false
		}
		t.replace(at, old, it)
		return true
	}
	if t.bounds.Items >= 0 && t.Len() >= max(t.bounds.Items, 1) || t.heavy(weight) {
		return false
	}
	t.admit(it, weight)
	return true
}

// admit stores an item of a key that has none, for which there is room.
func (t *Table) admit(it *Item, weight int64) {
	t.policy.admit(it)
	t.count.Add(1)
	t.ledger.add(weight)
	// Evictions may have emptied the table, and left another root.
	t.publish(t.root.Load().with(it, t.widest, t.Len()))
}
