package model

import "strings"

// Importable tells whether Go's rule of internal packages lets a package, or the
// tests of it, import another one. Both are import paths.
func Importable(path, from string) bool {
	from = strings.TrimSuffix(from, "_test")
	parts := strings.Split(path, "/")
	for i := len(parts) - 1; i >= 0; i-- {
		if parts[i] == "internal" {
			root := strings.Join(parts[:i], "/")
			return from == root || strings.HasPrefix(from, root+"/")
		}
	}
	return true
}
