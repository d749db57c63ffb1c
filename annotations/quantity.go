package annotations

import (
	"math"
	"math/big"
	"strings"
)

func decodeCount(v *value) (any, bool) {
	if v.text == "none" {
		if !v.option.None {
			v.failAll("%s cannot be none: write a count such as 100 or 10k", v.option.Name)
			return nil, false
		}
		return Count{None: true, Set: true}, true
	}
	number, unit, start, ok := v.quantity()
	if !ok {
		return nil, false
	}
	switch unit {
	case "":
	case "k":
		number.Mul(number, big.NewRat(1_000, 1))
	case "M":
		number.Mul(number, big.NewRat(1_000_000, 1))
	default:
		v.unknownUnit(start, len(v.text), map[string]string{"K": "k", "m": "M"}[unit])
		return nil, false
	}
	if !inRange(v, number, big.NewRat(math.MaxInt32, 1), "2147483647") {
		return nil, false
	}
	if !number.IsInt() {
		v.failAll("%s is a whole number, got %s", v.option.Name, v.text)
		return nil, false
	}
	return Count{N: int(number.Num().Int64()), Set: true}, true
}

// quantity reads one number and what follows it, and returns where that starts.
func (v *value) quantity() (number *big.Rat, unit string, start int, ok bool) {
	sign := v.signWidth()
	end := numberEnd(v.text, sign)
	number, ok = v.number(sign, end)
	if !ok {
		return nil, "", 0, false
	}
	unitEnd := end + unitLength(v.text[end:])
	if rest := v.text[end:]; strings.HasPrefix(rest, ",") && isDigit(rest, 1) {
		v.fail(end, end+1, "a comma in a number%s", didYouMean(strings.ReplaceAll(v.text, ",", "_")))
		return nil, "", 0, false
	}
	switch rest := v.text[end:]; {
	case unitEnd == len(v.text):
	case unitEnd == end:
		v.unexpected(end)
		return nil, "", 0, false
	default:
		v.fail(end, len(v.text), "unexpected %s in %s %s", quote(rest), v.option.Kind, quote(v.text))
		return nil, "", 0, false
	}
	if sign > 0 {
		number.Neg(number)
	}
	return number, v.text[end:], end, true
}

func decodeSize(v *value) (any, bool) {
	number, unit, start, ok := v.quantity()
	if !ok {
		return nil, false
	}
	bytes, known := sizeUnit(unit)
	switch {
	case unit == "" && number.Sign() <= 0: // the unit is the smaller mistake
	case unit == "":
		v.failAll("%s has no unit: write %sB, %skB or %sMiB", v.option.Name, v.text, v.text, v.text)
		return nil, false
	case !known:
		v.unknownUnit(start, len(v.text), meantSize(unit))
		return nil, false
	}
	number.Mul(number, big.NewRat(bytes, 1))
	if !inRange(v, number, big.NewRat(math.MaxInt64, 1), "8388607TiB") {
		return nil, false
	}
	if !number.IsInt() {
		v.failAll("%s is a whole number of bytes, got %s", v.option.Name, v.text)
		return nil, false
	}
	return Size{Bytes: number.Num().Int64(), Set: true}, true
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

func decodePercent(v *value) (any, bool) {
	number, unit, start, ok := v.quantity()
	if !ok {
		return nil, false
	}
	one := big.NewRat(1, 1)
	switch {
	case unit == "%":
		number.Quo(number, big.NewRat(100, 1))
	case unit != "":
		v.unknownUnit(start, len(v.text), "%")
		return nil, false
	case number.Cmp(one) >= 0:
		v.failAll("%s without %% is a fraction below 1, got %s%s", v.option.Name, v.text, didYouMean(v.text+"%"))
		return nil, false
	}
	if !inRange(v, number, one, "100%") {
		return nil, false
	}
	fraction, _ := number.Float64()
	return Percent{Fraction: fraction, Set: true}, true
}
