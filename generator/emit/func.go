package emit

import (
	"go/types"
	"maps"
	"slices"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/model"
)

// A Func is one function or method while it is written. It hands out the names
// of parameters and locals, and notes what its body mentions, so that neither
// hides the other.
type Func struct {
	file *File
	// taken are all identifiers of the function's own scope.
	taken nameSet
	// avoid are names that the body turned out to need otherwise.
	avoid nameSet
	// mentions are the unqualified package-level and predeclared names, and
	// imports the packages, that the body uses.
	mentions nameSet
	imports  map[string]bool
	// typeParams are the names of type parameters in scope.
	typeParams map[*types.TypeParam]string
	// literals are the names that LiteralParam has given.
	literals map[string]string
}

// Func lets write emit one declaration with the type parameters of fn in scope.
// If a name in the function's own scope, the user's or ours, turns out to hide one
// that the body needs, write runs again and the former has another name; write
// must therefore do nothing but build code.
func (f *File) Func(fn *model.Func, write func(*Func) jen.Code) jen.Code {
	avoid := make(nameSet)
	for {
		w := f.newFunc(fn, avoid)
		code := write(w)
		known := len(avoid)
		for name := range w.taken {
			if w.mentions[name] {
				avoid.add(name)
			}
		}
		if len(avoid) == known {
			w.keepImportsApart()
			return code
		}
	}
}

func (f *File) newFunc(fn *model.Func, avoid nameSet) *Func {
	w := &Func{
		file: f, avoid: avoid,
		taken: make(nameSet), mentions: make(nameSet),
		imports:    make(map[string]bool),
		typeParams: make(map[*types.TypeParam]string),
		literals:   make(map[string]string),
	}
	for i, p := range fn.AllTypeParams() {
		name := p.Name
		if name == "" || name == "_" {
			name = "T" + strconv.Itoa(i+1)
		}
		w.typeParams[p.Type] = w.pick(name, "Arg")
	}
	return w
}

// Same lets type parameters stand for others in the code that follows, in turn: those
// of a method for those of the type that it is a method of, say.
func (w *Func) Same(params, as []model.TypeParam) {
	for i, p := range params {
		if i < len(as) {
			w.typeParams[p.Type] = w.typeParams[as[i].Type]
		}
	}
}

// keepImportsApart tells the file which import names this function hides.
func (w *Func) keepImportsApart() {
	for path := range w.imports {
		w.file.avoidImportName(path, w.taken)
	}
}

// Param names a parameter or result of the user's. A blank or missing name
// becomes fallback.
func (w *Func) Param(p model.Param, fallback string) Var {
	name := p.Name
	if name == "" || name == "_" {
		name = fallback
	}
	return Var{Name: w.pick(name, "Arg"), Type: p.Type}
}

// pick takes a name like want that the body does not need otherwise.
func (w *Func) pick(want, suffix string) string {
	for w.avoid[want] {
		want += suffix
	}
	name := want
	for n := 2; w.taken[name] || w.avoid[name]; n++ {
		name = want + strconv.Itoa(n)
	}
	w.taken.add(name)
	return name
}

// Params names parameters of the user's; a blank one becomes arg1, arg2 and so
// on, by its place.
func (w *Func) Params(params []model.Param, variadic bool) []Var {
	return w.SomeParams(params, func(int) bool { return true }, variadic)
}

// SomeParams is Params for those whose index is needed; the others get no name.
func (w *Func) SomeParams(params []model.Param, needed func(i int) bool, variadic bool) []Var {
	vars := make([]Var, len(params))
	// Names that the user chose come before names that we choose.
	for _, named := range []bool{true, false} {
		for i, p := range params {
			if needed(i) && (p.Name != "" && p.Name != "_") == named {
				vars[i] = w.Param(p, "arg"+strconv.Itoa(i+1))
			}
		}
	}
	if variadic {
		vars[len(vars)-1].Variadic = true
	}
	return vars
}

// TypeArgNames are the names of fn's type parameters, or of its receiver's.
func (w *Func) TypeArgNames(fn *model.Func) []string {
	var names []string
	for _, p := range fn.AllTypeParams() {
		names = append(names, w.typeParams[p.Type])
	}
	return names
}

// Local returns want, or a name like it that nothing in the function has.
func (w *Func) Local(want string) string {
	for w.mentions[want] || reserved(want) {
		want += "Value"
	}
	return w.pick(want, "Value")
}

// LiteralParam is Local for a parameter of function literals of which none stands in
// another: all have the same name.
func (w *Func) LiteralParam(want string) string {
	if w.literals[want] == "" {
		w.literals[want] = w.Local(want)
	}
	return w.literals[want]
}

// Inner returns a name for a function literal's own parameter or result: want, or
// a name like it that is none of captured.
func (w *Func) Inner(want string, captured []string) string {
	used := w.mentions.union(w.avoid)
	used.add(captured...)
	return used.pick(want)
}

// Type spells t for use in the body.
func (w *Func) Type(t types.Type) *jen.Statement {
	writer := typeWriter{
		local: w.file.pkg.Path, typeParams: w.typeParams,
		mention: func(name string) { w.mentions.add(name) },
		qualify: w.use,
	}
	return writer.code(t)
}

// outerType spells t for the signature, where parameters hide nothing yet.
func (w *Func) outerType(t types.Type) *jen.Statement {
	writer := typeWriter{
		local: w.file.pkg.Path, typeParams: w.typeParams,
		mention: func(string) {},
		qualify: func(pkg *types.Package) {
			w.file.useImport(pkg.Path(), pkg.Name())
			typeParams := make(nameSet)
			typeParams.add(slices.Collect(maps.Values(w.typeParams))...)
			w.file.avoidImportName(pkg.Path(), typeParams)
		},
	}
	return writer.code(t)
}

func (w *Func) use(pkg *types.Package) {
	w.file.useImport(pkg.Path(), pkg.Name())
	w.imports[pkg.Path()] = true
}

// Ident refers, in the body, to a package-level or predeclared name.
func (w *Func) Ident(name string) *jen.Statement {
	w.mentions.add(name)
	return jen.Id(name)
}

// Std refers, in the body, to a name of a package of the standard library.
func (w *Func) Std(path, name string) *jen.Statement {
	w.file.useImport(path, lastElement(path))
	w.imports[path] = true
	return jen.Qual(path, name)
}

// Runtime refers, in the body, to a name of one of our runtime packages.
func (w *Func) Runtime(pkg, name string) *jen.Statement {
	code := w.file.Runtime(pkg, name)
	w.imports[runtimePath(pkg)] = true
	return code
}

// Object refers, in the body, to a package-level object of this or another
// package.
func (w *Func) Object(obj types.Object) *jen.Statement {
	if obj.Pkg() == nil || obj.Pkg().Path() == w.file.pkg.Path {
		return w.Ident(obj.Name())
	}
	w.use(obj.Pkg())
	return jen.Qual(obj.Pkg().Path(), obj.Name())
}
