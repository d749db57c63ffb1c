package cache

import (
	"fmt"
	"log/slog"
	"strconv"
	"time"
)

// Mode says how much of a cache is in use.
type Mode int

const (
	// Usual, for Switch, takes the switch away, so that the mode is what the settings
	// say. In Settings it is the zero value, which leaves the mode unchanged.
	Usual Mode = iota
	// On is the mode of caches unless they are told otherwise: everything that was
	// asked for.
	On
	// MemoryOnly keeps results in memory and leaves the manager's store alone.
	MemoryOnly
	// Off keeps nothing and finds nothing. Concurrent calls for one key still
	// share a load, so that turning a cache off does not multiply the calls
	// that it kept away at the same instant.
	Off
)

// String returns the mode's name, such as "on", or "unchanged" for 0.
func (m Mode) String() string {
	switch m {
	case 0:
		return "unchanged"
	case On:
		return "on"
	case MemoryOnly:
		return "memory"
	case Off:
		return "off"
	default:
		return "Mode(" + strconv.Itoa(int(m)) + ")"
	}
}

// Settings are what may change while the process runs. A field that is zero is
// left unchanged.
type Settings struct {
	// TTL and Idle are judged when an entry is read, so that a change applies
	// to what is already kept. Forever lifts the bound.
	TTL, Idle time.Duration
	// Timeout bounds loads that begin after the change. Forever lifts it.
	Timeout time.Duration
	// Refresh, Stale, ErrorsTTL and MissingTTL are judged like TTL; SoftTimeout
	// applies to calls that begin after the change. Never turns each of them off.
	// A positive value needs a cache that was made with one of these options, or
	// with Early, Policy, Shared, Codec or Tags: others have no room for what it takes.
	Refresh, Stale, SoftTimeout, ErrorsTTL, MissingTTL time.Duration
	// MemoryTTL bounds how long a shared result is used without asking the store,
	// also one that is already kept. Never lifts the bound.
	MemoryTTL time.Duration
	// MaxEntries bounds the number of entries; what is over is evicted at
	// once. Unlimited lifts the bound.
	MaxEntries int
	// MaxBytes bounds what the entries take up, in bytes; what is over is
	// evicted at once. Unlimited lifts the bound.
	MaxBytes int64
	// LoadLimit bounds the loads that run at the same time. Unlimited lifts
	// the bound.
	LoadLimit int
	// Jitter is the largest random part of the TTL that an entry may lose;
	// nil is unchanged, and a pointer to 0 turns it off.
	Jitter *float64
	// Mode turns the cache off and on. Off drops what is kept.
	Mode Mode

	// worn says, for tests, that whatever is kept has just become too old.
	worn bool
}

// equal reports whether two settings say the same.
func (s Settings) equal(other Settings) bool {
	if (s.Jitter == nil) != (other.Jitter == nil) || s.Jitter != nil && *s.Jitter != *other.Jitter {
		return false
	}
	s.Jitter, other.Jitter = nil, nil
	return s == other
}

// set lists the names of the fields that are set.
func (s Settings) set() (names []string) {
	for _, d := range s.durations() {
		if *d.at != 0 {
			names = append(names, d.name)
		}
	}
	for name, set := range map[string]bool{
		"MaxEntries": s.MaxEntries != 0, "MaxBytes": s.MaxBytes != 0, "LoadLimit": s.LoadLimit != 0,
		"Jitter": s.Jitter != nil, "Mode": s.Mode != 0,
	} {
		if set {
			names = append(names, name)
		}
	}
	return names
}

// LogValue returns the fields that are set, for log/slog.
func (s Settings) LogValue() slog.Value {
	var set []slog.Attr
	for _, d := range s.durations() {
		switch *d.at {
		case 0:
		case Never:
			set = append(set, slog.String(d.name, "never"))
		default:
			set = append(set, slog.Duration(d.name, *d.at))
		}
	}
	if s.MaxEntries != 0 {
		set = append(set, slog.Int("MaxEntries", s.MaxEntries))
	}
	if s.MaxBytes != 0 {
		set = append(set, slog.Int64("MaxBytes", s.MaxBytes))
	}
	if s.LoadLimit != 0 {
		set = append(set, slog.Int("LoadLimit", s.LoadLimit))
	}
	if s.Jitter != nil {
		set = append(set, slog.Float64("Jitter", *s.Jitter))
	}
	if s.Mode != 0 {
		set = append(set, slog.String("Mode", s.Mode.String()))
	}
	return slog.GroupValue(set...)
}

// check returns an error for values that no cache can have.
func (s Settings) check() error {
	for i, d := range s.durations() {
		switch optional := i >= firstFresh; {
		case *d.at >= 0 || optional && *d.at == Never:
		case optional:
			return fmt.Errorf("%s is %v: it must be positive, Never, or 0 to leave it unchanged", d.name, *d.at)
		default:
			return fmt.Errorf("%s is %v: it must be positive, or 0 to leave it unchanged", d.name, *d.at)
		}
	}
	switch {
	case s.MaxEntries < Unlimited:
		return fmt.Errorf("MaxEntries is %d: it must be positive, Unlimited, or 0 to leave it unchanged", s.MaxEntries)
	case s.MaxBytes < Unlimited:
		return fmt.Errorf("MaxBytes is %d: it must be positive, Unlimited, or 0 to leave it unchanged", s.MaxBytes)
	case s.LoadLimit < Unlimited:
		return fmt.Errorf("LoadLimit is %d: it must be positive, Unlimited, or 0 to leave it unchanged", s.LoadLimit)
	case s.Jitter != nil && !(*s.Jitter >= 0 && *s.Jitter < 1):
		return fmt.Errorf("%s is %v: it must be at least 0 and less than 1", "Jitter", *s.Jitter)
	case s.Mode < 0 || s.Mode > Off:
		return fmt.Errorf("%s is %v: it must be On, MemoryOnly, Off, or 0 to leave it unchanged", "Mode", s.Mode)
	}
	return nil
}

// over returns s with what is set in top in place of its own.
func (s Settings) over(top Settings) Settings {
	own := s.durations()
	for i, d := range top.durations() {
		if *d.at != 0 {
			*own[i].at = *d.at
		}
	}
	if top.MaxEntries != 0 {
		s.MaxEntries = top.MaxEntries
	}
	if top.MaxBytes != 0 {
		s.MaxBytes = top.MaxBytes
	}
	if top.LoadLimit != 0 {
		s.LoadLimit = top.LoadLimit
	}
	if top.Jitter != nil {
		jitter := *top.Jitter
		s.Jitter = &jitter
	}
	if top.Mode != 0 {
		s.Mode = top.Mode
	}
	s.worn = s.worn || top.worn
	return s
}

// with is over, but s itself if nothing is set: settings that are used by many caches
// are there once.
func (s *Settings) with(top Settings) *Settings {
	if top == (Settings{}) {
		return s
	}
	both := s.over(top)
	return &both
}

// clone returns a copy that shares nothing with s.
func (s Settings) clone() Settings { return s.over(Settings{Jitter: s.Jitter}) }
