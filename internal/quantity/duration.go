package quantity

import (
	"math"
	"math/big"
	"strings"
	"time"
)

const day = 24 * time.Hour

// Duration reads numbers with their units, such as 90s, 1h30m or 2d, or one number of
// seconds. The duration is at least 1ns and less than math.MaxInt64 of them. An error is
// an *Error.
func Duration(text string, terms Terms) (time.Duration, error) {
	r := &reader{terms, "duration", text}
	nanoseconds, err := r.nanoseconds()
	if err != nil {
		return 0, err
	}
	if err := r.inRange(nanoseconds, big.NewRat(math.MaxInt64-1, 1), "292 years (106751d)"); err != nil {
		return 0, err
	}
	if !nanoseconds.IsInt() {
		return 0, r.failAll("%s is too fine: the shortest duration is 1ns", text)
	}
	return time.Duration(nanoseconds.Num().Int64()), nil
}

// nanoseconds reads the text, whatever the sum is.
func (r *reader) nanoseconds() (*big.Rat, error) {
	sum := new(big.Rat)
	sign := r.signWidth()
	for at := sign; at < len(r.text) || at == sign; {
		end := numberEnd(r.text, at)
		number, err := r.number(at, end)
		if err != nil {
			return nil, err
		}
		unitEnd := end + unitLength(r.text[end:])
		length, err := r.unit(at, end, unitEnd)
		if err != nil {
			return nil, err
		}
		sum.Add(sum, number.Mul(number, big.NewRat(int64(length), 1)))
		at = unitEnd
	}
	if sign > 0 {
		sum.Neg(sum)
	}
	return sum, nil
}

// unit returns the length of the unit text[end:unitEnd], which follows a number that
// begins at start.
func (r *reader) unit(start, end, unitEnd int) (time.Duration, error) {
	unit, number := r.text[end:unitEnd], r.text[start:end]
	length, known := durationUnit(unit)
	switch {
	case known:
		return length, nil
	case unit == "" && start == r.signWidth() && end == len(r.text):
		return time.Second, nil
	case unit == "" && end < len(r.text):
		return 0, r.unexpected(end)
	case unit == "":
		return 0, r.fail(start, end, "%s has no unit after %s: write %ss, %sm or %sh", Quote(r.text), number, number, number, number)
	default:
		return 0, r.unknownUnit(end, unitEnd, meantUnit(unit))
	}
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
