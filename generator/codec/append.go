package codec

import (
	"fmt"
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/emit"
)

// byAddress tells whether the node's append function takes a pointer.
func (n *node) byAddress() bool {
	switch n.typ.Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}

// failing tells whether appending a value can end in an error.
func (n *node) failing() bool { return n.fails }

// appendCall spells the call that appends x. It has an error too if n is failing.
func (l *locals) appendCall(n *node, x expr, encoder string) *jen.Statement {
	if n.how == nil {
		var args []jen.Code
		if n.cycles {
			args = append(args, jen.Op(encoder))
		}
		arg := x.value()
		if n.byAddress() {
			arg = x.addr()
		}
		return l.Ident(n.appendFunc).Call(append(args, jen.Id(l.b), arg)...)
	}
	return l.codec(n.how.write).Call(jen.Id(l.b), n.how.argument(x, x.value))
}

// argument passes x to a function of the runtime's.
func (how *leaf) argument(x expr, usual func() *jen.Statement) jen.Code {
	switch how.by {
	case byPointer:
		return x.addr()
	case bySlice:
		return x.slice()
	default:
		return usual()
	}
}

// write spells the statement that appends x.
func (l *locals) write(n *node, x expr) jen.Code {
	call := l.appendCall(n, x, l.state)
	if n.failing() {
		return l.orElse(call)
	}
	return jen.Id(l.b).Op("=").Add(call)
}

// appendFunc writes the function that appends a value of n's type:
//
//	func appendUser(b []byte, v *User) []byte { … }
func (w writer) appendFunc(n *node) jen.Code {
	return w.function("e", func(l *locals) jen.Code {
		var params []jen.Code
		if n.cycles {
			params = append(params, jen.Id(l.state).Op("*").Add(l.codec("Encoder")))
		}
		typ := l.Type(n.typ)
		if n.byAddress() {
			typ = jen.Op("*").Add(typ)
		}
		params = append(params, jen.Id(l.b).Add(l.bytes()), jen.Id(l.v).Add(typ))
		results := l.bytes()
		if n.failing() {
			results = jen.Params(l.bytes(), l.Ident("error"))
		}
		about := fmt.Sprintf("%s writes %s.", n.appendFunc, n.describe())
		return jen.Add(emit.Comment(about), jen.Line(),
			jen.Func().Id(n.appendFunc).Params(params...).Add(results).Block(l.appendBody(n)...))
	})
}

// describe tells what the functions of n do, for their comments.
func (n *node) describe() string {
	switch n.typ.Underlying().(type) {
	case *types.Struct:
		return "the fields by their names"
	case *types.Pointer:
		if n.wraps() {
			return "nil, or an array of the one value"
		}
		return "nil, or the value"
	case *types.Array:
		return "the elements"
	case *types.Map:
		return "nil, or the keys with their values, in any order"
	default:
		return "nil, or the elements"
	}
}

func (l *locals) appendBody(n *node) []jen.Code {
	var body []jen.Code
	switch t := n.typ.Underlying().(type) {
	case *types.Pointer:
		body = l.appendNil(n)
		if n.recursive {
			body = append(body, l.enter(n, "EnterPointer")...)
		}
		if n.wraps() {
			body = append(body, jen.Id(l.b).Op("=").Add(l.codec("AppendArrayHeader")).Call(jen.Id(l.b), jen.Lit(1)))
		}
		if !n.recursive { // then the pointer fails as what it points to
			return append(body, jen.Return(l.appendCall(n.elem, pointee(l.v), l.state)))
		}
		return append(body, l.finish(n, l.write(n.elem, pointee(l.v)), "LeavePointer")...)
	case *types.Slice:
		body = append(l.appendNil(n), l.enter(n, "EnterSlice")...)
		return append(body, l.appendElements(n, l.Ident("len").Call(jen.Id(l.v)), "LeaveSlice")...)
	case *types.Array:
		return append(l.declareErr(n), l.appendElements(n, jen.Lit(int(t.Len())), "")...)
	case *types.Map:
		body = append(l.appendNil(n), l.enter(n, "EnterMap")...)
		return append(body, l.appendEntries(n)...)
	default:
		return l.appendFields(n)
	}
}

