package cache

import (
	"cmp"
	"fmt"
)

// Configure is Manager.Configure for the default manager.
func Configure(name string, s Settings) error { return Default().Configure(name, s) }

// Switch is Manager.Switch for the default manager.
func Switch(name string, mode Mode) error { return Default().Switch(name, mode) }

// SwitchAll is Manager.SwitchAll for the default manager.
func SwitchAll(mode Mode) error { return Default().SwitchAll(mode) }

// Switch sets the mode of the caches called name over everything else that says
// something about it, at once, and logs what it was. Usual takes the switch away again.
// The name may begin at any part of a function's name, such as getUser, store.getUser or
// Users.GetUser, as long as it means one function. The error wraps ErrUnknownCache if
// there is none, and nothing changes if there is an error.
//
// A mode that is switched for one function goes before one that is switched for all.
func (m *Manager) Switch(name string, mode Mode) error {
	if err := (Settings{Mode: mode}).check(); err != nil {
		return fmt.Errorf("cache: switch %s: %w", name, err)
	}
	found, err := m.whole(name)
	if err != nil {
		return fmt.Errorf("cache: switch %s: %w", name, err)
	}
	m.switching("cache switched", func() { m.put(switched, found, Settings{Mode: mode}) })
	return nil
}

// SwitchAll is Switch for all caches of the manager, those that are yet to be made
// included. The error is not nil only if there is no such mode.
func (m *Manager) SwitchAll(mode Mode) error {
	if err := (Settings{Mode: mode}).check(); err != nil {
		return fmt.Errorf("cache: switch all: %w", err)
	}
	name := everyName
	if m.scope != "" {
		name += "@" + m.scope
	}
	m.switching("cache switched", func() { m.put(switched, name, Settings{Mode: mode}) })
	return nil
}

// whole returns the name that is meant by itself or one of its endings.
func (m *Manager) whole(said string) (string, error) {
	q := m.qualify(said)
	if m.accepts(q, Settings{}) == nil {
		return q, nil
	}
	return byEnding(q, m.names())
}

// switching logs the modes that f changes.
func (m *Manager) switching(message string, f func()) {
	before := m.modes()
	f()
	for name, now := range m.modes() {
		if was, ok := before[name]; ok && was != now {
			m.root.log().Info(message, "cache", name, "from", was.String(), "to", now.String())
		}
	}
}

// modes are those in force, by name: of caches, and of functions that have none yet.
func (m *Manager) modes() map[string]Mode {
	all := make(map[string]Mode)
	for _, name := range m.unmade() {
		all[name] = On
	}
	r := m.root
	r.mu.Lock()
	for name := range all {
		all[name] = cmp.Or(r.said.of(name).Mode, On)
	}
	r.mu.Unlock()
	for _, e := range m.Caches() {
		all[e.name] = e.Settings().Mode
	}
	return all
}

// unmade lists the names of generic functions that have no cache yet.
func (m *Manager) unmade() (names []string) {
	made := make(map[string]bool)
	for _, e := range m.Caches() {
		typed, _ := unscoped(e.name)
		made[untyped(typed)] = true
	}
	list := func(of *Manager) {
		of.mu.Lock()
		defer of.mu.Unlock()
		for name := range of.functions {
			if !made[name] {
				names = append(names, m.qualify(name))
			}
		}
	}
	list(m.root)
	if m.root.stands {
		list(Default())
	}
	return names
}
