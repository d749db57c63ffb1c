package quantity

import (
	"math"
	"math/big"
	"strings"

	"github.com/bunsui/bunsui-go/internal/suggest"
)

// Count reads a whole number of things, such as 100, 10_000, 10k or 2M. It is at least 1
// and fits in 32 bits. An error is an *Error.
func Count(text string, terms Terms) (int, error) {
	r := &reader{terms, "count", text}
	number, unit, start, err := r.quantity()
	if err != nil {
		return 0, err
	}
	switch unit {
	case "":
	case "k":
		number.Mul(number, big.NewRat(1_000, 1))
	case "M":
		number.Mul(number, big.NewRat(1_000_000, 1))
	default:
		return 0, r.unknownUnit(start, len(text), map[string]string{"K": "k", "m": "M"}[unit])
	}
	if err := r.inRange(number, big.NewRat(math.MaxInt32, 1), "2147483647"); err != nil {
		return 0, err
	}
	if !number.IsInt() {
		return 0, r.failAll("%s is a whole number, got %s", r.Name, text)
	}
	return int(number.Num().Int64()), nil
}

// Size reads a number of bytes with its unit, such as 64MiB or 500kB. It is at least 1.
// An error is an *Error.
func Size(text string, terms Terms) (int64, error) {
	r := &reader{terms, "size", text}
	number, unit, start, err := r.quantity()
	if err != nil {
		return 0, err
	}
	bytes, known := sizeUnit(unit)
	switch {
	case unit == "" && number.Sign() <= 0: // the unit is the smaller mistake
	case unit == "":
		return 0, r.failAll("%s has no unit: write %sB, %skB or %sMiB", r.Name, text, text, text)
	case !known:
		return 0, r.unknownUnit(start, len(text), meantSize(unit))
	}
	number.Mul(number, big.NewRat(bytes, 1))
	if err := r.inRange(number, big.NewRat(math.MaxInt64, 1), "8388607TiB"); err != nil {
		return 0, err
	}
	if !number.IsInt() {
		return 0, r.failAll("%s is a whole number of bytes, got %s", r.Name, text)
	}
	return number.Num().Int64(), nil
}

// sizeUnit returns how many bytes a unit has.
func sizeUnit(unit string) (int64, bool) {
	switch unit {
	case "B":
		return 1, true
	case "kB":
		return 1e3, true
	case "MB":
		return 1e6, true
	case "GB":
		return 1e9, true
	case "TB":
		return 1e12, true
	case "KiB":
		return 1 << 10, true
	case "MiB":
		return 1 << 20, true
	case "GiB":
		return 1 << 30, true
	case "TiB":
		return 1 << 40, true
	default:
		return 1, false
	}
}

// meantSize returns the unit that a wrong one most likely stands for, or nothing.
func meantSize(unit string) string {
	switch strings.ToLower(unit) {
	case "b", "byte", "bytes":
		return "B"
	case "kb":
		return "kB"
	case "mb", "gb", "tb":
		return strings.ToUpper(unit)
	case "k", "ki", "kib":
		return "KiB"
	case "m", "mi", "mib":
		return "MiB"
	case "g", "gi", "gib":
		return "GiB"
	case "t", "ti", "tib":
		return "TiB"
	default:
		return ""
	}
}

// Percent reads a share, such as 10% or 0.1. It is above 0 and at most 1. An error is an
// *Error.
func Percent(text string, terms Terms) (float64, error) {
	r := &reader{terms, "percent", text}
	number, unit, start, err := r.quantity()
	if err != nil {
		return 0, err
	}
	one := big.NewRat(1, 1)
	switch {
	case unit == "%":
		number.Quo(number, big.NewRat(100, 1))
	case unit != "":
		return 0, r.unknownUnit(start, len(text), "%")
	case number.Cmp(one) >= 0:
		return 0, r.failAll("%s without %% is a fraction below 1, got %s%s", r.Name, text, suggest.DidYouMean(text+"%"))
	}
	if err := r.inRange(number, one, "100%"); err != nil {
		return 0, err
	}
	fraction, _ := number.Float64()
	return fraction, nil
}
