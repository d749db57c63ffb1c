package decorator

import "time"

// An Objective is what a function should keep to while it runs, for alerting rules.
type Objective struct {
	// Label tells it from others of the function, such as "p99", as runtime/profile
	// calls it.
	Label string
	// Quantile is that of the durations which should not exceed Max. It is 0 if the
	// objective is about errors.
	Quantile float64
	Max      time.Duration
	// MaxErrors is the fraction of the calls that may fail.
	MaxErrors float64
}

// An Aimed plan knows the objectives of its function.
type Aimed interface{ Objectives() []Objective }
