// Package pattern tells names by patterns. It knows nothing of what has the names.
package pattern

import "strings"

// Match tells whether a name matches a pattern, in which * stands for any text, also for
// none.
func Match(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	name, ok := strings.CutPrefix(name, parts[0])
	if len(parts) == 1 || !ok {
		return ok && name == ""
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		if _, name, ok = strings.Cut(name, part); !ok {
			return false
		}
	}
	return strings.HasSuffix(name, parts[last])
}
