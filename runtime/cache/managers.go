package cache

import (
	"runtime"
	"slices"
	"sync"
	"weak"
)

// made are the managers that somebody refers to, in the order in which they were made.
var made struct {
	sync.Mutex
	managers []weak.Pointer[Manager]
}

// enlist makes a manager known to AllManagers for as long as somebody refers to it.
func (m *Manager) enlist() {
	ref := weak.Make(m)
	runtime.AddCleanup(m, managerGone, ref)
	made.Lock()
	defer made.Unlock()
	made.managers = append(made.managers, ref)
}

func managerGone(ref weak.Pointer[Manager]) {
	made.Lock()
	defer made.Unlock()
	made.managers = slices.DeleteFunc(made.managers, func(w weak.Pointer[Manager]) bool { return w == ref })
}

// AllManagers returns all managers of the process that somebody still refers to, with a
// name or without, closed ones too, in the order in which they were made; Default is the
// first. A scope is not listed: its caches are among those of its manager. It is for
// tools that show what there is.
func AllManagers() []*Manager {
	made.Lock()
	defer made.Unlock()
	all := make([]*Manager, 0, len(made.managers))
	for _, ref := range made.managers {
		if m := ref.Value(); m != nil {
			all = append(all, m)
		}
	}
	return all
}

// Names returns the names that the manager is registered by, sorted: see Register.
func (m *Manager) Names() (names []string) {
	managers.Lock()
	defer managers.Unlock()
	for name, other := range managers.byName {
		if other.same(m) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
