package cache

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// ErrUnknownManager is wrapped by the error of Named for a name that no manager has.
var ErrUnknownManager = errors.New("unknown cache manager")

// defaultName is what Default is registered as.
const defaultName = "default"

// managers are those that have a name in this process.
var managers = struct {
	sync.Mutex
	byName map[string]*Manager
}{byName: map[string]*Manager{defaultName: standard}}

// Register makes a manager known by a name, until it is closed, so that it is found
// where it cannot be handed on, as by an administrator's command. It panics if the name
// is empty or another manager has it, and if m is closed. A manager may have several
// names. Default is registered as "default", also after it was closed.
func Register(name string, m *Manager) {
	managers.Lock()
	defer managers.Unlock()
	other := managers.byName[name]
	switch {
	case name == "":
		panic("cache: the name of a manager is empty")
	case other != nil && !other.same(m):
		panic("cache: there is another manager called " + name)
	case other != nil:
		return
	}
	if !m.root.atClose(func() { unregister(name, m) }) {
		panic("cache: the manager that is to be called " + name + " is closed")
	}
	managers.byName[name] = m
}

// same reports whether two managers are one, or the same scope of one.
func (m *Manager) same(other *Manager) bool { return m.root == other.root && m.scope == other.scope }

func unregister(name string, m *Manager) {
	managers.Lock()
	defer managers.Unlock()
	if managers.byName[name] == m && name != defaultName {
		delete(managers.byName, name)
	}
}

// unregisterAll takes the names of a scope away, and of those in it.
func (m *Manager) unregisterAll() {
	managers.Lock()
	defer managers.Unlock()
	maps.DeleteFunc(managers.byName, func(_ string, other *Manager) bool {
		return other.root == m.root && within(other.scope, m.scope)
	})
}

// Named returns the manager that was registered by a name. The error wraps
// ErrUnknownManager if there is none, or none any more, and names the likeliest one.
func Named(name string) (*Manager, error) {
	managers.Lock()
	defer managers.Unlock()
	if m := managers.byName[name]; m != nil {
		return m, nil
	}
	return nil, fmt.Errorf("%w %q%s", ErrUnknownManager, name, meant(name, slices.Sorted(maps.Keys(managers.byName))))
}

// Managers returns the names of all managers that have one, sorted, "default" among
// them.
func Managers() []string {
	managers.Lock()
	defer managers.Unlock()
	return slices.Sorted(maps.Keys(managers.byName))
}
