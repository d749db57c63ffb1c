package page

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// What the page writes, worked out another time: three digits and a unit.

const (
	none = "–"      // not known
	gap  = "\u00a0" // no break
)

func exact(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	var groups []string
	for ; len(digits) > 3; digits = digits[:len(digits)-3] {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
	}
	return strings.Join(append([]string{digits}, groups...), ",")
}

func count(n uint64) string {
	if n < 10_000 {
		return exact(n)
	}
	return scaled(float64(n), 1000, "", "k", "M", "G", "T")
}

// duration is right up to a minute.
func duration(d time.Duration) string {
	if d == 0 {
		return none
	}
	return scaled(float64(d), 1000, "ns", "µs", "ms", "s")
}

func scaled(x, base float64, units ...string) string {
	unit := 0
	for unit < len(units)-1 && math.Round(x) >= base {
		x /= base
		unit++
	}
	text := strconv.FormatFloat(x, 'f', -1, 64)
	if unit > 0 || x != math.Trunc(x) {
		digits := 2
		if x >= 9.995 {
			digits = 1
		}
		if x >= 99.95 {
			digits = 0
		}
		text = fixed(x, digits)
	}
	if units[unit] != "" {
		text += gap + units[unit]
	}
	return text
}

// fixed rounds what lies exactly between two numbers up, as JavaScript does; Go takes the
// even one.
func fixed(x float64, digits int) string {
	return new(big.Rat).SetFloat64(x).FloatString(digits)
}

func percent(part, whole uint64) string {
	p := float64(part) / float64(whole) * 100
	switch {
	case whole == 0:
		return none
	case part == 0 || part == whole:
		return fixed(p, 0) + gap + "%"
	case p < 0.01:
		return "<0.01" + gap + "%"
	case p > 99.99:
		return ">99.99" + gap + "%"
	case p < 9.995 || p >= 99.95:
		return fixed(p, 2) + gap + "%"
	}
	return fixed(p, 1) + gap + "%"
}

// bad marks what is to be worried about by more than a colour.
func bad(is bool, text string) string {
	if is {
		return "▲ " + text
	}
	return text
}

// share is how much of something failed, marked from a hundredth on.
func share(failed, all uint64) string {
	return bad(failed > 0 && 100*failed >= all, percent(failed, all))
}
