package cache

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/bunsui/bunsui-go/internal/suggest"
)

// environmentPrefix begins the variables that are about caches.
const environmentPrefix = "BUNSUI_CACHE_"

// SettingError is a setting from outside the program that cannot be.
type SettingError struct {
	// Place is a variable of the environment, or the line of a file.
	Place string
	// Value is what stands there.
	Value string
	// Err says what is wrong with it. It wraps ErrUnknownCache for a name that no
	// cache has.
	Err error
}

// Error says where and what.
func (e *SettingError) Error() string { return "cache: " + e.Place + ": " + e.Err.Error() }

// Unwrap returns Err.
func (e *SettingError) Unwrap() error { return e.Err }

// ReadEnvironment is Manager.ReadEnvironment for the default manager. Main calls it when
// all caches have been made, which those of package-level wrappers are from the start:
//
//	if err := cache.ReadEnvironment(); err != nil {
//		log.Fatal(err)
//	}
func ReadEnvironment() error { return Default().ReadEnvironment() }

// ReadEnvironment gives caches the settings that variables of the environment say, over
// those of Configure, in place of what an earlier call has read. If anything is wrong with
// any of them, it changes nothing, and the error, which joins all that is wrong, wraps
// *SettingError. A name that no cache of this manager has is wrong.
//
// BUNSUI_CACHE_GETUSER_TTL=5s is for example.com/store.getUser. The name of a function
// stands in upper case, with an underscore for whatever is no letter or digit. It may
// begin at any part of the name (STORE_GETUSER, EXAMPLE_COM_STORE_GETUSER) as long as it
// means one function, and underscores do not count, so that GET_USER is as good. A whole
// name goes before the end of another. Type arguments are left out: all instantiations
// are meant, and a single one by its whole name with them. A scope stands at the end, and
// without it all scopes are meant. Where a name may end like a setting, two underscores
// part them: GET__ERRORS_TTL is ERRORS_TTL of get. BUNSUI_CACHE_MODE=off, without a name,
// is for all caches.
//
// The settings are TTL, IDLE, TIMEOUT, REFRESH, STALE, SOFT_TIMEOUT, ERRORS_TTL,
// MISSING_TTL, MEMORY_TTL, MAX_ENTRIES, MAX_BYTES, LOAD_LIMIT, JITTER and MODE, with
// values as in annotations: 60 (seconds), 90s, 2d, forever, and never for those that
// Settings lets turn off; 10k, none; 64MiB; 10%; on, memory or off. A scope reads the
// environment for the whole manager.
func (m *Manager) ReadEnvironment() error {
	m = m.root
	if m == Default() {
		environmentRead.Store(true)
	}
	said, err := m.parseEnvironment(os.Environ())
	if err != nil {
		return err
	}
	m.replace(environment, said)
	for _, name := range slices.Sorted(maps.Keys(said)) {
		m.log().Info("cache configured by the environment", "cache", name, "settings", said[name])
	}
	return nil
}

// reading is what a variable may be about.
type reading struct {
	setting
	name string
}

// subject finds out what the rest of a variable's name is about. It may end with
// several settings: GET_ERRORS_TTL is TTL of getErrors, or ERRORS_TTL of get. Two
// underscores tell where the setting begins.
func subject(rest string, known []string) (reading, error) {
	var all []reading
	missing := unknownSetting
	for _, s := range textSettings() {
		part, ends := strings.CutSuffix(rest, "_"+s.word)
		switch {
		case rest == modeWord && s.word == modeWord:
			return reading{s, everyName}, nil
		case rest == s.word || ends && squeeze(part) == "":
			missing = nameless
		}
		if !ends || squeeze(part) == "" {
			continue
		}
		found := spellings(part, known)
		if len(found) == 1 && strings.HasSuffix(part, "_") {
			return reading{s, found[0]}, nil
		}
		for _, name := range found {
			all = append(all, reading{s, name})
		}
	}
	switch len(all) {
	case 0:
		return reading{}, missing(rest, known)
	case 1:
		return all[0], nil
	default:
		return reading{}, ambiguous(rest, all)
	}
}

// nameless says that a variable has a setting and no name.
func nameless(string, []string) error {
	return fmt.Errorf("it has no name of a function: only %s can be said of all caches", modeWord)
}

// ambiguous says what a variable may be about.
func ambiguous(rest string, all []reading) error {
	first := all[0]
	var names, each []string
	same := true
	for _, r := range all {
		same = same && r.word == first.word
		names = append(names, r.name)
		each = append(each, r.word+" of "+r.name)
	}
	if same {
		return tooShort(strings.TrimSuffix(rest, "_"+first.word), names)
	}
	return fmt.Errorf("it may be %s: write two underscores before the setting that is meant", strings.Join(each, ", or "))
}

// unknownSetting says that a variable ends with no setting, or begins with no name.
func unknownSetting(rest string, known []string) error {
	var words []string
	part := ""
	for _, s := range textSettings() {
		words = append(words, s.word)
		// Of MISSING_TTL and TTL, the first is likelier meant.
		if before, ends := strings.CutSuffix(rest, "_"+s.word); ends && (part == "" || len(before) < len(part)) {
			part = before
		}
	}
	if part != "" {
		name, end := nearest(part, known, squeeze)
		if !function(name) { // nothing less is enough
			end = name
		}
		return fmt.Errorf("%w %q%s", ErrUnknownCache, part, suggest.DidYouMean(spelled(end)))
	}
	likeliest := ""
	parts := strings.Split(rest, "_")
	for n := min(2, len(parts)); n > 0 && likeliest == ""; n-- { // the most that a setting has
		likeliest = meant(strings.Join(parts[len(parts)-n:], "_"), words)
	}
	return fmt.Errorf("it does not end with a setting%s: one of %s", likeliest, strings.Join(words, ", "))
}

// environmentRead says that ReadEnvironment was called for the default manager, and
// environmentSeen that the environment was looked at by remindOfEnvironment.
var environmentRead, environmentSeen atomic.Bool

// remindOfEnvironment logs, once, that the environment has settings that nobody reads. It
// is called when a cache starts.
func (m *Manager) remindOfEnvironment() {
	if m != Default() || environmentSeen.Load() || environmentRead.Load() || !environmentSeen.CompareAndSwap(false, true) {
		return
	}
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, environmentPrefix) {
			m.log().Warn("the environment has settings for caches, which nobody has read: call cache.ReadEnvironment at the start", "variable", name)
			return
		}
	}
}
