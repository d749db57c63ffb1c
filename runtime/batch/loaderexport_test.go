package batch

// LoaderPending returns the number of groups that something is pending of.
func LoaderPending[G, K comparable, V any](l *GroupLoader[G, K, V]) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.groups)
}
