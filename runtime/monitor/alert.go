package monitor

import (
	"fmt"
	"iter"
	"log/slog"
	"time"
)

// An Alert says what somebody wants to be told of. It is judged for each cache, function
// and so on by itself: what an Event tells of is one of them.
type Alert struct {
	// Name says what is wrong when the alert is raised, such as "hit rate below 80 %".
	Name string
	// When finds what is wrong in a window.
	When Condition
	// For is how long it must have been so, at each look, before the alert is raised. 0
	// means that one look is enough.
	For time.Duration
	// MinSamples is how many lookups, items, acquires or calls a window must have. In one
	// with less nothing is raised, and what was raised stays. 0 means
	// DefaultMinSamples.
	MinSamples uint64
	// Window is the length of the window that each look is at, which ends then. 0 means
	// DefaultWindow. It is rounded up to a multiple of the time between two looks.
	Window time.Duration
}

// The defaults of Alert.
const (
	DefaultMinSamples = 50
	DefaultWindow     = time.Minute
)

// A Condition looks at a window and tells how it stands, for everything that it
// concerns, whether something is wrong there or not. It must not keep the window.
type Condition func(Window) iter.Seq[Finding]

// A Subject is what an alert is about.
type Subject struct {
	// Kind is "cache", "batch", "loader", "pool" or "function", or another one of a
	// condition of your own.
	Kind string
	// Manager is that of a cache.
	Manager string
	Name    string
}

// String returns the kind and the name.
func (s Subject) String() string {
	if s.Manager == "" {
		return s.Kind + " " + s.Name
	}
	return s.Kind + " " + s.Name + " of " + s.Manager
}

// A Finding is how something stands in a window.
type Finding struct {
	Subject
	// Wrong says that it is as the condition is looking for.
	Wrong bool
	// Samples is how many lookups, items, acquires or calls that rests on.
	Samples uint64
	// Value says in words what was found, such as "61.5 %", and Limit what is allowed.
	Value, Limit string
}

// An Event is the beginning or the end of a state that an alert describes.
type Event struct {
	// Alert is the name of the alert.
	Alert string
	// Finding is what led to the event. At the end of something that does not exist any
	// more it is the last one.
	Finding
	// Raised says that the state begins; otherwise it ends.
	Raised bool
	// Gone says that it ends because there is no such cache, pool or other any more.
	Gone bool
	// Time is when the look was taken, and Began when something was wrong first.
	Time, Began time.Time
}

// String says what has happened in one line.
func (e Event) String() string {
	switch {
	case e.Raised:
		return fmt.Sprintf("%s: %v: %s, limit %s", e.Alert, e.Subject, e.Value, e.Limit)
	case e.Gone:
		return fmt.Sprintf("over: %s: %v is gone", e.Alert, e.Subject)
	default:
		return fmt.Sprintf("over: %s: %v: %s, limit %s", e.Alert, e.Subject, e.Value, e.Limit)
	}
}

// LogValue returns the fields of the event, for log/slog.
func (e Event) LogValue() slog.Value {
	fields := []slog.Attr{
		slog.String("alert", e.Alert), slog.String("kind", e.Kind), slog.String("name", e.Name),
		slog.Bool("raised", e.Raised), slog.String("value", e.Value), slog.String("limit", e.Limit),
		slog.Uint64("samples", e.Samples), slog.Time("began", e.Began),
	}
	if e.Manager != "" {
		fields = append(fields, slog.String("manager", e.Manager))
	}
	if e.Gone {
		fields = append(fields, slog.Bool("gone", true))
	}
	return slog.GroupValue(fields...)
}

// withDefaults returns the alert with all fields set, and panics if it can never work.
func (a Alert) withDefaults() Alert {
	switch {
	case a.Name == "":
		panic("monitor: an alert has no name")
	case a.When == nil:
		panic(fmt.Sprintf("monitor: the alert %q has no condition When", a.Name))
	case a.For < 0 || a.Window < 0:
		panic(fmt.Sprintf("monitor: the alert %q has a negative For or Window", a.Name))
	}
	if a.MinSamples == 0 {
		a.MinSamples = DefaultMinSamples
	}
	if a.Window == 0 {
		a.Window = DefaultWindow
	}
	return a
}
