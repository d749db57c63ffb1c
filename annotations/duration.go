package annotations

import (
	"math"
	"math/big"
	"strings"
	"time"
	"unicode/utf8"
)

const day = 24 * time.Hour

func decodeDuration(v *value) (any, bool) {
	switch first, _ := utf8.DecodeRuneInString(v.text); {
	case v.text == "forever":
		if !v.option.Forever {
			v.failAll("%s cannot be forever: write a duration such as 60, 90s or 2d", v.option.Name)
			return nil, false
		}
		return Duration{Forever: true, Set: true}, true
	case v.text == "none":
		v.failAll("none is no duration%s", v.option.ifMeant(": write ", ""))
		return nil, false
	case v.option.Forever && mistyped(v.text, "forever"):
		v.failAll("unknown word %q%s", v.text, didYouMean("forever"))
		return nil, false
	case isIdentStart(first):
		if !checkName(v, 2) {
			return nil, false
		}
		return Duration{Name: Name{Text: v.text, Pos: v.arg.At(v.base)}, Set: true}, true
	}
	nanoseconds, ok := readDuration(v)
	if !ok || !inRange(v, nanoseconds, big.NewRat(math.MaxInt64-1, 1), "292 years (106751d)") {
		return nil, false
	}
	if !nanoseconds.IsInt() {
		v.failAll("%s is too fine: the shortest duration is 1ns", v.text)
		return nil, false
	}
	return Duration{Value: time.Duration(nanoseconds.Num().Int64()), Set: true}, true
}

// mistyped tells whether a word is one or two letters off. The word itself in
// other case may well be the name of a constant.
func mistyped(text, word string) bool {
	if len(text) > 2*len(word) {
		return false
	}
	d := distance(strings.ToLower(text), word)
	return d == 1 || d == 2
}

// readDuration reads numbers with units, or one number of seconds, and returns
// the sum in nanoseconds. It reports what does not fit.
func readDuration(v *value) (*big.Rat, bool) {
	sum := new(big.Rat)
	sign := v.signWidth()
	for at := sign; at < len(v.text) || at == sign; {
		end := numberEnd(v.text, at)
		number, ok := v.number(at, end)
		if !ok {
			return nil, false
		}
		unitEnd := end + unitLength(v.text[end:])
		unit := v.text[end:unitEnd]
		length, known := durationUnit(unit)
		switch {
		case unit == "" && at == sign && end == len(v.text):
			length = time.Second
		case unit == "" && end < len(v.text):
			v.unexpected(end)
			return nil, false
		case unit == "":
			v.fail(at, end, "%s has no unit after %s: write %ss, %sm or %sh", quote(v.text), v.text[at:end], v.text[at:end], v.text[at:end], v.text[at:end])
			return nil, false
		case !known:
			v.unknownUnit(end, unitEnd, meantUnit(unit))
			return nil, false
		}
		sum.Add(sum, number.Mul(number, big.NewRat(int64(length), 1)))
		at = unitEnd
	}
	if strings.HasPrefix(v.text, "-") {
		sum.Neg(sum)
	}
	return sum, true
}

// durationUnit returns the length of a unit.
func durationUnit(unit string) (time.Duration, bool) {
	switch unit {
	case "ns":
		return time.Nanosecond, true
	case "us", "µs", "μs": // the micro sign and the Greek letter, as in package time
		return time.Microsecond, true
	case "ms":
		return time.Millisecond, true
	case "s":
		return time.Second, true
	case "m":
		return time.Minute, true
	case "h":
		return time.Hour, true
	case "d":
		return day, true
	default:
		return 0, false
	}
}

// meantUnit returns the unit that a wrong one most likely stands for, or nothing.
func meantUnit(unit string) string {
	switch strings.TrimSuffix(strings.ToLower(unit), "s") {
	case "", "sec", "second", "秒":
		return "s"
	case "m", "min", "minute", "mn", "分":
		if strings.EqualFold(unit, "ms") {
			return "ms"
		}
		return "m"
	case "h", "hr", "hour", "時間":
		return "h"
	case "d", "day", "日":
		return "d"
	case "msec", "milli", "millisecond":
		return "ms"
	case "u", "usec", "micro", "microsecond":
		return "us"
	case "n", "nsec", "nano", "nanosecond":
		return "ns"
	default:
		return ""
	}
}
