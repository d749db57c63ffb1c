package cached

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
)

func write(f *emit.File, layer decorator.Layer, p *plan) decorator.Code {
	e := &emitter{plan: p, file: f, next: layer.Names.Next}
	code := decorator.Code{
		State: e.state(),
		Func:  f.Layer(p.fn, layer.Names, layer.Doc, e.wrapper),
	}
	if p.several != "" {
		code.Support = append(code.Support, e.severalFunc())
	}
	code.Support = append(code.Support, e.handleType())
	if p.names.key != "" {
		code.Support = append(code.Support, e.keyType(), e.hashMethod())
	}
	if p.names.value != "" {
		code.Support = append(code.Support, e.valueType())
	}
	if p.names.late != "" {
		code.Support = append(code.Support, e.lateType())
	}
	if p.names.policy != "" {
		code.Support = append(code.Support, e.policyType())
	}
	if p.names.hash != "" {
		code.Support = append(code.Support, e.hashFunc())
	}
	if p.names.weigh != "" {
		code.Support = append(code.Support, e.weigher())
	}
	if p.needsKeyMethod() {
		code.Support = append(code.Support, e.keyMethod())
	}
	code.Support = append(code.Support,
		e.invalidate(), e.invalidateAll(), e.refresh(), e.peek(), e.put(), e.inspect(), e.warm(), e.all(), e.stats(), e.name())
	if p.share.leaves {
		code.Support = append(code.Support, e.saveTo(), e.loadFrom())
	}
	code.Support = append(code.Support, e.codecs()...)
	code.Support = append(code.Support, e.copyFuncs()...)
	return code
}

// An emitter writes the declarations of one cached function.
type emitter struct {
	*plan
	file *emit.File
	// next is the function that a load calls.
	next string
}

// needsKeyMethod tells whether making the key takes more than naming an
// argument.
func (p *plan) needsKeyMethod() bool {
	if len(p.key.parts) == 0 {
		return false
	}
	only := p.key.parts[0]
	return len(p.key.parts) > 1 || only.how != nil || only.vary != nil || only.fn != nil
}

// keyTypeOf spells K.
func (e *emitter) keyTypeOf(w *emit.Func) *jen.Statement {
	switch {
	case len(e.key.parts) == 0:
		return jen.Struct()
	case e.names.key != "":
		return w.Ident(e.names.key).Add(w.TypeArgList(e.fn))
	default:
		return typeOf(w, e.key.parts[0].typ, e.key.parts[0].how)
	}
}

// valueTypeOf spells V.
func (e *emitter) valueTypeOf(w *emit.Func) *jen.Statement {
	if e.names.value != "" {
		return w.Ident(e.names.value).Add(w.TypeArgList(e.fn))
	}
	return w.Type(e.fn.Results[0].Type)
}

// handleTypeOf spells the handle's type.
func (e *emitter) handleTypeOf(w *emit.Func) *jen.Statement {
	return w.Ident(e.names.handleType).Add(w.TypeArgList(e.fn))
}

// arguments are the names of a function's receiver and arguments.
type arguments struct {
	ctx  string
	recv emit.Var
	// args are all arguments after the context; those that a handle's method does
	// not take have no name.
	args []emit.Var
	// failure is the variable for an error.
	failure string
}

// at spells a path.
func (a arguments) at(p path) *jen.Statement {
	s := a.recv.ID()
	if p.param >= 0 {
		s = a.args[p.param].ID()
	}
	for _, field := range p.fields {
		s.Dot(field)
	}
	return s
}

// names lists the identifiers that calling the function needs.
func (a arguments) names() []string {
	names := []string{a.ctx}
	for _, arg := range append([]emit.Var{a.recv}, a.args...) {
		root, _, _ := strings.Cut(arg.Name, ".")
		names = append(names, root)
	}
	return names
}

// keyValue makes K, or with vary= K and an error. handle is what the key method
// belongs to.
func (e *emitter) keyValue(a arguments, handle func() *jen.Statement) *jen.Statement {
	if len(e.key.parts) == 0 {
		return jen.Struct().Values()
	}
	if !e.needsKeyMethod() {
		return a.at(*e.key.parts[0].path)
	}
	return handle().Dot("key").Call(e.keyArgs(a)...)
}

// keyArgs are the arguments of the key method.
func (e *emitter) keyArgs(a arguments) []jen.Code {
	var codes []jen.Code
	if e.keyNeedsContext() {
		codes = append(codes, jen.Id(a.ctx))
	}
	if e.keyReadsReceiver() {
		codes = append(codes, a.recv.ID())
	}
	for _, i := range e.key.params {
		codes = append(codes, a.args[i].Pass())
	}
	return codes
}

func (e *emitter) keyNeedsContext() bool {
	for _, part := range e.key.parts {
		if part.vary != nil || part.fn != nil && part.fn.ctx {
			return true
		}
	}
	return false
}

func (e *emitter) keyReadsReceiver() bool {
	for _, part := range e.key.parts {
		if part.path != nil && part.path.param < 0 || part.fn != nil && part.fn.receiver {
			return true
		}
	}
	return false
}

// guard is true where a pointer on the way to a part of the key is nil, or nil if
// there is none.
func (e *emitter) guard(w *emit.Func, a arguments) *jen.Statement {
	if len(e.key.guards) == 0 {
		return nil
	}
	s := jen.Null()
	for i, at := range e.key.guards {
		if i > 0 {
			s.Op("||")
		}
		s.Add(a.at(at)).Op("==").Add(w.Ident("nil"))
	}
	return s
}

// call calls the function behind the cache. ctx is ignored where it takes none.
func (e *emitter) call(w *emit.Func, a arguments, ctx jen.Code) *jen.Statement {
	var codes []jen.Code
	if e.fn.HasContext() {
		codes = append(codes, ctx)
	}
	for _, arg := range a.args {
		codes = append(codes, arg.Pass())
	}
	return w.FuncRef(e.fn, a.recv, e.next).Call(codes...)
}
