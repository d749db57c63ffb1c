package page

import "testing"

func TestFixed(t *testing.T) {
	for _, c := range []struct {
		x      float64
		digits int
		want   string
	}{{0.625, 2, "0.63"}, {0.615, 2, "0.61"}, {12.25, 1, "12.3"}, {12.35, 1, "12.3"}, {100, 0, "100"}, {0, 0, "0"}, {2.5, 0, "3"}} {
		if got := fixed(c.x, c.digits); got != c.want {
			t.Errorf("%v with %d digits is %s, want %s", c.x, c.digits, got, c.want)
		}
	}
}
