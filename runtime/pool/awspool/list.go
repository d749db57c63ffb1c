package awspool

import (
	"slices"
	"sync"
	"weak"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// listed are all figures that are in use. It keeps none of them alive.
var listed struct {
	sync.Mutex
	figures []weak.Pointer[figures]
}

func enlist(f *figures) {
	listed.Lock()
	defer listed.Unlock()
	listed.figures = slices.DeleteFunc(listed.figures, func(w weak.Pointer[figures]) bool { return w.Value() == nil })
	listed.figures = append(listed.figures, weak.Make(f))
	f.delist = pool.Enlist(f)
}

func delist(f *figures) {
	listed.Lock()
	defer listed.Unlock()
	listed.figures = slices.DeleteFunc(listed.figures, func(w weak.Pointer[figures]) bool { return w.Value() == f })
	f.delist()
}

// List returns the figures of all transports that are not closed, and of all pools of
// clients, in the order in which they were made. One that nothing else refers to any more
// is missing sooner or later, as is a pool of clients that was closed.
//
// The same are in pool.Foreigners, and so in the reports of package monitor: those called
// "s3" as "s3 connections". The requests that wait are also in pool.Pools, where the pool
// of places of a transport called "s3" is called "s3 requests": its resources are not
// connections.
func List() []Stats {
	listed.Lock()
	var present []*figures
	for _, w := range listed.figures {
		if f := w.Value(); f != nil {
			present = append(present, f)
		}
	}
	listed.Unlock()
	all := make([]Stats, len(present))
	for i, f := range present {
		all[i] = f.stats()
	}
	return all
}
