package emit

import (
	"slices"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/model"
)

// LayerNames places a layer in its chain.
type LayerNames struct {
	// Name is what the layer is called: the wrapper's name for the outermost.
	Name string
	// Next is the function that it calls: another layer or the user's own.
	Next string
}

// A Layer is the function that one decorator of a chain writes. It has the
// annotated function's signature and calls the next layer.
type Layer struct {
	*Func
	Fn *model.Func
	// Recv is the receiver; its name is empty for a function.
	Recv Var
	// Ctx is the leading context; its name is empty if there is none.
	Ctx Var
	// Args are the parameters after it.
	Args []Var
	// Results are all results. Their names are usable in the body only if
	// NamedResults is set.
	Results      []Var
	NamedResults bool
	names        LayerNames
}

// Layer emits the function of one layer. write returns its body.
func (f *File) Layer(fn *model.Func, names LayerNames, doc jen.Code, write func(*Layer) []jen.Code) jen.Code {
	return f.Func(fn, func(w *Func) jen.Code {
		l := newLayer(w, fn, names)
		body := write(l)
		return jen.Add(doc, jen.Line(), l.header()).Block(body...)
	})
}

func newLayer(w *Func, fn *model.Func, names LayerNames) *Layer {
	l := &Layer{Func: w, Fn: fn, names: names}
	// Names that the user chose come before names that we choose.
	blankCtx := fn.HasContext() && fn.Params[0].Name == ""
	if fn.HasContext() && !blankCtx {
		l.Ctx = w.Param(fn.Params[0], "")
	}
	l.Args = w.Params(fn.Args(), fn.Variadic)
	if blankCtx {
		l.Ctx = w.Param(fn.Params[0], "ctx")
	}
	l.Recv = w.Receiver(fn)
	l.NamedResults = len(fn.Results) > 0
	for _, r := range fn.Results {
		named := r.Name != "" && r.Name != "_"
		l.NamedResults = l.NamedResults && named
		v := Var{Type: r.Type}
		if named {
			v = w.Param(r, "")
		}
		l.Results = append(l.Results, v)
	}
	return l
}

// Receiver names the receiver of fn, or returns a Var without a name for a
// function.
func (w *Func) Receiver(fn *model.Func) Var {
	if fn.Recv == nil {
		return Var{}
	}
	return w.Param(model.Param{Name: fn.Recv.Name, Type: fn.Recv.Type}, "recv")
}

// Function emits a function beside the wrapper, with fn's receiver, type parameters and
// parameters. write returns its results, as they stand in its signature, and its body.
func (f *File) Function(fn *model.Func, name string, doc jen.Code, write func(*Layer) (results jen.Code, body []jen.Code)) jen.Code {
	return f.Func(fn, func(w *Func) jen.Code {
		l := newLayer(w, fn, LayerNames{Name: name})
		results, body := write(l)
		return jen.Add(doc, jen.Line(), l.head()).Add(results).Block(body...)
	})
}

// header spells the layer's func line.
func (l *Layer) header() *jen.Statement { return l.head().Add(l.resultList()) }

// head is the func line without its results.
func (l *Layer) head() *jen.Statement {
	s := jen.Func()
	if l.Fn.Recv != nil {
		s.Params(l.Decl(l.Recv))
	}
	s.Id(l.names.Name)
	if l.Fn.Recv == nil {
		s.Add(l.TypeParamList(l.Fn))
	}
	params := l.Args
	if l.Ctx.Name != "" {
		params = append([]Var{l.Ctx}, params...)
	}
	return s.Params(l.Decls(params)...)
}

func (l *Layer) resultList() jen.Code {
	named := false
	for _, r := range l.Results {
		named = named || r.Name != ""
	}
	if len(l.Results) == 1 && !named {
		return l.Decl(l.Results[0])
	}
	if len(l.Results) == 0 {
		return jen.Null()
	}
	results := slices.Clone(l.Results)
	for i, r := range results {
		if named && r.Name == "" {
			results[i].Name = "_"
		}
	}
	return jen.Params(l.Decls(results)...)
}

