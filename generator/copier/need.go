package copier

import (
	"fmt"
	"go/types"
)

// A function is one that is declared.
type function struct {
	node *node
	kind functionKind
}

type functionKind int

const (
	copyFunction  functionKind = iota // func copyUser(v *User) *User
	fixFunction                       // func unshareUser(v *User)
	valueFunction                     // func copyUserValue(v User) User
)

// needs finds out which functions a plan needs that its set does not have, in the
// order in which they are met.
type needs struct {
	found []function
	// uses counts the places that make a struct a copy, and within tells that one of
	// them is another struct.
	uses   map[*node]int
	within map[*node]bool
	// inlined counts the fields that are copied where they stand.
	inlined int
}

// maxInlined bounds inlined, so that types without names that unfold again and
// again do not fill the file.
const maxInlined = 1000

// root finds what a value of n needs, for which an expression must do.
func (s *needs) root(n *node) {
	switch {
	case n.kind == plainKind, n.kind == slicesClone, n.kind == mapsClone, n.valueFunc != "":
	case n.hasCopyFunc():
		s.use(n, false)
	default:
		s.found = append(s.found, function{n, valueFunction})
		s.use(n, false)
	}
}

// hasCopyFunc tells nodes that are copied by a function of their own. Others are
// copied where they stand, because nothing can name them or because it is short.
func (n *node) hasCopyFunc() bool {
	switch n.kind {
	case pointerKind, sliceKind, mapKind:
		return n.nameable
	}
	return false
}

// use finds what a place needs that holds a value of n. inStruct tells that it is
// one of a struct's fields.
func (s *needs) use(n *node, inStruct bool) {
	switch {
	case n.hasCopyFunc():
		if n.copyFunc == "" && s.once(n) {
			s.found = append(s.found, function{n, copyFunction})
			s.use(n.elem, false)
		}
	case n.kind == structKind:
		if inStruct {
			s.within[n] = true
		}
		s.useStruct(n)
	case n.elem != nil:
		s.use(n.elem, inStruct)
	}
}

func (s *needs) useStruct(n *node) {
	if n.fixFunc != "" || !s.once(n) && n.nameable || s.inlined > maxInlined {
		return
	}
	if n.nameable {
		s.found = append(s.found, function{n, fixFunction})
	} else {
		s.inlined += len(n.fields)
	}
	for _, f := range n.fields {
		s.use(f.node, true)
	}
}

func (s *needs) once(n *node) bool {
	s.uses[n]++
	return s.uses[n] == 1
}

// worth tells whether a struct is made a copy by a function: if more than one
// place does, or one that has other things to do.
func (s *needs) worth(n *node) bool { return s.uses[n] > 1 || s.within[n] }

// name declares what is needed and worth it.
func (s *Set) name(needed needs) []function {
	var owned []function
	for _, fn := range needed.found {
		n := fn.node
		switch fn.kind {
		case copyFunction:
			n.copyFunc = s.pick("copy"+n.funcName(), fmt.Sprintf("the function that copies %s", n.typ))
		case valueFunction:
			n.valueFunc = s.pick("copy"+n.funcName(), fmt.Sprintf("the function that copies %s", n.typ))
		case fixFunction:
			if !needed.worth(n) {
				continue
			}
			n.fixFunc = s.pick("unshare"+n.name(), fmt.Sprintf("the function that completes copies of %s", n.typ))
		}
		owned = append(owned, fn)
	}
	return owned
}

// funcName is what a function for the node is named by: for a pointer what it
// points to, as people do, so that a value gives way.
func (n *node) funcName() string {
	ptr, isPointer := n.typ.(*types.Pointer)
	switch {
	case isPointer && !hasNil(ptr.Elem()):
		return nameFor(ptr.Elem(), n.hint, n.own)
	case !hasNil(n.typ):
		return n.name() + "Value"
	}
	return n.name()
}
