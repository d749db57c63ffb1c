package cache

import (
	"fmt"
	"strings"
)

// unknown is the error for a name that no cache has, with the likeliest one.
func (m *Manager) unknown(name string) error {
	return fmt.Errorf("%w %q%s", ErrUnknownCache, name, meant(name, m.names()))
}

// meant returns what follows an unknown name in an error: the likeliest of known, or
// nothing.
func meant(name string, known []string) string {
	if near := nearest(name, known); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}

// nearest returns the one of known that is most likely meant, or nothing if none is
// near. The end of a name, without the import path, is as good as the name.
func nearest(name string, known []string) string {
	best, distance := "", max(len(name)/3, 1)+1
	for _, k := range known {
		d := edits(name, k)
		if strings.HasSuffix(k, "."+name) || strings.EqualFold(name, k) {
			d = 0
		}
		if d < distance {
			best, distance = k, d
		}
	}
	return best
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
