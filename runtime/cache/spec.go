package cache

import (
	"fmt"
	"time"
	"unsafe"

	"github.com/bunsui/bunsui-go/runtime/internal/engine"
)

// spec is what Options ask for, as far as it does not depend on the types of keys
// and values. Nobody changes it.
type spec struct {
	name string
	// settings are those that were asked for, without what Late gives.
	settings Settings
	// ttl, idle and timeout may be Deferred.
	ttl, idle, timeout time.Duration
	late               Late

	same engine.Same
	// text returns a key as text, and false if it has none of its own.
	text func(*engine.Item) (string, bool)
	// weigh returns the bytes that an entry takes up.
	weigh func(*engine.Item) int64
}

func newSpec[K comparable, V any](o *Options[K, V]) *spec {
	s := &spec{
		name: o.Name, ttl: o.TTL, idle: o.Idle, timeout: o.Timeout, late: o.Late, same: sameKey[K],
		settings: Settings{
			TTL: max(o.TTL, 0), Idle: max(o.Idle, 0), Timeout: max(o.Timeout, 0),
			MaxEntries: o.MaxEntries, MaxBytes: o.MaxBytes, LoadLimit: o.LoadLimit, Jitter: &o.Jitter, Mode: On,
		},
	}
	keyText, weigh := o.KeyText, o.Weigh
	s.text = func(it *engine.Item) (string, bool) {
		if keyText != nil {
			return keyText(keyOf[K](it)), true
		}
		return ownText(s.name, keyOf[K](it))
	}
	s.weigh = func(it *engine.Item) int64 {
		e := entryOf[K, V](it)
		if weigh != nil {
			return weighed(unsafe.Sizeof(*e), weigh(e.key, e.value))
		}
		return estimated(unsafe.Sizeof(*e), &e.key, &e.value)
	}
	s.check()
	return s
}

// check panics if s is wrong in a way that only its author can mend, and fills
// in the default.
func (s *spec) check() {
	s.mustDuration("TTL", s.ttl)
	s.mustDuration("Idle", s.idle)
	s.mustDuration("Timeout", s.timeout)
	o := &s.settings
	switch {
	case s.ttl == 0 && s.late == nil:
		panic(s.misuse("TTL is required: give one, or cache.Forever"))
	case !(*o.Jitter >= 0 && *o.Jitter < 1):
		panic(s.misuse("Jitter is %v: it must be at least 0 and less than 1", *o.Jitter))
	case o.MaxEntries < Unlimited:
		panic(s.misuse("MaxEntries is %d: it must be positive, 0 for the default, or cache.Unlimited", o.MaxEntries))
	case o.MaxBytes < Unlimited:
		panic(s.misuse("MaxBytes is %d: it must be positive, 0 or cache.Unlimited", o.MaxBytes))
	case o.LoadLimit < Unlimited:
		panic(s.misuse("LoadLimit is %d: it must be positive, 0 or cache.Unlimited", o.LoadLimit))
	}
	jitter := *o.Jitter
	o.Jitter = &jitter
	if o.MaxEntries == 0 {
		o.MaxEntries = DefaultMaxEntries
	}
}

func (s *spec) mustDuration(option string, d time.Duration) {
	if d >= 0 || d == Deferred && s.late != nil {
		return
	}
	if d == Deferred {
		panic(s.misuse("%s is cache.Deferred, but there is no Late", option))
	}
	panic(s.misuse("%s is %v: it must be positive", option, d))
}

// misuse is what a wrong option panics with.
func (s *spec) misuse(format string, args ...any) string {
	name := s.name
	if name == "" {
		name = "a cache without a name"
	}
	return "cache: " + name + ": " + fmt.Sprintf(format, args...)
}

// base returns the settings that s asks for, with the durations that Late
// gives. It calls the user's code, so no lock may be held.
func (s *spec) base() Settings {
	var late Durations
	if s.late != nil {
		late = s.late.Durations()
	}
	base := s.settings.clone()
	base.TTL = s.lateDuration("TTL", s.ttl, late.TTL)
	base.Idle = s.lateDuration("Idle", s.idle, late.Idle)
	base.Timeout = s.lateDuration("Timeout", s.timeout, late.Timeout)
	if base.TTL == 0 {
		panic(s.misuse("TTL is 0: it must be positive, and a variable must be initialised before the function is called"))
	}
	return base
}

func (s *spec) lateDuration(option string, given, late time.Duration) time.Duration {
	if late < 0 || given == Deferred && late == 0 {
		panic(s.misuse("%s is %v: it must be positive", option, late))
	}
	if late > 0 {
		return late
	}
	return given
}
