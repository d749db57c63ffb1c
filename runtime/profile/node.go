package profile

import (
	"context"
	"sync"
	"sync/atomic"
)

const (
	// maxChildren is how many functions a place in the call tree tells apart.
	maxChildren = 64

	// maxNodes is how many places the tree has. Beyond it, and beyond
	// maxChildren, there are only places for all the rest.
	maxNodes = 4096

	// otherCalls is the name of the calls for which the tree had no room.
	otherCalls = "(other calls)"
)

// A node is a place in the call tree: a function, called by the functions above it.
// A function stands on the way from the top to a node once at most: if it calls
// itself, by way of others too, the inner call is counted where the outer one
// stands, and what it calls where it would be without the inner call.
type node struct {
	probe  *Probe // nil where otherCalls are counted
	parent *node  // nil at the top
	places atomic.Pointer[[]*place]
	other  atomic.Pointer[node]

	outer cells // calls not within another one counted here; at the top, they are not counted but calculated
	inner cells
}

// A place is what becomes of the calls that a function gets from some node. It never
// changes.
type place struct {
	probe *Probe
	cells *cells // which count them; nil at the top
	at    *node  // whose children the calls within them are
	extra *extra // of one call, to which the place then belongs
	plain bool   // nothing but cells count the call
	inner bool   // at is the caller's node as well
}

// trees guards the growth of the call tree.
var trees struct {
	mu    sync.Mutex
	nodes atomic.Int64
}

// first is place where p is the first that the caller has called, or nil. It stands for
// itself because the compiler can put it where it is called.
func (p *Probe) first(ctx context.Context) *place {
	if w, ok := ctx.(*within); ok {
		if list := w.at.places.Load(); list != nil && (*list)[0].probe == p {
			return (*list)[0]
		}
	}
	return nil
}

// place finds the place of a call in the tree.
func (p *Probe) place(ctx context.Context) *place {
	var parent *node
	if w, ok := ctx.(*within); ok {
		parent = w.at
	} else {
		parent, _ = ctx.Value(withinKey).(*node)
	}
	if parent == nil {
		if top := p.root.Load(); top != nil {
			return top
		}
		return p.top()
	}
	if list := parent.places.Load(); list != nil {
		for _, known := range *list {
			if known.probe == p {
				return known
			}
		}
	}
	return parent.child(p)
}

// add counts a call, also among those that the tree has no room for, if it is one.
func (at *place) add(s *stripe, elapsed int64, untimed bool) {
	at.cells.own().add(elapsed, untimed)
	if at.at.probe != nil {
		return
	}
	if s.beyond.Load() == nil {
		s.beyond.CompareAndSwap(nil, new(cell))
	}
	s.beyond.Load().add(elapsed, untimed)
}

// top makes the place of calls without a measured caller.
func (p *Probe) top() *place {
	for {
		p.root.CompareAndSwap(nil, &place{probe: p, at: &node{probe: p}})
		if top := p.root.Load(); top != nil { // Reset may have taken it away again
			return top
		}
	}
}

// child makes the place of p's calls.
func (n *node) child(p *Probe) *place {
	if n.probe == nil { // and so is all that these call
		return &place{probe: p, cells: &n.inner, at: n, inner: true}
	}
	for a := n; a != nil; a = a.parent {
		if a.probe == p {
			return n.adopt(p, &place{probe: p, cells: &a.inner, at: n, plain: true, inner: true})
		}
	}
	return n.adopt(p, nil)
}

// adopt lists made as the place of p's calls, or a new node if it is nil. Where there
// is no room it returns the place for others.
func (n *node) adopt(p *Probe, made *place) *place {
	trees.mu.Lock()
	defer trees.mu.Unlock()
	var list []*place
	if old := n.places.Load(); old != nil {
		list = *old
	}
	for _, known := range list {
		if known.probe == p {
			return known // of another goroutine
		}
	}
	full := len(list) >= maxChildren
	switch {
	case made != nil && full:
		return made
	case made == nil && (full || trees.nodes.Load() >= maxNodes):
		if n.other.Load() == nil {
			n.other.Store(&node{parent: n})
		}
		other := n.other.Load()
		return &place{probe: p, cells: &other.outer, at: other}
	case made == nil:
		trees.nodes.Add(1)
		child := &node{probe: p, parent: n}
		made = &place{probe: p, cells: &child.outer, at: child, plain: true}
	}
	grown := append(list[:len(list):len(list)], made)
	n.places.Store(&grown)
	return made
}
