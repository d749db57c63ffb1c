// Package profilediff compares two profiles in the JSON of runtime/profile, whose
// schema docs/profiles.md describes. It reads the schema and not the program that has
// written it: the generator and the runtime do not import each other. It prints nothing.
package profilediff

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// schemaVersion is the version of the schema that is known.
const schemaVersion = 1

// A Profile is what is compared of an export.
type Profile struct {
	Version   int    `json:"version"`
	Functions []Func `json:"functions"`
}

// A Func is what is compared of a function.
type Func struct {
	Name   string        `json:"name"`
	Calls  uint64        `json:"calls"`
	Errors uint64        `json:"errors"`
	Panics uint64        `json:"panics"`
	Timed  *uint64       `json:"timed"`
	Mean   time.Duration `json:"mean_ns"`
	P50    time.Duration `json:"p50_ns"`
	P90    time.Duration `json:"p90_ns"`
	P99    time.Duration `json:"p99_ns"`
	P999   time.Duration `json:"p999_ns"`
}

// Read reads an export.
func Read(content []byte) (Profile, error) {
	var p Profile
	if err := json.Unmarshal(content, &p); err != nil {
		return Profile{}, fmt.Errorf("this is no profile that profile.WriteJSON has written: %w", err)
	}
	switch {
	case p.Version == 0 || p.Functions == nil:
		return Profile{}, errors.New("this is no profile that profile.WriteJSON has written: it has no version or no functions")
	case p.Version != schemaVersion:
		return Profile{}, fmt.Errorf("the profile's schema has version %d, known is %d", p.Version, schemaVersion)
	}
	return p, nil
}

// timed is the number of calls that the durations are of.
func (f Func) timed() uint64 {
	if f.Timed == nil {
		return f.Calls
	}
	return *f.Timed
}

// failing is the share of calls that returned an error or panicked.
func (f Func) failing() float64 {
	if f.Calls == 0 {
		return 0
	}
	return float64(f.Errors+f.Panics) / float64(f.Calls)
}

// by returns the figure that the functions are compared by.
func (f Func) by(figure string) time.Duration {
	switch figure {
	case "p50":
		return f.P50
	case "p90":
		return f.P90
	case "p99":
		return f.P99
	case "p999":
		return f.P999
	}
	return f.Mean
}

// ParsePercent reads a share: 20% or 0.2.
func ParsePercent(text string) (float64, error) {
	number, percent := strings.CutSuffix(text, "%")
	share, err := strconv.ParseFloat(number, 64)
	if percent {
		share /= 100
	}
	if err != nil || !(share >= 0 && share <= 1000) {
		return 0, errors.New("write a percentage such as 20% or 0.2")
	}
	return share, nil
}
