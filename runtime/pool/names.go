package pool

import "slices"

// NamesOf returns the names that a pool is registered by, sorted: see Register.
func NamesOf(p AnyPool) (names []string) {
	for _, known := range snapshot() {
		if known.pool.engine() == p.engine() {
			names = append(names, known.name)
		}
	}
	slices.Sort(names)
	return names
}