// TypeParamList spells the type parameters of fn, or of its receiver's type, with
// their constraints, or nothing where there are none.
func (w *Func) TypeParamList(fn *model.Func) jen.Code {
	params := fn.AllTypeParams()
	if len(params) == 0 {
		return jen.Null()
	}
	codes := make([]jen.Code, len(params))
	for i, p := range params {
		codes[i] = jen.Id(w.typeParams[p.Type]).Add(w.outerType(p.Type.Constraint()))
	}
	return jen.Types(codes...)
}

// TypeArgList spells the type parameters of fn, or of its receiver's type, as
// arguments, or nothing where there are none.
func (w *Func) TypeArgList(fn *model.Func) jen.Code {
	params := fn.AllTypeParams()
	if len(params) == 0 {
		return jen.Null()
	}
	codes := make([]jen.Code, len(params))
	for i, p := range params {
		codes[i] = jen.Id(w.typeParams[p.Type])
	}
	return jen.Types(codes...)
}

// Context gives the context that reached the layer, or context.Background().
func (l *Layer) Context() *jen.Statement {
	if l.Ctx.Name != "" {
		return l.Ctx.ID()
	}
	return l.Std("context", "Background").Call()
}

// IgnoresContext reports whether nothing below the layer can use the context: the next is
// the annotated function itself, which does not name it.
func (l *Layer) IgnoresContext() bool {
	return l.Fn.HasContext() && l.Fn.Params[0].Name == "" && l.names.Next == l.Fn.Name && !l.Fn.Implements()
}

// NextFunc refers to the next layer as a value.
func (l *Layer) NextFunc() *jen.Statement { return l.FuncRef(l.Fn, l.Recv, l.names.Next) }

// FuncRef refers to a function called name that has fn's receiver and type
// parameters.
func (w *Func) FuncRef(fn *model.Func, recv Var, name string) *jen.Statement {
	if fn.Recv != nil {
		return recv.ID().Dot(name)
	}
	return w.Ident(name).Add(w.TypeArgList(fn))
}

// CallNext calls the next layer with the layer's own arguments. ctx is ignored
// where the function takes none.
func (l *Layer) CallNext(ctx jen.Code) *jen.Statement {
	return l.NextFunc().Call(l.callArgs(ctx, l.Args)...)
}

func (l *Layer) callArgs(ctx jen.Code, args []Var) []jen.Code {
	var codes []jen.Code
	if l.Ctx.Name != "" {
		codes = append(codes, ctx)
	}
	for _, arg := range args {
		codes = append(codes, arg.Pass())
	}
	return codes
}

// KeepResults assigns the results of call to variables and returns the
// statement and the variables: the function's own where they have names, locals
// where not. A function without results is only called.
func (l *Layer) KeepResults(call jen.Code) (jen.Code, []jen.Code) {
	kept, names := l.NameResults(call)
	vars := make([]jen.Code, len(names))
	for i, name := range names {
		vars[i] = jen.Id(name)
	}
	return kept, vars
}

// NameResults is KeepResults, with the variables' names.
func (l *Layer) NameResults(call jen.Code) (jen.Code, []string) {
	if len(l.Results) == 0 {
		return call, nil
	}
	op, names, vars := ":=", make([]string, len(l.Results)), make([]jen.Code, len(l.Results))
	for i, r := range l.Results {
		names[i] = r.Name
		if !l.NamedResults {
			names[i] = l.Local(ResultName(l.Fn, i))
		}
		vars[i] = jen.Id(names[i])
	}
	if l.NamedResults {
		op = "="
	}
	return jen.List(vars...).Op(op).Add(call), names
}

// ResultName is what a result without a name is called: err, result where there is
// only one besides, else result1, result2 and so on.
func ResultName(fn *model.Func, i int) string {
	switch {
	case i == len(fn.Results)-1 && fn.HasError():
		return "err"
	case len(fn.Values()) == 1:
		return "result"
	default:
		return "result" + strconv.Itoa(i+1)
	}
}
