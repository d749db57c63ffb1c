package pool

import (
	"slices"
	"sync"
	"weak"

	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
)

// listed are all pools that are in use and not closed. It keeps none of them alive.
var listed struct {
	sync.Mutex
	cores []weak.Pointer[core]
	// clean is how long the list may become before those that are gone are removed.
	clean int
}

func enlist(c *core) {
	listed.Lock()
	defer listed.Unlock()
	if len(listed.cores) >= listed.clean {
		listed.cores = slices.DeleteFunc(listed.cores, func(w weak.Pointer[core]) bool { return w.Value() == nil })
		listed.clean = max(16, 2*len(listed.cores))
	}
	listed.cores = append(listed.cores, weak.Make(c))
	if eventlog.On() { // which may be news since the gate was made
		c.show()
	}
}

func delist(c *core) {
	listed.Lock()
	defer listed.Unlock()
	listed.cores = slices.DeleteFunc(listed.cores, func(w weak.Pointer[core]) bool { return w.Value() == c })
}

// Pools returns all pools of the process that are not closed, with a name or without, in
// the order in which they were made. A pool that nothing else refers to any more is
// missing sooner or later. It is not for the initialisation of packages.
func Pools() []AnyPool {
	var all []AnyPool
	for _, c := range cores() {
		all = append(all, c)
	}
	return all
}

func cores() (all []*core) {
	listed.Lock()
	defer listed.Unlock()
	for _, w := range listed.cores {
		if c := w.Value(); c != nil {
			all = append(all, c)
		}
	}
	return all
}
