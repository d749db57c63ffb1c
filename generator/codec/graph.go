package codec

import (
	"crypto/sha256"
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// parts are the nodes that values of n hold directly.
func (n *node) parts() []*node {
	var parts []*node
	for _, part := range []*node{n.key, n.elem} {
		if part != nil {
			parts = append(parts, part)
		}
	}
	for _, f := range n.fields {
		parts = append(parts, f.node)
	}
	return parts
}

// reaches tells whether a value of n can hold a node of which found is true, not
// counting n itself.
func (n *node) reaches(found func(*node) bool) bool {
	seen := make(map[*node]bool)
	var visit func(*node) bool
	visit = func(at *node) bool {
		return slices.ContainsFunc(at.parts(), func(part *node) bool {
			if found(part) {
				return true
			}
			if seen[part] {
				return false
			}
			seen[part] = true
			return visit(part)
		})
	}
	return visit(n)
}

// analyse finds out about nodes what needs all of them to be known.
func analyse(nodes []*node) {
	for _, n := range nodes {
		n.recursive = n.reaches(func(part *node) bool { return part == n })
	}
	for _, n := range nodes {
		n.cycles = n.recursive || n.reaches(func(part *node) bool { return part.recursive })
		failing := func(part *node) bool { return part.how != nil && part.how.fails }
		n.fails = n.cycles || failing(n) || n.reaches(failing)
	}
}

// wireVersion changes when the same type is written in another way.
const wireVersion = "1"

// fingerprint sums up what the bytes of n mean.
func fingerprint(n *node) string {
	var text strings.Builder
	text.WriteString(wireVersion)
	shape(&text, n, make(map[*node]int))
	return fmt.Sprintf("%x", sha256.Sum256([]byte(text.String())))[:16]
}

// shape spells what the bytes of n mean. The order of fields does not count, nor
// do the names of types that are taken apart. A type that comes again stands as
// the number of where it came first.
func shape(text *strings.Builder, n *node, seen map[*node]int) {
	if n.how != nil {
		text.WriteString(n.how.kind)
		return
	}
	if first, again := seen[n]; again {
		fmt.Fprintf(text, "#%d", first)
		return
	}
	seen[n] = len(seen)
	switch t := n.typ.Underlying().(type) {
	case *types.Pointer:
		text.WriteString("*")
	case *types.Slice:
		text.WriteString("[]")
	case *types.Array:
		fmt.Fprintf(text, "[%d]", t.Len())
	case *types.Map:
		text.WriteString("map[")
		shape(text, n.key, seen)
		text.WriteString("]")
	case *types.Struct:
		shapeFields(text, n, seen)
		return
	}
	shape(text, n.elem, seen)
}

func shapeFields(text *strings.Builder, n *node, seen map[*node]int) {
	sorted := slices.Clone(n.fields)
	slices.SortFunc(sorted, func(a, b field) int { return strings.Compare(a.wire, b.wire) })
	text.WriteString("{")
	for _, f := range sorted {
		fmt.Fprintf(text, "%q:", f.wire)
		shape(text, f.node, seen)
		text.WriteString(";")
	}
	text.WriteString("}")
}
