package cache

import "testing"

func TestEdits(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		n    int
	}{{"", "", 0}, {"a", "", 1}, {"", "abc", 3}, {"getUser", "getUsr", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 2}} {
		if n := edits(tt.a, tt.b); n != tt.n {
			t.Errorf("edits(%q, %q) = %d, want %d", tt.a, tt.b, n, tt.n)
		}
	}
}
