package copier

import (
	"go/types"

	"github.com/dave/jennifer/jen"
)

// An expr spells a variable, a field or an element. Each use needs code of its
// own.
type expr func() *jen.Statement

func variable(name string) expr { return func() *jen.Statement { return jen.Id(name) } }

func (x expr) dot(field string) expr {
	return func() *jen.Statement { return x().Dot(field) }
}

func (x expr) at(index string) expr {
	return func() *jen.Statement { return x().Index(jen.Id(index)) }
}

func (x expr) set(to jen.Code) jen.Code { return x().Op("=").Add(to) }

// expression spells a copy of value, or returns nil if that takes statements.
func (b body) expression(n *node, value *jen.Statement) *jen.Statement {
	switch {
	case n.kind == plainKind:
		return value
	case n.kind == slicesClone:
		return b.Std("slices", "Clone").Call(value)
	case n.kind == mapsClone:
		return b.Std("maps", "Clone").Call(value)
	case n.copyFunc != "":
		return b.call(n.copyFunc, n, value)
	}
	return nil
}

// unshare spells the statements that make x, which holds what another variable
// does, a copy of it.
func (b body) unshare(n *node, x expr) []jen.Code {
	if n.kind == plainKind {
		return nil
	}
	if copied := b.expression(n, x()); copied != nil {
		return []jen.Code{x.set(copied)}
	}
	switch n.kind {
	case methodKind:
		return b.byMethod(n, x)
	case bigKind:
		return b.byBig(n, x)
	case pointerKind:
		return b.namelessPointer(n, x)
	case sliceKind:
		return []jen.Code{x.set(b.Std("slices", "Clone").Call(x())), b.elements(n, x)}
	case arrayKind:
		return []jen.Code{b.elements(n, x)}
	case mapKind:
		return b.namelessMap(n, x)
	}
	if n.fixFunc != "" {
		return []jen.Code{b.call(n.fixFunc, n, jen.Op("&").Add(x()))}
	}
	return b.fieldsOf(n, x)
}

func (b body) fieldsOf(n *node, x expr) []jen.Code {
	var statements []jen.Code
	for _, f := range n.fields {
		statements = append(statements, b.unshare(f.node, x.dot(f.name))...)
	}
	return statements
}

// pointee declares p as a copy of what x points to.
func (b body) pointee(n *node, x expr, p string) []jen.Code {
	if copied := b.expression(n.elem, jen.Op("*").Add(x())); copied != nil {
		return []jen.Code{jen.Id(p).Op(":=").Add(copied)}
	}
	return append([]jen.Code{jen.Id(p).Op(":=").Op("*").Add(x())}, b.unshare(n.elem, variable(p))...)
}

// elements goes through the elements of a slice or an array.
func (b body) elements(n *node, x expr) jen.Code {
	b = b.inner()
	i := b.local("i")
	return jen.For(jen.Id(i).Op(":=").Range().Add(x())).Block(b.unshare(n.elem, x.at(i))...)
}

// entries puts copies of the entries of one map into another one.
func (b body) entries(n *node, from expr, to string) jen.Code {
	b = b.inner()
	key, value := b.local("key"), b.local("value")
	var block []jen.Code
	if copied := b.expression(n.elem, jen.Id(value)); copied != nil {
		block = []jen.Code{variable(to).at(key).set(copied)}
	} else {
		block = append(b.unshare(n.elem, variable(value)), variable(to).at(key).set(jen.Id(value)))
	}
	return jen.For(jen.List(jen.Id(key), jen.Id(value)).Op(":=").Range().Add(from())).Block(block...)
}

// namelessPointer copies a pointer to what nothing can name.
func (b body) namelessPointer(n *node, x expr) []jen.Code {
	// if x != nil { p := *x; p.Tags = slices.Clone(p.Tags); x = &p }
	b = b.inner()
	p := b.local("p")
	block := append(b.pointee(n, x, p), x.set(jen.Op("&").Id(p)))
	return []jen.Code{jen.If(b.is(x(), "!=")).Block(block...)}
}

// namelessMap copies a map whose type nothing can name, so that no such map can be
// made but from another one. Where keys may not be equal to themselves, they would
// stand there twice.
func (b body) namelessMap(n *node, x expr) []jen.Code {
	// if x != nil { m := maps.Clone(x); for key, value := range x { …; m[key] = value }; x = m }
	b = b.inner()
	m := b.local("m")
	block := []jen.Code{jen.Id(m).Op(":=").Add(b.Std("maps", "Clone")).Call(x())}
	if mayBeNaN(n.key) {
		block = append(block, b.Ident("clear").Call(jen.Id(m)))
	}
	block = append(block, b.entries(n, x, m), x.set(jen.Id(m)))
	return []jen.Code{jen.If(b.is(x(), "!=")).Block(block...)}
}

// mayBeNaN tells whether a key may not be equal to itself.
func mayBeNaN(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsFloat|types.IsComplex) != 0
	case *types.Interface: // a type parameter as well
		return true
	case *types.Array:
		return mayBeNaN(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if mayBeNaN(f.Type()) {
				return true
			}
		}
	}
	return false
}

// byMethod calls the type's own method, but not for nil.
func (b body) byMethod(n *node, x expr) []jen.Code {
	b = b.inner()
	made := x().Dot(n.method.name).Call()
	statements := []jen.Code{x.set(made)}
	switch n.method.result {
	case pointer:
		statements = []jen.Code{x.set(jen.Op("*").Add(made))}
	case pointee:
		p := b.local("p")
		statements = []jen.Code{jen.Id(p).Op(":=").Add(made), x.set(jen.Op("&").Id(p))}
	}
	if !hasNil(n.typ) {
		return statements
	}
	return []jen.Code{jen.If(b.is(x(), "!=")).Block(statements...)}
}

func hasNil(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return false
	}
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature, *types.Interface:
		return true
	}
	return false
}

// byBig copies a number of package math/big, or a pointer to one.
func (b body) byBig(n *node, x expr) []jen.Code {
	ptr, isPointer := types.Unalias(n.typ).(*types.Pointer)
	if !isPointer {
		// x = *new(big.Int).Set(&x)
		return []jen.Code{x.set(jen.Op("*").Add(b.number(nameOf(n.typ).name)).Dot(n.big).Call(jen.Op("&").Add(x())))}
	}
	// if x != nil { x = new(big.Int).Set(x) }
	fresh := b.number(nameOf(ptr.Elem()).name).Dot(n.big).Call(x())
	return []jen.Code{jen.If(b.is(x(), "!=")).Block(x.set(fresh))}
}

func (b body) number(kind string) *jen.Statement {
	return b.Ident("new").Call(b.Std("math/big", kind))
}
