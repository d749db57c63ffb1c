package codec

import (
	"fmt"
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/emit"
)

// decodeCall spells the call that reads x.
func (l *locals) decodeCall(n *node, x expr, decoder jen.Code) jen.Code {
	return l.decodeFrom(l.b, n, x, decoder)
}

// decodeFrom is decodeCall for bytes under another name.
func (l *locals) decodeFrom(b string, n *node, x expr, decoder jen.Code) jen.Code {
	if n.how == nil {
		return l.Ident(n.decodeFunc).Call(decoder, jen.Id(b), x.addr())
	}
	return l.codec(n.how.read).Call(jen.Id(b), n.how.argument(x, x.addr))
}

// decodeFunc writes the function that reads a value of n's type:
//
//	func decodeUser(d *codec.Decoder, b []byte, v *User) ([]byte, error) { … }
func (w writer) decodeFunc(n *node) jen.Code {
	return w.function("d", func(l *locals) jen.Code {
		about := fmt.Sprintf("%s reads what %s has written.", n.decodeFunc, n.appendFunc)
		return jen.Add(emit.Comment(about), jen.Line(),
			jen.Func().Id(n.decodeFunc).Params(
				jen.Id(l.state).Op("*").Add(l.codec("Decoder")), jen.Id(l.b).Add(l.bytes()), jen.Id(l.v).Op("*").Add(l.Type(n.typ)),
			).Params(l.bytes(), l.Ident("error")).Block(l.decodeBody(n)...))
	})
}

func (l *locals) decodeBody(n *node) []jen.Code {
	switch t := n.typ.Underlying().(type) {
	case *types.Pointer:
		return l.decodePointer(n)
	case *types.Slice:
		return l.decodeSlice(n)
	case *types.Array:
		i := l.Local("i")
		elem := variable(func() *jen.Statement { return jen.Id(l.v).Index(jen.Id(i)) })
		return []jen.Code{
			l.begin(l.codec("ReadArray").Call(jen.Id(l.b), jen.Lit(int(t.Len())))),
			l.elements(i, jen.Lit(int(t.Len())), l.assign(l.decodeCall(n.elem, elem, jen.Id(l.state)))),
			l.leave(),
		}
	case *types.Map:
		return l.decodeMap(n)
	default:
		return l.decodeFields(n)
	}
}

// begin spells "b, err := call".
func (l *locals) begin(call jen.Code) jen.Code {
	return jen.List(jen.Id(l.b), jen.Id(l.err)).Op(":=").Add(call)
}

// elements repeats a statement that sets the error until there is one.
func (l *locals) elements(i string, length, statement jen.Code) jen.Code {
	return jen.For(
		jen.Id(i).Op(":=").Lit(0),
		jen.Id(l.err).Op("==").Add(l.Ident("nil")).Op("&&").Id(i).Op("<").Add(length),
		jen.Id(i).Op("++"),
	).Block(statement)
}

// down and up count the levels of a recursive type.
func (l *locals) down(n *node) []jen.Code {
	if !n.recursive {
		return nil
	}
	return []jen.Code{jen.If(jen.Id(l.err).Op(":=").Id(l.state).Dot("Enter").Call(), l.failed()).Block(l.leave())}
}

func (l *locals) up(n *node) []jen.Code {
	if !n.recursive {
		return nil
	}
	return []jen.Code{jen.Id(l.state).Dot("Leave").Call()}
}

func (l *locals) decodePointer(n *node) []jen.Code {
	body := []jen.Code{
		l.begin(l.codec("ReadPointer").Call(jen.Id(l.state), jen.Id(l.b), jen.Id(l.v))),
		jen.If(jen.Op("*").Id(l.v).Op("==").Add(l.Ident("nil"))).Block(l.leave()),
	}
	body = append(body, l.down(n)...)
	if n.wraps() {
		body = append(body, l.orElse(l.codec("ReadArray").Call(jen.Id(l.b), jen.Lit(1))))
	}
	call := l.decodeCall(n.elem, innerPointee(l.v), jen.Id(l.state))
	if !n.recursive {
		return append(body, jen.Return(call))
	}
	return append(append(append(body, l.assign(call)), l.up(n)...), l.leave())
}

func (l *locals) decodeSlice(n *node) []jen.Code {
	i := l.Local("i")
	elem := variable(func() *jen.Statement { return jen.Parens(jen.Op("*").Id(l.v)).Index(jen.Id(i)) })
	body := append(l.down(n), l.begin(l.codec("ReadSlice").Call(jen.Id(l.state), jen.Id(l.b), jen.Id(l.v))),
		l.elements(i, l.Ident("len").Call(jen.Op("*").Id(l.v)), l.assign(l.decodeCall(n.elem, elem, jen.Id(l.state)))))
	return append(append(body, l.up(n)...), l.leave())
}

func (l *locals) decodeMap(n *node) []jen.Code {
	count, key, value := l.Local("n"), l.Local("key"), l.Local("value")
	loop := jen.For(jen.Empty(), jen.Id(l.err).Op("==").Add(l.Ident("nil")).Op("&&").Id(count).Op(">").Lit(0), jen.Id(count).Op("--")).Block(
		jen.Var().Id(key).Add(l.Type(n.key.typ)),
		jen.Var().Id(value).Add(l.Type(n.elem.typ)),
		l.orElse(l.decodeCall(n.key, variable(name(key)), jen.Id(l.state))),
		l.orElse(l.decodeCall(n.elem, variable(name(value)), jen.Id(l.state))),
		jen.Parens(jen.Op("*").Id(l.v)).Index(jen.Id(key)).Op("=").Id(value),
	)
	body := append(l.down(n),
		jen.List(jen.Id(count), jen.Id(l.b), jen.Id(l.err)).Op(":=").Add(l.codec("ReadMap")).Call(jen.Id(l.state), jen.Id(l.b), jen.Id(l.v)), loop)
	return append(append(body, l.up(n)...), l.leave())
}

// decodeFields begins with a zero value, so that fields that are not in the bytes
// are zero, and nothing is left of a field that stands twice.
func (l *locals) decodeFields(n *node) []jen.Code {
	count, field, rest := l.Local("n"), l.Local("name"), l.Local("rest")
	var cases []jen.Code
	for _, f := range n.fields {
		x := variable(func() *jen.Statement { return jen.Id(l.v).Dot(f.name) })
		cases = append(cases, jen.Case(jen.Lit(f.wire)).Block(l.assign(l.decodeFrom(rest, f.node, x, jen.Id(l.state)))))
	}
	cases = append(cases, jen.Default().Block(l.assign(l.codec("Skip").Call(jen.Id(rest)))))
	return []jen.Code{
		jen.Op("*").Id(l.v).Op("=").Add(l.Type(n.typ)).Values(),
		jen.List(jen.Id(count), jen.Id(l.b), jen.Id(l.err)).Op(":=").Add(l.codec("ReadFields")).Call(jen.Id(l.b)),
		jen.If(l.failed()).Block(l.leave()),
		jen.For(jen.Range().Id(count)).Block(
			jen.List(jen.Id(field), jen.Id(rest), jen.Id(l.err)).Op(":=").Add(l.codec("ReadName")).Call(jen.Id(l.b)),
			jen.If(l.failed()).Block(l.leave()),
			jen.Switch(l.Ident("string").Call(jen.Id(field))).Block(cases...),
			jen.If(l.failed()).Block(jen.Return(jen.Id(l.b), l.codec("Within").Call(jen.Id(l.err), jen.Id(field)))),
		),
		jen.Return(jen.Id(l.b), l.Ident("nil")),
	}
}
