package cache

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Values in the environment are spelled as in annotations: 60, 90s, 2d, forever; 100,
// 10k, none; 64MiB; 10%.

// setting is one that a text can give.
type setting struct {
	// word is its name in the environment.
	word string
	// field is its name in Settings.
	field string
	read  func(s *Settings, text string) error
}

// settingWords are all settings, by their names in the environment.
var settingWords = []setting{
	durationSetting("TTL", "TTL", func(s *Settings) *time.Duration { return &s.TTL }),
	durationSetting("IDLE", "Idle", func(s *Settings) *time.Duration { return &s.Idle }),
	durationSetting("TIMEOUT", "Timeout", func(s *Settings) *time.Duration { return &s.Timeout }),
	durationSetting("REFRESH", "Refresh", func(s *Settings) *time.Duration { return &s.Refresh }),
	durationSetting("STALE", "Stale", func(s *Settings) *time.Duration { return &s.Stale }),
	durationSetting("SOFT_TIMEOUT", "SoftTimeout", func(s *Settings) *time.Duration { return &s.SoftTimeout }),
	durationSetting("ERRORS_TTL", "ErrorsTTL", func(s *Settings) *time.Duration { return &s.ErrorsTTL }),
	durationSetting("MISSING_TTL", "MissingTTL", func(s *Settings) *time.Duration { return &s.MissingTTL }),
	durationSetting("MEMORY_TTL", "MemoryTTL", func(s *Settings) *time.Duration { return &s.MemoryTTL }),
	countSetting("MAX_ENTRIES", "MaxEntries", func(s *Settings) *int { return &s.MaxEntries }),
	{"MAX_BYTES", "MaxBytes", func(s *Settings, text string) (err error) {
		s.MaxBytes, err = parseSize(text)
		return err
	}},
	countSetting("LOAD_LIMIT", "LoadLimit", func(s *Settings) *int { return &s.LoadLimit }),
	{"JITTER", "Jitter", func(s *Settings, text string) error {
		fraction, err := parseFraction(text)
		s.Jitter = &fraction
		return err
	}},
	{"MODE", "Mode", func(s *Settings, text string) (err error) {
		s.Mode, err = parseMode(text)
		return err
	}},
}

func durationSetting(word, field string, at func(*Settings) *time.Duration) setting {
	return setting{word, field, func(s *Settings, text string) (err error) {
		*at(s), err = parseDuration(text)
		return err
	}}
}

func countSetting(word, field string, at func(*Settings) *int) setting {
	return setting{word, field, func(s *Settings, text string) (err error) {
		*at(s), err = parseCount(text)
		return err
	}}
}

// parseDuration reads a duration: seconds if it has no unit, forever, or never.
func parseDuration(text string) (time.Duration, error) {
	switch text {
	case "forever":
		return Forever, nil
	case "never":
		return Never, nil
	}
	if seconds, err := parseNumber(text); err == nil {
		return positive(seconds * float64(time.Second))
	}
	// A day, which package time does not know, stands first if at all.
	sum := time.Duration(0)
	rest := text
	if days, after, ok := strings.Cut(text, "d"); ok {
		n, err := parseNumber(days)
		if err != nil || n > math.MaxInt64/float64(24*time.Hour) {
			return 0, notDuration(text)
		}
		sum, rest = time.Duration(n*float64(24*time.Hour)), after
	}
	if rest != "" {
		d, err := time.ParseDuration(strings.ReplaceAll(rest, "_", ""))
		if err != nil || d > Forever-1-sum {
			return 0, notDuration(text)
		}
		sum += d
	}
	if text == "" {
		return 0, notDuration(text)
	}
	if sum <= 0 {
		return 0, fmt.Errorf("%q is not positive", text)
	}
	return sum, nil
}

func positive(nanoseconds float64) (time.Duration, error) {
	if nanoseconds < 1 || nanoseconds >= math.MaxInt64 {
		return 0, fmt.Errorf("it must be positive, and less than 292 years")
	}
	return time.Duration(nanoseconds), nil
}

func notDuration(text string) error {
	return fmt.Errorf("%q is not a duration such as 60 (seconds), 90s, 1h30m, 2d, forever or never", text)
}

// parseNumber reads digits, with _ between them and a point.
func parseNumber(text string) (float64, error) {
	if text == "" || strings.Trim(text, "0123456789_.") != "" || strings.HasPrefix(text, "_") || strings.HasSuffix(text, "_") {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
}

// parseCount reads a count, or none.
func parseCount(text string) (int, error) {
	if text == "none" {
		return Unlimited, nil
	}
	digits, factor := text, 1.0
	for unit, f := range map[string]float64{"k": 1e3, "M": 1e6} {
		if before, ok := strings.CutSuffix(text, unit); ok {
			digits, factor = before, f
		}
	}
	n, err := parseNumber(digits)
	n *= factor
	if err != nil || n < 1 || n > math.MaxInt32 || n != math.Trunc(n) {
		return 0, fmt.Errorf("%q is not a count such as 100, 10_000, 10k or none", text)
	}
	return int(n), nil
}

// sizeUnits are those of sizes.
var sizeUnits = map[string]float64{
	"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
	"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
}

// parseSize reads a number of bytes with its unit, or none.
func parseSize(text string) (int64, error) {
	if text == "none" {
		return Unlimited, nil
	}
	digits := strings.TrimRight(text, "kKMGTiB")
	n, err := parseNumber(digits)
	factor, known := sizeUnits[text[len(digits):]]
	n *= factor
	if err != nil || !known || n < 1 || n >= math.MaxInt64 || n != math.Trunc(n) {
		return 0, fmt.Errorf("%q is not a size such as 500kB, 64MiB or none", text)
	}
	return int64(n), nil
}

// parseFraction reads a percentage, or a fraction of one. Other than in annotations it
// may be 0, which turns jitter off.
func parseFraction(text string) (float64, error) {
	digits, percent := strings.CutSuffix(text, "%")
	n, err := parseNumber(digits)
	if percent {
		n /= 100
	}
	if err != nil || n < 0 || n >= 1 {
		return 0, fmt.Errorf("%q is not a part such as 10%% or 0.1", text)
	}
	return n, nil
}

// modes are the spellings of modes.
var modes = []string{"on", "memory", "off"}

// parseMode reads on, memory or off.
func parseMode(text string) (Mode, error) {
	for i, word := range modes {
		if text == word {
			return On + Mode(i), nil
		}
	}
	return 0, fmt.Errorf("%q is no mode%s: on, memory or off", text, meant(text, modes))
}