// declareErr declares the error that a failing function returns.
func (l *locals) declareErr(n *node) []jen.Code {
	if !n.failing() {
		return nil
	}
	return []jen.Code{jen.Var().Id(l.err).Add(l.Ident("error"))}
}

// appendNil writes nil as what it is.
func (l *locals) appendNil(n *node) []jen.Code {
	results := []jen.Code{l.codec("AppendNil").Call(jen.Id(l.b))}
	if n.failing() {
		results = append(results, l.Ident("nil"))
	}
	return []jen.Code{jen.If(jen.Id(l.v).Op("==").Add(l.Ident("nil"))).Block(jen.Return(results...))}
}

// enter goes a level deeper if the type is recursive, and declares the error.
func (l *locals) enter(n *node, how string) []jen.Code {
	if !n.recursive {
		return l.declareErr(n)
	}
	return []jen.Code{
		jen.Id(l.err).Op(":=").Add(l.levelCall(how, jen.Id(l.b), jen.Id(l.v))),
		jen.If(l.failed()).Block(l.leave()),
	}
}

// levelCall calls a function of the Encoder that counts levels. Those for
// pointers and slices have a type parameter, so that they are not methods.
func (l *locals) levelCall(how string, b, v jen.Code) jen.Code {
	var args []jen.Code
	if b != nil {
		args = append(args, b)
	}
	if how == "EnterMap" || how == "LeaveMap" {
		return jen.Id(l.state).Dot(how).Call(args...)
	}
	return l.codec(how).Call(append(append([]jen.Code{jen.Id(l.state)}, args...), v)...)
}

// finish goes back up after the statement that wrote what the value holds, and
// returns.
func (l *locals) finish(n *node, written jen.Code, leave string) []jen.Code {
	body := []jen.Code{written}
	if n.recursive && leave != "" {
		body = append(body, l.levelCall(leave, nil, jen.Id(l.v)))
	}
	if n.failing() {
		return append(body, jen.Return(jen.Id(l.b), l.Ident("nil")))
	}
	return append(body, jen.Return(jen.Id(l.b)))
}

func (l *locals) appendElements(n *node, length jen.Code, leave string) []jen.Code {
	i := l.Local("i")
	elem := variable(func() *jen.Statement { return jen.Id(l.v).Index(jen.Id(i)) })
	header := jen.Id(l.b).Op("=").Add(l.codec("AppendArrayHeader")).Call(jen.Id(l.b), length)
	loop := jen.For(jen.Id(i).Op(":=").Range().Id(l.v)).Block(l.write(n.elem, elem))
	return append([]jen.Code{header}, l.finish(n, loop, leave)...)
}

func (l *locals) appendEntries(n *node) []jen.Code {
	key, value := l.Local("key"), l.Local("value")
	header := jen.Id(l.b).Op("=").Add(l.codec("AppendMapHeader")).Call(jen.Id(l.b), l.Ident("len").Call(jen.Id(l.v)))
	loop := jen.For(jen.List(jen.Id(key), jen.Id(value)).Op(":=").Range().Id(l.v)).Block(
		l.write(n.key, variable(name(key))), l.write(n.elem, variable(name(value))))
	return append([]jen.Code{header}, l.finish(n, loop, "LeaveMap")...)
}

func (l *locals) appendFields(n *node) []jen.Code {
	body := l.declareErr(n)
	body = append(body, jen.Id(l.b).Op("=").Add(l.codec("AppendMapHeader")).Call(jen.Id(l.b), jen.Lit(len(n.fields))))
	for _, f := range n.fields {
		x := variable(func() *jen.Statement { return jen.Id(l.v).Dot(f.name) })
		header := jen.Id(l.b).Op("=").Add(l.Ident("append")).Call(jen.Id(l.b), jen.Add(quoteHeader(f.wire)).Op("..."))
		body = append(body, header, l.write(f.node, x))
	}
	if n.failing() {
		return append(body, jen.Return(jen.Id(l.b), l.Ident("nil")))
	}
	return append(body, jen.Return(jen.Id(l.b)))
}
