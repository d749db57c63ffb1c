package engine

// Resize changes the bounds, and returns how many items it removed. While it is
// at work others may find the table above the new bounds, but never above the
// old ones.
func (t *Table) Resize(bounds Bounds) (evicted int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rebound(bounds)
	for {
		n, done := t.shrink()
		evicted += n
		if done {
			return evicted
		}
		t.mu.Unlock()
		t.mu.Lock()
	}
}

// shrink is one step of Resize, and reports whether it was the last.
func (t *Table) shrink() (evicted int, done bool) {
	for t.bounds.Items >= 0 && t.Len() > t.bounds.Items || t.heavy(0) {
		if evicted == resizeStep {
			return evicted, false
		}
		t.evict()
		evicted++
	}
	if d := t.root.Load(); d != nil && d.buckets() > 4*t.Len()+1 {
		t.root.Store(d.rebuilt(t.widest))
	}
	return evicted, true
}

// Each calls f for all items, until it returns false. Items that come or go
// meanwhile may be seen or not. f may call the table.
func (t *Table) Each(f func(*Item) bool) { t.root.Load().each(f) }
