package cache

import (
	"fmt"
	"strings"
)

// unknown is the error for a name that no cache has, with the likeliest one.
func (m *Manager) unknown(name string) error {
	entries := m.Caches()
	if m.stands {
		entries = append(entries, Default().Caches()...)
	}
	best, distance := "", len(name)/3+1
	for _, e := range entries {
		d := edits(name, e.name)
		if strings.HasSuffix(e.name, "."+name) {
			d = 0
		}
		if d < distance {
			best, distance = e.name, d
		}
	}
	if best == "" {
		return fmt.Errorf("%w %q", ErrUnknownCache, name)
	}
	return fmt.Errorf("%w %q (did you mean %q?)", ErrUnknownCache, name, best)
}

// edits returns how many bytes must be added, removed or changed to make b of
// a.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
