package cache

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Configure changes the settings of the caches called name, those that are yet
// to be made included. It applies at once, to what is already kept too: ages
// are judged by the new settings, and what is over MaxEntries is evicted before
// Configure returns. It returns an error, and changes nothing, if a setting is
// out of range or does not go together with the others that would be in force, or,
// wrapping ErrUnknownCache, if there never was such a cache.
//
// The name of a generic function means all of its instantiations, and that of any
// function also its caches in scopes; a name with type arguments or with a scope means
// those, and goes before. "*" means all caches, and only a mode can be said of them. What
// is in force is found anew at each change, the last of these that says something: the
// options of the cache, Configure, ReadEnvironment, WatchSwitches, Switch.
func (m *Manager) Configure(name string, s Settings) error {
	if err := s.check(); err != nil {
		return fmt.Errorf("cache: configure %s: %w", name, err)
	}
	name = m.qualify(name)
	err := m.accepts(name, s)
	if errors.Is(err, ErrUnknownCache) {
		return err
	}
	if err == nil {
		err = m.agrees(configured, name, s, func(o *overrides) { o.set(configured, name, o[configured][name].over(s)) })
	}
	if err != nil {
		return fmt.Errorf("cache: configure %w", err)
	}
	m.merge(configured, name, s)
	m.root.log().Info("cache configured", "cache", name, "settings", s)
	return nil
}

// accepts returns an error if no cache has the name, which must be qualified, or one
// that has it could not obey s.
func (m *Manager) accepts(name string, s Settings) error {
	rest, scope := unscoped(name)
	if rest == everyName {
		return m.acceptsAll(name, scope, s)
	}
	_, own := m.root.find(name)
	concerned := m.concerned(name)
	if !own && len(concerned) == 0 && !slices.Contains(m.names(), name) {
		return m.unknown(name)
	}
	if m.plainFunction(rest) {
		if err := refuseRich(s); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, e := range concerned {
		if err := e.refuse(s); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// acceptsAll is accepts for all caches, or for all of a scope.
func (m *Manager) acceptsAll(name, scope string, s Settings) error {
	known := scope == m.scope || slices.ContainsFunc(m.root.names(), func(n string) bool {
		_, of := unscoped(n)
		return within(of, scope)
	})
	if !known {
		return m.unknown(name)
	}
	if s.Mode = 0; s != (Settings{}) {
		return fmt.Errorf("%s: only the mode can be said of all caches: name a function", name)
	}
	return nil
}

// plainFunction reports whether a generic function is known to have plain caches, when
// it has any.
func (m *Manager) plainFunction(name string) bool {
	is := func(of *Manager) bool {
		of.mu.Lock()
		defer of.mu.Unlock()
		return of.functions[name]
	}
	return is(m.root) || m.root.stands && is(Default())
}

// concerned returns the caches that a name means, those of Default that the manager
// stands in for among them.
func (m *Manager) concerned(name string) []*Entry {
	all := m.root.Caches()
	if m.root.stands {
		for _, e := range Default().Caches() {
			if !slices.ContainsFunc(all, func(own *Entry) bool { return own.name == e.name }) {
				all = append(all, e)
			}
		}
	}
	return slices.DeleteFunc(all, func(e *Entry) bool { return !slices.Contains(exactness(e.name), name) })
}

// agrees returns an error if s, which a layer is to say of a name, does not go together
// with what would be in force after the change.
func (m *Manager) agrees(l layer, name string, s Settings, change func(*overrides)) error {
	concerned := m.concerned(name)
	would := make([]Settings, len(concerned))
	r := m.root
	r.mu.Lock()
	next := r.said
	next[l] = maps.Clone(next[l])
	change(&next)
	for i, e := range concerned {
		would[i] = next.of(e.name)
	}
	r.mu.Unlock()
	for i, e := range concerned {
		if err := e.agrees(s, would[i]); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	return nil
}

// refuse returns an error for settings that none of the caches could obey.
func (e *Entry) refuse(s Settings) error {
	if e.rich.Load() {
		return nil
	}
	return refuseRich(s)
}

// refuseRich returns an error for settings that plain caches cannot obey.
func refuseRich(s Settings) error {
	for _, d := range s.durations()[firstFresh:] {
		if *d.at > 0 {
			return fmt.Errorf("%s is only for caches that were made with Refresh, Early, Stale, ErrorsTTL, MissingTTL, Policy, Shared, Codec or Tags", d.name)
		}
	}
	return nil
}

// agrees returns an error if one of the settings s cannot be beside the others, when said
// lies over the options.
func (e *Entry) agrees(s, said Settings) error {
	base, known := e.options()
	all := base.over(said)
	switch {
	case (s.Refresh != 0 || s.TTL != 0) && all.TTL > 0 && all.Refresh > 0 && all.Refresh != Forever && all.Refresh >= all.TTL:
		return fmt.Errorf("Refresh would be %v, and the TTL %v: Refresh must be shorter, or never", all.Refresh, all.TTL)
	case (s.SoftTimeout != 0 || s.Stale != 0) && all.softly() && all.Stale <= 0 && known:
		return fmt.Errorf("SoftTimeout would be %v without Stale: there is nothing to return while the load goes on", all.SoftTimeout)
	case s.MissingTTL > 0 && e.declared.rich != nil && e.declared.rich.missing == nil:
		return errors.New("MissingTTL needs a Policy that tells which errors mean absence")
	}
	return nil
}

// softly reports whether there is a bound for callers with an old result.
func (s *Settings) softly() bool { return s.SoftTimeout > 0 && s.SoftTimeout != Forever }

// options returns the settings that one of the caches asks for, and whether all of them
// are known: those that Late gives are, once it is in use.
func (e *Entry) options() (Settings, bool) {
	for _, c := range e.tally.members() {
		if s := c.state.Load(); s != nil {
			return *s.base, true
		}
	}
	return e.declared.settings, e.declared.late == nil
}
