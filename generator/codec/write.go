package codec

import (
	"fmt"
	"go/types"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

const runtime = "cache/codec"

// A writer emits the declarations of one plan.
type writer struct{ file *emit.File }

// An expr spells a value that has an address, the latter, and an array's elements.
// Each use needs code of its own.
type expr struct{ value, addr, slice func() *jen.Statement }

// variable is a variable, a field or an element.
func variable(spell func() *jen.Statement) expr {
	return expr{
		value: spell,
		addr:  func() *jen.Statement { return jen.Op("&").Add(spell()) },
		slice: func() *jen.Statement { return spell().Index(jen.Empty(), jen.Empty()) },
	}
}

// pointee is what a variable points to.
func pointee(pointer string) expr {
	return expr{
		value: func() *jen.Statement { return jen.Op("*").Id(pointer) },
		addr:  name(pointer),
		slice: func() *jen.Statement { return jen.Id(pointer).Index(jen.Empty(), jen.Empty()) },
	}
}

// innerPointee is what a pointer points to that a variable points to.
func innerPointee(pointer string) expr {
	return expr{
		value: func() *jen.Statement { return jen.Op("**").Id(pointer) },
		addr:  func() *jen.Statement { return jen.Op("*").Id(pointer) },
		slice: func() *jen.Statement {
			return jen.Parens(jen.Op("*").Id(pointer)).Index(jen.Empty(), jen.Empty())
		},
	}
}

func name(id string) func() *jen.Statement { return func() *jen.Statement { return jen.Id(id) } }

// locals are the names that all functions of a codec use.
type locals struct {
	*emit.Func
	// state is the encoder or decoder, b the bytes, v the value.
	state, b, v, err string
}

// function writes a declaration of its own scope.
func (w writer) function(state string, write func(l *locals) jen.Code) jen.Code {
	return w.file.Func(&model.Func{}, func(fn *emit.Func) jen.Code {
		l := &locals{Func: fn}
		l.state, l.b, l.v, l.err = fn.Local(state), fn.Local("b"), fn.Local("v"), fn.Local("err")
		return write(l)
	})
}

func (l *locals) codec(name string) *jen.Statement { return l.Runtime(runtime, name) }

func (l *locals) bytes() *jen.Statement { return jen.Index().Add(l.Ident("byte")) }

// assign spells "b, err = call", and orElse the error's way out.
func (l *locals) assign(call jen.Code) *jen.Statement {
	return jen.List(jen.Id(l.b), jen.Id(l.err)).Op("=").Add(call)
}

// orElse spells "if b, err = call; err != nil { return b, err }".
func (l *locals) orElse(call jen.Code) jen.Code {
	return jen.If(l.assign(call), l.failed()).Block(l.leave())
}

func (l *locals) failed() jen.Code { return jen.Id(l.err).Op("!=").Add(l.Ident("nil")) }

func (l *locals) leave() jen.Code { return jen.Return(jen.Id(l.b), jen.Id(l.err)) }

// codecType writes the type that a cache gets:
//
//	type getUserCodec struct{ codec.Limits }
//
//	func (c getUserCodec) Append(b []byte, v *User) ([]byte, error) { … }
func (w writer) codecType(p *Plan) jen.Code {
	declaration := w.function("c", func(l *locals) jen.Code {
		about := p.Type + " carries " + p.spell() + " between processes, as MessagePack. Limits bound one value."
		return jen.Add(emit.Comment(about), jen.Line(), jen.Type().Id(p.Type).Struct(l.codec("Limits")))
	})
	schema := w.function("c", func(l *locals) jen.Code {
		return jen.Add(emit.Comment("Schema changes whenever what the bytes mean does."), jen.Line(),
			jen.Func().Params(jen.Id(p.Type)).Id("Schema").Params().Add(l.Ident("string")).Block(jen.Return(jen.Lit(p.Schema))))
	})
	return jen.Add(declaration, jen.Line(), jen.Line(), w.appendMethod(p), jen.Line(), jen.Line(),
		w.decodeMethod(p), jen.Line(), jen.Line(), schema)
}

// spell writes the plan's type for a comment.
func (p *Plan) spell() string {
	return types.TypeString(p.value, func(pkg *types.Package) string {
		if pkg.Path() == p.root.own {
			return ""
		}
		return pkg.Name()
	})
}

func (w writer) appendMethod(p *Plan) jen.Code {
	return w.function("c", func(l *locals) jen.Code {
		e := l.Local("e")
		x := variable(name(l.v))
		body := []jen.Code{jen.Id(e).Op(":=").Add(l.codec("NewEncoder")).Call(jen.Id(l.b), jen.Id(l.state).Dot("Limits"))}
		if p.root.failing() {
			body = append(body, jen.List(jen.Id(l.b), jen.Id(l.err)).Op(":=").Add(l.appendCall(p.root, x, "&"+e)),
				jen.Return(jen.Id(e).Dot("End").Call(jen.Id(l.b), jen.Id(l.err))))
		} else {
			body = append(body, jen.Return(jen.Id(e).Dot("End").Call(l.appendCall(p.root, x, "&"+e), l.Ident("nil"))))
		}
		return jen.Add(emit.Comment("Append appends the bytes of v to b."), jen.Line(),
			jen.Func().Params(jen.Id(l.state).Id(p.Type)).Id("Append").
				Params(jen.Id(l.b).Add(l.bytes()), jen.Id(l.v).Add(l.Type(p.value))).
				Params(l.bytes(), l.Ident("error")).Block(body...))
	})
}

func (w writer) decodeMethod(p *Plan) jen.Code {
	return w.function("c", func(l *locals) jen.Code {
		d := l.Local("d")
		return jen.Add(emit.Comment("Decode reads what Append has written. After an error, v must not be used."), jen.Line(),
			jen.Func().Params(jen.Id(l.state).Id(p.Type)).Id("Decode").
				Params(jen.Id(l.b).Add(l.bytes())).
				Params(jen.Id(l.v).Add(l.Type(p.value)), jen.Id(l.err).Add(l.Ident("error"))).
				Block(
					jen.Id(d).Op(":=").Add(l.codec("NewDecoder")).Call(jen.Id(l.b), jen.Id(l.state).Dot("Limits")),
					l.assign(l.decodeCall(p.root, variable(name(l.v)), jen.Op("&").Id(d))),
					jen.Return(jen.Id(l.v), jen.Id(d).Dot("End").Call(jen.Id(l.b), jen.Id(l.err))),
				))
	})
}

// wireHeader is a field's name as it stands in the bytes, header included.
func wireHeader(name string) string {
	switch n := len(name); {
	case n < 1<<5:
		return string([]byte{0xa0 | byte(n)}) + name
	case n < 1<<8:
		return string([]byte{0xd9, byte(n)}) + name
	default:
		return string([]byte{0xda, byte(n >> 8), byte(n)}) + name
	}
}

// quoteHeader spells it in Go: the header as numbers, the name as it is.
func quoteHeader(wire string) jen.Code {
	header := wireHeader(wire)
	text := ""
	for _, c := range []byte(header[:len(header)-len(wire)]) {
		text += fmt.Sprintf(`\x%02x`, c)
	}
	return jen.Op(`"` + text + strconv.Quote(wire)[1:])
}
