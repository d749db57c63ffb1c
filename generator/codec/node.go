package codec

import (
	"go/types"

	"github.com/bunsui/bunsui-go/generator/model"
)

// A node is how values of one type are carried.
type node struct {
	typ types.Type
	// how are the runtime's functions for a value without parts that are ours to
	// carry. It is nil for the others, which have functions of their own.
	how *leaf
	// elem is what a pointer, slice, array or map holds, and key a map's key.
	elem, key *node
	// fields are a struct's.
	fields []field
	// hint names a struct that has no name, and own is the path of the package whose
	// types are named without it.
	hint, own string

	appendFunc, decodeFunc string
	// recursive tells that values of the type can contain others of it; cycles that
	// such a type is within reach, and fails that appending can end in an error.
	recursive, cycles, fails bool
}

type field struct {
	// name is the name in Go, wire the one in the bytes.
	name, wire string
	node       *node
}

// A leaf names the runtime's functions for a type.
type leaf struct {
	write, read string
	// kind stands for the type in the fingerprint.
	kind string
	// how the functions take the value.
	by passing
	// fails tells that writing can end in an error.
	fails bool
	// null tells that nil is one of the values.
	null bool
}

type passing int

const (
	byValue   passing = iota // x to write, &x to read
	byPointer                // &x for both
	bySlice                  // x[:] for both
)

// null tells whether values of the type may be written as nil.
func (n *node) null() bool {
	if n.how != nil {
		return n.how.null
	}
	switch n.typ.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map:
		return true
	}
	return false
}

// wraps tells a pointer to what may be nil itself: one that is not nil is written
// as an array of one element, so that the two can be told apart.
func (n *node) wraps() bool { return n.elem != nil && n.elem.null() && isPointer(n.typ) }

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// A builder makes the nodes of one plan.
type builder struct {
	set      *Set
	nodes    map[string]*node
	made     []*node
	problems []Problem
}

// node finds or makes the node for t. path leads to it, and hint names it if
// nothing else does.
func (b *builder) node(t types.Type, path, hint string) *node {
	id := types.TypeString(types.Unalias(t), (*types.Package).Path)
	if n, ok := b.nodes[id]; ok {
		return n
	}
	n := &node{typ: t, hint: hint, own: b.set.own}
	b.nodes[id] = n
	b.made = append(b.made, n)
	if why := unspellable(t, b.set.own); why != "" {
		b.report(path, why, adviceHidden)
		return n
	}
	if n.how = b.leaf(t); n.how == nil {
		b.compose(n, path)
	}
	return n
}

func (b *builder) report(path, why, advice string) {
	b.problems = append(b.problems, Problem{Path: path, Why: why, Advice: advice})
}

const (
	adviceSkip   = "leave the field out with the tag `msg:\"-\"`, give the type MarshalText and UnmarshalText, or name a codec of your own with codec="
	adviceHidden = "give the type that holds it MarshalText and UnmarshalText, or name a codec of your own with codec="
	adviceNone   = "name a codec of your own with codec="
)

// compose makes the nodes of what a value holds, or reports why it cannot be
// carried.
func (b *builder) compose(n *node, path string) {
	switch u := n.typ.Underlying().(type) {
	case *types.Pointer:
		n.elem = b.node(u.Elem(), path, n.hint)
	case *types.Slice:
		n.elem = b.node(u.Elem(), path+"[]", n.hint)
	case *types.Array:
		n.elem = b.node(u.Elem(), path+"[]", n.hint)
	case *types.Map:
		b.mapNode(n, u, path)
	case *types.Struct:
		b.structNode(n, u, path)
	case *types.Interface:
		b.report(path, "is an interface, so its bytes do not say which type to make of them", adviceSkip)
	case *types.Chan:
		b.report(path, "is a channel", adviceSkip)
	case *types.Signature:
		b.report(path, "is a function", adviceSkip)
	default:
		b.report(path, unfit(n.typ), adviceSkip)
	}
}

func unfit(t types.Type) string {
	if basic, ok := t.Underlying().(*types.Basic); ok && basic.Kind() == types.UnsafePointer {
		return "is an unsafe.Pointer"
	}
	return model.NotValid(t)
}

func (b *builder) mapNode(n *node, t *types.Map, path string) {
	if why := identity(t.Key()); why != "" {
		b.report(path, why, adviceSkip)
		return
	}
	n.key = b.node(t.Key(), path+" (key)", n.hint+"Key")
	n.elem = b.node(t.Elem(), path+"[]", n.hint)
}

// identity tells why another process has no equal of a key, or nothing.
func identity(t types.Type) string {
	switch u := t.Underlying().(type) {
	case *types.Pointer, *types.Chan:
		return "is a map whose keys hold a pointer or channel, and these are equal to nothing in another process"
	case *types.Array:
		return identity(u.Elem())
	case *types.Struct:
		if model.IsNamed(t, "time", "Time") {
			return "is a map whose keys hold a time.Time, which compares by more than its instant"
		}
		if hasOwnForm(t) {
			return ""
		}
		for f := range u.Fields() {
			if why := identity(f.Type()); why != "" {
				return why
			}
		}
	}
	return ""
}
