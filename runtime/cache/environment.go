package cache

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync/atomic"
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
// *SettingError.
//
// BUNSUI_CACHE_GETUSER_TTL=5s is for example.com/store.getUser. The name of a function
// stands in upper case, with an underscore for whatever is no letter or digit. It may
// begin at any part of the name (STORE_GETUSER, EXAMPLE_COM_STORE_GETUSER) as long as it
// means one function, and underscores do not count, so that GET_USER is as good. Type
// arguments are left out: all instantiations are meant. A scope stands at the end, and
// without it all scopes are meant. BUNSUI_CACHE_MODE=off, without a name, is for all
// caches.
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

func (m *Manager) parseEnvironment(environ []string) (map[string]Settings, error) {
	said := make(map[string]Settings)
	from := make(map[string]string) // the variable that has given a setting
	var wrong []error
	for _, variable := range slices.Sorted(slices.Values(environ)) {
		name, value, _ := strings.Cut(variable, "=")
		rest, ours := strings.CutPrefix(name, environmentPrefix)
		if !ours {
			continue
		}
		cache, by, err := m.variable(rest)
		if err == nil {
			err = by.give(said, cache, value)
		}
		if err == nil {
			err = m.accepts(cache, said[cache])
		}
		if other := from[cache+" "+by.word]; err == nil && other != "" {
			err = fmt.Errorf("it means the same as %s", other)
		}
		if err != nil {
			wrong = append(wrong, &SettingError{Place: name, Value: value, Err: err})
		}
		from[cache+" "+by.word] = name
	}
	return said, errors.Join(wrong...)
}

// give adds a setting to what is said of a cache.
func (by setting) give(said map[string]Settings, cache, value string) error {
	s := said[cache]
	if err := by.read(&s, value); err != nil {
		return err
	}
	if err := s.check(); err != nil {
		return err
	}
	said[cache] = s
	return nil
}

// variable finds out what the rest of a variable's name is about.
func (m *Manager) variable(rest string) (cache string, by setting, err error) {
	if rest == "MODE" {
		return everyName, settingWords[len(settingWords)-1], nil
	}
	var found []setting
	for _, s := range settingWords {
		name, ok := strings.CutSuffix(rest, "_"+s.word)
		if !ok {
			continue
		}
		// Errors of a reading that means less are of no interest: MISSING_TTL is no TTL of
		// a function …MISSING unless there is one.
		named, failed := m.named(name)
		if failed == nil {
			found = append(found, s)
			cache, by = named, s
		} else if err == nil || len(s.word) > len(by.word) {
			err, by = failed, s
		}
	}
	switch {
	case len(found) == 1:
		return cache, by, nil
	case len(found) > 1:
		return "", by, fmt.Errorf("it may be %s of one function or %s of another: give the whole name of the function", found[0].word, found[1].word)
	case err != nil:
		return "", by, err
	}
	return "", by, unknownSetting(rest)
}

// unknownSetting says that a variable ends with no setting.
func unknownSetting(rest string) error {
	var words, all []string
	for _, s := range settingWords {
		all = append(all, s.word)
		// As many words of the variable as the setting has.
		parts := strings.Split(rest, "_")
		n := min(strings.Count(s.word, "_")+1, len(parts))
		if end := strings.Join(parts[len(parts)-n:], "_"); nearest(end, []string{s.word}) != "" {
			words = append(words, s.word)
		}
	}
	suggestion := ""
	if len(words) > 0 {
		suggestion = fmt.Sprintf(" (did you mean %q?)", words[0])
	}
	return fmt.Errorf("it does not end with a setting%s: one of %s", suggestion, strings.Join(all, ", "))
}

// named returns the name that a part of a variable means.
func (m *Manager) named(part string) (string, error) {
	wanted := squeeze(part)
	if wanted == "" {
		return "", errors.New("it has no name: only MODE can be said of all caches")
	}
	return m.only(part, func(name string) bool {
		return slices.ContainsFunc(endings(name), func(end string) bool { return squeeze(end) == wanted })
	})
}

// only returns the one function, perhaps in a scope, for which means is true. Exact
// names go before those of others that they are the ends of.
func (m *Manager) only(said string, means func(name string) bool) (string, error) {
	var found []string
	for _, name := range m.names() {
		if typed, _ := unscoped(name); untyped(typed) == typed && means(name) {
			found = append(found, name)
		}
	}
	switch len(found) {
	case 0:
		return "", m.unknownPart(said)
	case 1:
		return found[0], nil
	default:
		return "", fmt.Errorf("%s may be any of %s: say more of its name", said, strings.Join(found, ", "))
	}
}

// unknownPart is the error for a part that no name has.
func (m *Manager) unknownPart(part string) error {
	best, of := len(part)/3+1, ""
	for _, name := range m.names() {
		for _, end := range endings(name) {
			if d := edits(squeeze(part), squeeze(end)); d < best {
				best, of = d, end
			}
		}
	}
	if of == "" {
		return fmt.Errorf("%w %q", ErrUnknownCache, part)
	}
	if strings.ToUpper(part) == part {
		of = spelled(of)
	}
	return fmt.Errorf("%w %q (did you mean %q?)", ErrUnknownCache, part, of)
}

// endings returns a name and what it ends with from each of its parts on.
func endings(name string) []string {
	all := []string{name}
	typed, _ := unscoped(name)
	for i := range len(typed) {
		if typed[i] == '/' || typed[i] == '.' {
			all = append(all, name[i+1:])
		}
	}
	return all
}

// spelled is a name as the environment has it.
func spelled(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(name))
}

// squeeze is spelled without the underscores, for comparing.
func squeeze(name string) string { return strings.ReplaceAll(spelled(name), "_", "") }

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
