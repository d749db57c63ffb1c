package profile

import (
	"cmp"
	"slices"
	"time"
)

// A Node is a place in the call tree: a function or region, called by those above it.
// A function that calls itself, by way of others too, stands once on the way from the
// top: what an inner call calls stands where it would if the inner call were not there.
type Node struct {
	// Name is that of the function or region, or "(other calls)": the tree has at
	// most 4,096 places, and a place at most 64 functions below it, and what was
	// called beyond that is counted together, with all that it called.
	Name string

	// Calls is the number of calls that have ended, without Recursive, which is
	// that of calls within another call that is counted here.
	Calls, Recursive uint64

	// Timed is how many of Calls were timed: all, unless the function is sampled.
	Timed uint64

	// Total is what Calls took, from beginning to end, and Self what is left of it
	// without the Totals of Children. Where Timed is less than Calls they are
	// estimates: the others count as if they had taken as long, on average. Where
	// children ran at the same time as each other, or outlived their caller, their
	// Totals come to more than what it took itself: Self is then 0 and Overlap the
	// difference.
	Total, Self, Overlap time.Duration

	// Children are what was called, by falling Total.
	Children []Node
}

// Tree returns the call tree of the process: at the top the functions and regions that
// were called by nothing measured, below each those that it called. A call learns of
// its caller through the context that its function got; a function without one stands
// at the top, and so does what was called while [DisableTree] held. Calls are in the
// tree when they end, so that a call under way has children in the tree before it is
// there itself. Recording goes on meanwhile.
func Tree() []Node {
	var r reading
	var nodes []Node
	for _, b := range branches() {
		if made, ok := b.node(&r); ok {
			nodes = append(nodes, made)
		}
	}
	sortNodes(nodes)
	return nodes
}

// A branch is what was read of a probe's place at the top, and below.
type branch struct {
	probe     *Probe
	below     *visit // nil if there is nothing
	elsewhere sum    // calls of the probe that are counted elsewhere in the tree
}

// branches reads all nodes, then what calls of each probe came to in them. The figures
// of the probes are read later, so that they include whatever was read here.
func branches() []branch {
	list := probes.all()
	elsewhere := make(map[*Probe]sum)
	all := make([]branch, len(list))
	for i, p := range list {
		all[i].probe = p
		for s := range p.stripes {
			if s := p.stripes[s].Load(); s != nil {
				if beyond := s.beyond.Load(); beyond != nil {
					elsewhere[p] = elsewhere[p].plus(beyond.read())
				}
			}
		}
		if top := p.root.Load(); top != nil {
			all[i].below = look(top.at, elsewhere)
		}
	}
	for i := range all {
		all[i].elsewhere = elsewhere[all[i].probe]
	}
	return all
}

// node is the probe's place at the top, unless nothing has been there.
func (b branch) node(r *reading) (Node, bool) {
	f := b.probe.stats(r)
	v := b.below
	if v == nil {
		v = new(visit)
	}
	v.name = f.Name
	v.outer = sum{f.Timed, f.Calls - f.Timed, uint64(f.Total)}.minus(b.elsewhere)
	n := v.node()
	return n, n.Calls > 0 || n.Recursive > 0 || len(n.Children) > 0
}

// A visit is what was read of a node.
type visit struct {
	name         string
	outer, inner sum
	children     []*visit
}

// look reads n and all below it, and adds to elsewhere what is not calculated.
func look(n *node, elsewhere map[*Probe]sum) *visit {
	v := &visit{name: otherCalls, inner: n.inner.read(), outer: n.outer.read()}
	if n.probe != nil {
		v.name = n.probe.name
		elsewhere[n.probe] = elsewhere[n.probe].plus(v.inner).plus(v.outer)
	}
	if list := n.places.Load(); list != nil {
		for _, k := range *list {
			if k.at != n { // not an inner call
				v.children = append(v.children, look(k.at, elsewhere))
			}
		}
	}
	if other := n.other.Load(); other != nil {
		v.children = append(v.children, look(other, elsewhere))
	}
	return v
}

func (v *visit) node() Node {
	n := Node{
		Name: v.name, Calls: v.outer.calls(), Recursive: v.inner.calls(), Timed: v.outer.timed,
		Total: v.outer.estimate(),
	}
	var below time.Duration
	for _, child := range v.children {
		c := child.node()
		if c.Calls == 0 && c.Recursive == 0 && len(c.Children) == 0 {
			continue
		}
		below += c.Total
		n.Children = append(n.Children, c)
	}
	n.Self, n.Overlap = max(n.Total-below, 0), max(below-n.Total, 0)
	sortNodes(n.Children)
	return n
}

func sortNodes(nodes []Node) {
	slices.SortFunc(nodes, func(a, b Node) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Name, b.Name))
	})
}
