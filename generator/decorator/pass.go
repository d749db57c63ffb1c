package decorator

import (
	"fmt"
	"go/token"
	"go/types"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A Pass is one directive on one function while it is checked.
type Pass struct {
	Func       *model.Func
	Annotation annotations.Annotation
	// Names are empty if the wrapper cannot have its name, which was reported.
	Names Names
	// ID is the function's name in a running process: name=, or
	// import/path.Func.
	ID string
	// Chain are the names of the directives of the same wrapper, outermost first.
	Chain []string
	// Facts are what is known of other functions. They are complete in Plan only.
	Facts *model.Facts

	claims *Claims
	report func(diag.Diagnostic)
}

// NewPass prepares a check. report receives every problem.
func NewPass(fn *model.Func, a annotations.Annotation, claims *Claims, report func(diag.Diagnostic)) *Pass {
	return &Pass{Func: fn, Annotation: a, claims: claims, report: report}
}

// Rule names the directive in messages.
func (p *Pass) Rule() string { return "bunsui:" + p.Annotation.Name }

// Report reports a problem with the whole directive, at its name.
func (p *Pass) Report(notes []string, format string, args ...any) {
	p.ReportAt(p.Annotation.NamePos, len(p.Annotation.Name), notes, format, args...)
}

// ReportOption reports a problem with the value of an option, or with the
// directive if the option was not given.
func (p *Pass) ReportOption(option string, notes []string, format string, args ...any) {
	arg, ok := p.Arg(option)
	switch {
	case !ok:
		p.Report(notes, format, args...)
	case arg.Flag:
		p.ReportAt(arg.KeyPos, len(arg.Key), notes, format, args...)
	default:
		p.ReportAt(arg.ValuePos, len(arg.Raw), notes, format, args...)
	}
}

// ReportAt reports a problem at any place.
func (p *Pass) ReportAt(pos token.Position, width int, notes []string, format string, args ...any) {
	p.report(diag.Diagnostic{
		Pos: pos, Width: width, Rule: p.Rule(), Message: fmt.Sprintf(format, args...), Notes: notes,
	})
}

// Arg returns the argument with the given key as it was written.
func (p *Pass) Arg(key string) (annotations.Arg, bool) {
	for _, arg := range p.Annotation.Args {
		if arg.Key == key {
			return arg, true
		}
	}
	return annotations.Arg{}, false
}

// Claim takes a package-level name for a declaration of ours, or reports what
// else has it. what tells what the name is for. Without a wrapper's name, which
// then has been reported, nothing is claimed.
func (p *Pass) Claim(name, what string) {
	if p.Names.Wrapper == "" {
		return
	}
	if other, taken := p.claims.take(p.Func, name, what); taken {
		p.Report([]string{AnotherName(p.Func)},
			"%s would be called %s, but %s", what, name, other)
	}
}

// ClaimFunc is Claim for a function beside the wrapper, which is a method if the
// decorated function is one.
func (p *Pass) ClaimFunc(name, what string) {
	if p.Names.Wrapper == "" {
		return
	}
	if other, taken := p.claims.TakeFunc(p.Func, name, what); taken {
		p.Report([]string{"give it another name with as=, or rename the other"},
			"%s of %s would be called %s, but %s", what, p.Func.Symbol(), name, other)
	}
}

// HiddenFunc is ClaimFunc for a name that nobody but generated code needs to know, and
// which gives way.
func (p *Pass) HiddenFunc(name, what string) string {
	free := name
	for n := 2; p.claims.takenFunc(p.Func, free); n++ {
		free = fmt.Sprint(name, n)
	}
	p.ClaimFunc(free, what)
	return free
}

// AnotherName says what to do if a name that is made of the wrapper's is taken.
func AnotherName(fn *model.Func) string {
	if fn.Implements() {
		return "give the type another name with as= of bunsui:decorate, or rename the other"
	}
	return "give the wrapper another name with as=, or rename the other"
}

// Hidden is Claim for a name that nobody but generated code needs to know. Where
// another one of ours has it, it gives way: Parse and parse may both be decorated.
func (p *Pass) Hidden(name, what string) string {
	free := name
	for n := 2; p.claims.ours(free); n++ {
		free = fmt.Sprint(name, n)
	}
	p.Claim(free, what)
	return free
}

// Modest is Hidden for a name that the user may well have: it then gets suffix.
func (p *Pass) Modest(name, suffix, what string) string {
	for p.claims.declared(name) {
		name += suffix
	}
	free := p.claims.Free(name)
	p.Claim(free, what)
	return free
}

// Field takes the name of a field of the function's home. Where that is taken, it gives
// way.
func (p *Pass) Field(name, what string) string {
	free := name
	for n := 2; p.claims.inHome(p.Func.Home, free) != ""; n++ {
		free = fmt.Sprint(name, n)
	}
	p.claims.takeMember(p.Func, p.Func.Home.Type, free, what)
	return free
}

// Accessor takes the name of a method of the function's home, or reports what else has
// it.
func (p *Pass) Accessor(name, what string) {
	other := p.claims.inHome(p.Func.Home, name)
	if other != "" {
		p.Report([]string{"rename the other"}, "%s would be %s.%s, but that is %s", what, p.Func.Home.Type, name, other)
		return
	}
	p.claims.takeMember(p.Func, p.Func.Home.Type, name, what)
}

// OfFile returns what the functions of one file share, such as the functions that
// several results need. The first of them makes it. kind tells it from others.
func OfFile[T any](p *Pass, kind string, made func() T) T {
	at := fileKey{p.Func.File, kind}
	if _, ok := p.claims.files[at]; !ok {
		p.claims.files[at] = made()
	}
	return p.claims.files[at].(T)
}

// OfHome is OfFile for what the functions of one home share.
func OfHome[T any](p *Pass, kind string, made func() T) T {
	at := fileKey{p.Func.Home.File, kind + " of " + p.Func.Home.Type}
	if _, ok := p.claims.files[at]; !ok {
		p.claims.files[at] = made()
	}
	return p.claims.files[at].(T)
}

// FileOf is the file that a name in the directive stands in: the function's, or that of
// the package's defaults.
func (p *Pass) FileOf(name annotations.Name) *model.File {
	return p.Func.File.Package.FileAt(name.Pos.Filename, p.Func.File)
}

// Lookup finds the package-level object that a directive names, in the scope of
// the function's file. It reports a name that does not exist, or cannot be used
// from this package, and returns nil. fits tells which objects to suggest instead.
func (p *Pass) Lookup(name annotations.Name, fits func(types.Object) bool) types.Object {
	fail := func(format string, args ...any) types.Object {
		p.ReportAt(name.Pos, len(name.Text), nil, format, args...)
		return nil
	}
	qualifier, ident := name.Qualifier(), name.Ident()
	file := p.FileOf(name)
	if qualifier == "" {
		if obj := file.Lookup(ident); obj != nil {
			return obj
		}
		return fail("undefined: %s%s", ident, didYouMean(ident, fitting(p.Func.File.Package.Types.Scope(), fits)))
	}
	pkg := file.Import(qualifier)
	if pkg == nil {
		return fail("%s: this file imports no package called %s (an import used only here is written import _ %q)",
			name.Text, qualifier, "path/to/"+qualifier)
	}
	exported := func(obj types.Object) bool { return obj.Exported() && fits(obj) }
	meant := didYouMean(ident, fitting(pkg.Scope(), exported))
	if !token.IsExported(ident) {
		return fail("%s is not exported by package %s%s", ident, qualifier, meant)
	}
	obj := pkg.Scope().Lookup(ident)
	if obj == nil {
		return fail("undefined: %s%s", name.Text, meant)
	}
	return obj
}

// fitting lists the names in scope of what could have been meant.
func fitting(scope *types.Scope, fits func(types.Object) bool) []string {
	var names []string
	for _, name := range scope.Names() {
		if fits(scope.Lookup(name)) {
			names = append(names, name)
		}
	}
	return names
}

func didYouMean(word string, words []string) string {
	if near := annotations.Suggest(word, words); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}

// TypeString spells t as the user's file would, for messages.
func (p *Pass) TypeString(t types.Type) string { return p.Func.TypeString(t) }
