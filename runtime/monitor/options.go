package monitor

import (
	"fmt"
	"log/slog"
	"time"
)

// The defaults of Start: a quarter of an hour in ninety points.
const (
	DefaultEvery = 10 * time.Second
	DefaultKeep  = 90
)

// An Option changes what Start does.
type Option func(*settings)

type settings struct {
	every   time.Duration
	keep    int
	names   int
	alerts  []Alert
	logger  *slog.Logger
	onAlert []func(Event)
	// objectives are the kinds that are judged already; nil if none shall be.
	objectives map[string]bool
}

// Every sets the time between two looks. The default is DefaultEvery. It panics if d is
// not positive.
func Every(d time.Duration) Option {
	if d <= 0 {
		panic(fmt.Sprintf("monitor: Every is %v: it must be positive", d))
	}
	return func(s *settings) { s.every = d }
}

// Keep sets how many points the history has for each name; 0 means that none is kept. The
// default is DefaultKeep. It panics if n is negative.
func Keep(n int) Option {
	if n < 0 {
		panic(fmt.Sprintf("monitor: Keep is %d: it must not be negative", n))
	}
	return func(s *settings) { s.keep = n }
}

// MaxNames sets how many names of each kind have a history and alerts of their own: see
// [Limiter]. The default is DefaultMaxNames. It panics if n is not positive.
func MaxNames(n int) Option {
	if n <= 0 {
		panic(fmt.Sprintf("monitor: MaxNames is %d: it must be positive", n))
	}
	return func(s *settings) { s.names = n }
}

// Watch adds alerts. It panics if one has no name, no condition or a negative time.
func Watch(alerts ...Alert) Option {
	whole := make([]Alert, len(alerts))
	for i, a := range alerts {
		whole[i] = a.withDefaults()
	}
	return func(s *settings) { s.alerts = append(s.alerts, whole...) }
}

// Logger sets who gets a line for each event: at level Warn when an alert is raised, at
// Info when it is over. The default is slog.Default at that time.
func Logger(l *slog.Logger) Option {
	return func(s *settings) { s.logger = l }
}

// OnAlert adds a function that is told of each event, in the order in which they happen.
// The next look waits for it. If it panics, that is logged.
func OnAlert(f func(Event)) Option {
	return func(s *settings) { s.onAlert = append(s.onAlert, f) }
}
