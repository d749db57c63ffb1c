package copier

import (
	"fmt"
	"go/types"
	"slices"

	"github.com/bunsui/bunsui-go/generator/model"
)

// A node is how values of one type are copied.
type node struct {
	typ  types.Type
	kind kind
	// elem is what a pointer, slice, array or map holds.
	elem *node
	// key is the type of a map's keys.
	key types.Type
	// fields are those of a struct that an assignment does not copy.
	fields []field
	// method is the one that copies, of a methodKind, and big that of package
	// math/big.
	method *method
	big    string
	// hint names a struct that has no name, and own is the path of the package whose
	// types are named without it.
	hint, own string
	// nameable tells that functions may have the type in their signature.
	nameable bool
	// open tells that the node is being made, so that a type that meets it again
	// holds itself.
	open bool

	// copyFunc copies a pointer, slice or map, fixFunc makes an assigned struct a
	// copy, and valueFunc copies any value. They are empty if nothing needs them.
	copyFunc, fixFunc, valueFunc string
}

type kind int

const (
	plainKind   kind = iota // assignment copies
	slicesClone             // a slice of plain elements
	mapsClone               // a map of plain elements
	methodKind
	bigKind
	pointerKind
	sliceKind
	mapKind
	arrayKind
	structKind
)

type field struct {
	name string
	node *node
}

func (n *node) plain() bool { return n.kind == plainKind }

// parts are the nodes that values of n hold directly.
func (n *node) parts() []*node {
	var parts []*node
	if n.elem != nil {
		parts = append(parts, n.elem)
	}
	for _, f := range n.fields {
		parts = append(parts, f.node)
	}
	return parts
}

// A builder makes the nodes of one plan.
type builder struct {
	own      string
	nodes    map[string][]*node
	problems []Problem
}

func newBuilder(s *Set) *builder {
	b := &builder{own: s.own, nodes: make(map[string][]*node, len(s.nodes))}
	for id, nodes := range s.nodes {
		b.nodes[id] = slices.Clone(nodes)
	}
	return b
}

const (
	adviceFunc   = "name a function that copies the result with copy=fn"
	adviceMethod = "give the type a method Clone or DeepCopy that returns a copy, or " + adviceFunc
)

func (b *builder) report(path, why, advice string) {
	b.problems = append(b.problems, Problem{Path: path, Why: why, Advice: advice})
}

// node finds or makes the node for t. path leads to it, and hint names it if
// nothing else does.
func (b *builder) node(t types.Type, path, hint string) *node {
	id := types.TypeString(types.Unalias(t), (*types.Package).Path)
	nameable := nameable(t, b.own)
	for _, n := range b.nodes[id] {
		if !types.Identical(n.typ, t) {
			continue
		}
		if n.open {
			b.report(path, fmt.Sprintf("is a %s again: a value may hold itself, and its copy would never end", model.RootPath(t)), adviceMethod)
		}
		if nameable && !n.nameable { // by an alias
			n.typ, n.nameable = t, true
		}
		return n
	}
	n := &node{typ: t, hint: hint, own: b.own, nameable: nameable, open: true}
	b.nodes[id] = append(b.nodes[id], n)
	b.fill(n, path)
	n.open = false
	return n
}

// fill decides how values of n are copied: by what is known of the type, by its
// own methods, or part by part.
func (b *builder) fill(n *node, path string) {
	switch known, big := wellKnown(n.typ); {
	case big != "":
		n.kind, n.big = bigKind, big
		return
	case known:
		return
	}
	if m := copyMethod(n.typ); m != nil {
		n.kind, n.method = methodKind, m
		b.reportLocks(n.typ, path)
		return
	}
	if lock := lockName(n.typ); lock != "" {
		b.report(path, lock, adviceMethod)
		return
	}
	b.compose(n, path)
}

// reportLocks refuses a value with a lock in it, which would be assigned before
// its method is called.
func (b *builder) reportLocks(t types.Type, path string) {
	if at, lock := findLock(t); lock != "" {
		b.report(path+at, lock, adviceFunc)
	}
}

// compose makes the nodes of what a value holds, or reports why it cannot be
// copied.
func (b *builder) compose(n *node, path string) {
	if tp, ok := types.Unalias(n.typ).(*types.TypeParam); ok {
		if !isPlain(tp) {
			b.report(path, "is a type parameter, of which each call may make something else", adviceFunc)
		}
		return
	}
	switch u := n.typ.Underlying().(type) {
	case *types.Pointer:
		n.kind, n.elem = pointerKind, b.node(u.Elem(), path, n.hint)
	case *types.Slice:
		n.elem = b.node(u.Elem(), path+"[]", n.hint)
		n.kind = orClone(n.elem, sliceKind, slicesClone)
	case *types.Array:
		b.array(n, u, path)
	case *types.Map:
		b.mapNode(n, u, path)
	case *types.Struct:
		b.structNode(n, u, path)
	case *types.Interface:
		b.report(path, "is an interface without a method Clone or DeepCopy that returns it, so that nothing is known of what it holds", adviceMethod)
	case *types.Chan:
		b.report(path, "is a channel", adviceMethod)
	case *types.Signature:
		b.report(path, "is a function", adviceMethod)
	case *types.Basic:
		if !isPlain(u) {
			b.report(path, unfit(n.typ, u), adviceMethod)
		}
	}
}

func unfit(t types.Type, basic *types.Basic) string {
	if basic.Kind() == types.UnsafePointer {
		return "is an unsafe.Pointer"
	}
	return model.NotValid(t)
}

// orClone prefers a clone of the standard library's where the elements are plain.
func orClone(elem *node, deep, clone kind) kind {
	if elem.plain() {
		return clone
	}
	return deep
}

// array takes an array of no elements for what it is, whatever these are.
func (b *builder) array(n *node, t *types.Array, path string) {
	if t.Len() == 0 {
		b.reportLocks(t, path)
		return
	}
	n.elem = b.node(t.Elem(), path+"[]", n.hint)
	n.kind = orClone(n.elem, arrayKind, plainKind)
}

func (b *builder) mapNode(n *node, t *types.Map, path string) {
	if why := badKey(t.Key()); why != "" {
		b.report(path, "is a map whose keys hold "+why, adviceMethod)
		return
	}
	n.key = t.Key()
	n.elem = b.node(t.Elem(), path+"[]", n.hint+"Elem")
	n.kind = orClone(n.elem, mapKind, mapsClone)
}

// badKey tells what in a key must not be copied, or nothing. What a key refers to
// is kept as it is.
func badKey(t types.Type) string {
	switch u := t.Underlying().(type) {
	case *types.Chan:
		return "a channel"
	case *types.Basic:
		if u.Kind() == types.UnsafePointer {
			return "an unsafe.Pointer"
		}
	case *types.Array:
		return badKey(u.Elem())
	case *types.Struct:
		if lockName(t) != "" {
			return "a lock"
		}
		for f := range u.Fields() {
			if why := badKey(f.Type()); why != "" {
				return why
			}
		}
	}
	return ""
}
