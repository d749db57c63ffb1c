package pool

import (
	"slices"
	"sync"
	"weak"
)

// A Foreign is a set of resources that is managed by others and looks like a pool, such
// as the connections of an HTTP transport. Reports list it beside pools.
type Foreign interface {
	// Name may be empty.
	Name() string
	// Stats may have zeros for what is not known.
	Stats() Stats
}

// foreigners are those that are listed. It keeps none of them alive.
var foreigners struct {
	sync.Mutex
	all []*foreigner
}

type foreigner struct{ get func() Foreign }

// Enlist makes f known to Foreigners until it calls delist, or nothing else refers to f
// any more. delist may be called again.
func Enlist[T any, F interface {
	*T
	Foreign
}](f F) (delist func()) {
	ref := weak.Make((*T)(f))
	one := &foreigner{func() Foreign {
		if p := ref.Value(); p != nil {
			return F(p)
		}
		return nil
	}}
	foreigners.Lock()
	defer foreigners.Unlock()
	foreigners.all = append(slices.DeleteFunc(foreigners.all, func(o *foreigner) bool { return o.get() == nil }), one)
	return func() {
		foreigners.Lock()
		defer foreigners.Unlock()
		foreigners.all = slices.DeleteFunc(foreigners.all, func(o *foreigner) bool { return o == one })
	}
}

// Foreigners returns what Enlist was called with, in that order. It is not for the
// initialisation of packages.
func Foreigners() (present []Foreign) {
	foreigners.Lock()
	defer foreigners.Unlock()
	for _, o := range foreigners.all {
		if f := o.get(); f != nil {
			present = append(present, f)
		}
	}
	return present
}
