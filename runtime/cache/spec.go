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
	// given are the durations of the Options, any of which may be Deferred, and late
	// gives others; both are nil if they are all known.
	given *Durations
	late  Late
	// rich is nil for a plain cache.
	rich *richSpec

	same engine.Same
	// text returns a key as text, and false if it has none of its own.
	text func(*engine.Item) (string, bool)
	// weigh returns the bytes that an entry takes up, without its meta.
	weigh func(*engine.Item) int64
}

func newSpec[K comparable, V any](o *Options[K, V]) *spec {
	s := &spec{
		name: o.Manager.qualify(o.Name), late: o.Late, same: sameKey[K], rich: newRichSpec(o),
		settings: Settings{
			MaxEntries: o.MaxEntries, MaxBytes: o.MaxBytes, LoadLimit: o.LoadLimit, Jitter: &o.Jitter, Mode: On,
		},
	}
	s.take(&Durations{
		TTL: o.TTL, Idle: o.Idle, Timeout: o.Timeout, Refresh: o.Refresh, Stale: o.Stale,
		SoftTimeout: o.SoftTimeout, ErrorsTTL: o.ErrorsTTL, MissingTTL: o.MissingTTL, MemoryTTL: o.MemoryTTL,
	})
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
	o := &s.settings
	switch {
	case o.TTL == 0 && s.late == nil:
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
	if s.late == nil {
		s.checkFresh(o)
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
func (s *spec) base() *Settings {
	if s.late == nil {
		return &s.settings
	}
	durations := s.late.Durations()
	late, given, base := durations.values(), s.given.values(), s.settings.clone()
	for i, d := range base.durations() {
		*d.at = s.lateDuration(d.name, given[i], late[i])
		if i >= firstFresh && *d.at > 0 && s.rich == nil {
			panic(s.misuse("%s is given by Late: it must be cache.Deferred in Options", d.name))
		}
	}
	if base.TTL == 0 {
		panic(s.misuse("TTL is 0: it must be positive, and a variable must be initialised before the function is called"))
	}
	s.checkFresh(&base)
	return &base
}

// take checks the durations of the Options and notes them. It panics if they are
// wrong.
func (s *spec) take(given *Durations) {
	values := given.values()
	for i, d := range s.settings.durations() {
		s.mustDuration(d.name, values[i])
		*d.at = max(values[i], 0)
	}
	if s.late != nil {
		s.given = given
	}
}

// checkFresh panics if durations do not go together.
func (s *spec) checkFresh(o *Settings) {
	switch {
	case o.Refresh >= o.TTL && o.Refresh != 0 && o.Refresh != Forever:
		panic(s.misuse("Refresh is %v: it must be shorter than the TTL, which is %v", o.Refresh, o.TTL))
	case o.SoftTimeout > 0 && o.Stale == 0:
		panic(s.misuse("SoftTimeout needs Stale: there is nothing to return while the load goes on"))
	case o.MissingTTL > 0 && s.rich.missing == nil:
		panic(s.misuse("MissingTTL needs a Policy that tells which errors mean absence"))
	}
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
