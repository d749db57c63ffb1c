package copier

import (
	"fmt"
	"go/types"
)

// structNode plans the fields of a struct. An embedded struct is a field with the
// name of its type.
func (b *builder) structNode(n *node, t *types.Struct, path string) {
	if b.structFields(n, t, path) && len(n.fields) > 0 {
		n.kind = structKind
	}
}

// structFields plans the fields of t, which is the struct of n itself, or one that
// it embeds and whose own name is out of reach. It tells whether all went well as
// far as it can tell.
func (b *builder) structFields(n *node, t *types.Struct, path string) bool {
	for v := range t.Fields() {
		at := path + "." + v.Name()
		if v.Name() == "_" { // nobody can reach what it holds
			b.reportLocks(v.Type(), at)
			continue
		}
		if b.reaches(n, v) {
			if child := b.node(v.Type(), at, n.hintFor(v.Name())); !child.plain() {
				n.fields = append(n.fields, field{name: v.Name(), node: child})
			}
			continue
		}
		if !b.hidden(n, v, at) {
			return false // the type has its secrets: one is enough
		}
	}
	return true
}

// reaches tells whether code of this package can select v in a value of n.
func (b *builder) reaches(n *node, v *types.Var) bool {
	if !v.Exported() && v.Pkg().Path() != b.own {
		return false
	}
	found, _, indirect := types.LookupFieldOrMethod(n.typ, true, v.Pkg(), v.Name())
	return found == v && !indirect
}

// hidden deals with a field out of reach. Assignment must copy it, or else its
// parts must be in reach, as the exported fields of an embedded struct are.
func (b *builder) hidden(n *node, v *types.Var, at string) bool {
	if path, lock := findLock(v.Type()); lock != "" {
		b.report(at+path, lock, adviceMethod)
		return false
	}
	if isPlain(v.Type()) {
		return true
	}
	if inner, ok := v.Type().Underlying().(*types.Struct); ok && v.Embedded() {
		return b.structFields(n, inner, at)
	}
	if v.Exported() || v.Pkg().Path() == b.own {
		b.report(at, "is hidden by another field or method of its name", adviceFunc)
		return false
	}
	b.report(at, fmt.Sprintf("is an unexported field of package %s, and what it refers to would be shared", v.Pkg().Path()), adviceMethod)
	return false
}
