package copier

import (
	"maps"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A writer emits the functions of one plan.
type writer struct{ file *emit.File }

// A body is a function while it is written, or a block of it.
type body struct {
	*emit.Func
	// v is the parameter.
	v string
	// locals are the names of variables, by what they are for and how many blocks
	// around theirs have one for the same. Blocks beside each other share them.
	locals map[place]string
	around map[string]int
}

type place struct {
	want  string
	above int
}

// local names a variable of the block.
func (b body) local(want string) string {
	at := place{want, b.around[want]}
	b.around[want]++
	if b.locals[at] == "" {
		b.locals[at] = b.Local(want)
	}
	return b.locals[at]
}

// inner is a block in b.
func (b body) inner() body {
	b.around = maps.Clone(b.around)
	return b
}

func (b body) is(x jen.Code, op string) *jen.Statement { return jen.Add(x).Op(op).Add(b.Ident("nil")) }

func (w writer) function(fn function) emit.Code {
	return w.file.Func(&model.Func{TypeParams: typeParams(fn.node.typ)}, func(f *emit.Func) jen.Code {
		b := body{Func: f, locals: make(map[place]string), around: make(map[string]int)}
		b.v = b.Local("v")
		switch fn.kind {
		case copyFunction:
			return b.copyFunc(fn.node)
		case fixFunction:
			return b.fixFunc(fn.node)
		default:
			return b.valueFunc(fn.node)
		}
	})
}

func (b body) typeParamList(n *node) jen.Code {
	return b.TypeParamList(&model.Func{TypeParams: typeParams(n.typ)})
}

// call calls a function of ours. Type parameters follow from the argument, if it
// mentions them all.
func (b body) call(name string, n *node, arg jen.Code) *jen.Statement {
	called := b.Ident(name)
	if params := typeParams(n.typ); len(params) > len(mentioned(n.typ)) {
		args := make([]jen.Code, len(params))
		for i, p := range params {
			args[i] = b.Type(p.Type)
		}
		called.Types(args...)
	}
	return called.Call(arg)
}

// copyFunc writes the function that copies a pointer, slice or map:
//
//	func copyUser(v *User) *User { … }
func (b body) copyFunc(n *node) jen.Code {
	about := n.copyFunc + " copies " + b.v + " with all that it holds."
	if n.kind == pointerKind && n.elem.plain() {
		about = n.copyFunc + " copies what " + b.v + " points to."
	}
	return jen.Add(emit.Comment(about), jen.Line(),
		jen.Func().Id(n.copyFunc).Add(b.typeParamList(n)).Params(jen.Id(b.v).Add(b.Type(n.typ))).Add(b.Type(n.typ)).
			Block(b.copyBody(n)...))
}

func (b body) copyBody(n *node) []jen.Code {
	c := b.local("c")
	noNil := jen.If(b.is(jen.Id(b.v), "==")).Block(jen.Return(b.Ident("nil")))
	switch n.kind {
	case pointerKind:
		// c := *v; c.Tags = slices.Clone(c.Tags); return &c
		return append([]jen.Code{noNil}, append(b.pointee(n, variable(b.v), c), jen.Return(jen.Op("&").Id(c)))...)
	case sliceKind:
		// c := slices.Clone(v); for i := range c { … }; return c
		return []jen.Code{
			jen.Id(c).Op(":=").Add(b.Std("slices", "Clone")).Call(jen.Id(b.v)),
			b.elements(n, variable(c)), jen.Return(jen.Id(c)),
		}
	default:
		// c := make(map[int64]Order, len(v)); for key, value := range v { …; c[key] = value }; return c
		made := b.Ident("make").Call(b.Type(n.typ), b.Ident("len").Call(jen.Id(b.v)))
		return []jen.Code{noNil, jen.Id(c).Op(":=").Add(made), b.entries(n, variable(b.v), c), jen.Return(jen.Id(c))}
	}
}

// fixFunc writes the function that makes a struct a copy after an assignment:
//
//	func unshareOrder(v *Order) { … }
func (b body) fixFunc(n *node) jen.Code {
	about := n.fixFunc + " copies all that " + b.v + " refers to, in its place."
	return jen.Add(emit.Comment(about), jen.Line(),
		jen.Func().Id(n.fixFunc).Add(b.typeParamList(n)).Params(jen.Id(b.v).Op("*").Add(b.Type(n.typ))).
			Block(b.fieldsOf(n, variable(b.v))...))
}

// valueFunc writes the function that copies any value:
//
//	func copyUserValue(v User) User { …; return v }
func (b body) valueFunc(n *node) jen.Code {
	about := n.valueFunc + " copies " + b.v + " with all that it holds."
	return jen.Add(emit.Comment(about), jen.Line(),
		jen.Func().Id(n.valueFunc).Add(b.typeParamList(n)).Params(jen.Id(b.v).Add(b.Type(n.typ))).Add(b.Type(n.typ)).
			Block(append(b.unshare(n, variable(b.v)), jen.Return(jen.Id(b.v)))...))
}
