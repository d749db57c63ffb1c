package cache

import (
	"fmt"
	"strings"
	"time"

	"github.com/bunsui/bunsui-go/internal/quantity"
)

// Values in the environment are spelled as in annotations: 60, 90s, 2d, forever; 100,
// 10k, none; 64MiB; 10%.

// setting is one that a text can give.
type setting struct {
	// word is its name in the environment.
	word string
	read func(s *Settings, text string) error
}

// modeWord is that of the only setting that all caches together can be given.
const modeWord = "MODE"

// textSettings returns all settings. It is a function, so that programs that read no
// environment are linked without them.
func textSettings() []setting {
	return []setting{
		readBy("TTL", readBound, func(s *Settings) *time.Duration { return &s.TTL }),
		readBy("IDLE", readBound, func(s *Settings) *time.Duration { return &s.Idle }),
		readBy("TIMEOUT", readBound, func(s *Settings) *time.Duration { return &s.Timeout }),
		readBy("REFRESH", readOptional, func(s *Settings) *time.Duration { return &s.Refresh }),
		readBy("STALE", readOptional, func(s *Settings) *time.Duration { return &s.Stale }),
		readBy("SOFT_TIMEOUT", readOptional, func(s *Settings) *time.Duration { return &s.SoftTimeout }),
		readBy("ERRORS_TTL", readOptional, func(s *Settings) *time.Duration { return &s.ErrorsTTL }),
		readBy("MISSING_TTL", readOptional, func(s *Settings) *time.Duration { return &s.MissingTTL }),
		readBy("MEMORY_TTL", readOptional, func(s *Settings) *time.Duration { return &s.MemoryTTL }),
		readBy("MAX_ENTRIES", readCount, func(s *Settings) *int { return &s.MaxEntries }),
		readBy("MAX_BYTES", readSize, func(s *Settings) *int64 { return &s.MaxBytes }),
		readBy("LOAD_LIMIT", readCount, func(s *Settings) *int { return &s.LoadLimit }),
		readBy("JITTER", readFraction, func(s *Settings) **float64 { return &s.Jitter }),
		readBy(modeWord, func(_, text string) (Mode, error) { return parseMode(text) }, func(s *Settings) *Mode { return &s.Mode }),
	}
}

// readBy is the setting that a field holds.
func readBy[T any](word string, parse func(word, text string) (T, error), field func(*Settings) *T) setting {
	return setting{word, func(s *Settings, text string) (err error) {
		*field(s), err = parse(word, text)
		return err
	}}
}

// readBound reads a duration that can be lifted, and readOptional one that can also be
// turned off.
func readBound(word, text string) (time.Duration, error) {
	return readDuration(word, text, map[string]time.Duration{"forever": Forever}, "forever")
}

func readOptional(word, text string) (time.Duration, error) {
	return readDuration(word, text, map[string]time.Duration{"forever": Forever, "never": Never}, "forever", "never")
}

// readDuration reads one, in seconds if it has no unit, or one of the words.
func readDuration(word, text string, meaning map[string]time.Duration, words ...string) (time.Duration, error) {
	if d, ok := meaning[text]; ok {
		return d, nil
	}
	return quantityOr(quantity.Duration, word, text, "a duration such as 60 (seconds), 90s, 1h30m or 2d", words...)
}

func readCount(word, text string) (int, error) {
	if text == "none" {
		return Unlimited, nil
	}
	return quantityOr(quantity.Count, word, text, "a count such as 100, 10_000 or 10k", "none")
}

func readSize(word, text string) (int64, error) {
	if text == "none" {
		return Unlimited, nil
	}
	return quantityOr(quantity.Size, word, text, "a size with its unit, such as 64MiB or 500kB", "none")
}

// readFraction reads a share. Other than in annotations it may be 0, which turns jitter
// off.
func readFraction(word, text string) (*float64, error) {
	if text == "0" || text == "0%" {
		return new(float64), nil
	}
	part, err := quantityOr(quantity.Percent, word, text, "a percentage such as 10% or 0.1", "0")
	return &part, err
}

// quantityOr reads a text where also the words are possible, which it is none of. Its
// errors say what the setting accepts.
func quantityOr[T any](
	read func(string, quantity.Terms) (T, error), word, text, accepts string, words ...string,
) (T, error) {
	for _, w := range words {
		accepts += ", or " + w
	}
	q, err := read(text, quantity.Terms{Name: word, Accepts: accepts})
	if err == nil {
		return q, nil
	}
	if !strings.Contains(err.Error(), accepts) {
		err = fmt.Errorf("%w; it takes %s", err, accepts)
	}
	return q, fmt.Errorf("%w%s", err, meant(text, words))
}

// parseMode reads on, memory or off.
func parseMode(text string) (Mode, error) {
	for _, m := range []Mode{On, MemoryOnly, Off} {
		if text == m.String() {
			return m, nil
		}
	}
	return 0, fmt.Errorf("%q is no mode%s: on, memory or off", text, meant(text, []string{"off", "memory", "on"}))
}
