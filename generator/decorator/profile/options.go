package profile

import (
	"fmt"
	"go/types"
	"slices"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// options are what the directive says beside what every probe does.
type options struct {
	sample float64 // 0 if not given
	slow   time.Duration
	// slowName is a constant that says how long slow is.
	slowName types.Object
	args     bool
	redacted map[string]bool

	latencies []latency
	maxErrors float64 // 0 if not given
}

func checkOptions(p *decorator.Pass, o *Options) options {
	said := options{sample: o.Sample.Fraction, slow: o.Slow.Value, args: o.Args, redacted: make(map[string]bool)}
	if o.Slow.Name.Set() {
		said.slowName = lookUpConstant(p, o.Slow.Name, "the threshold", "profile.Configure changes it while the program runs")
	}
	said.latencies, said.maxErrors = checkLatencies(p, o), checkMaxErrors(p, o)
	if o.Args && !o.Slow.Set {
		p.ReportOption("args", nil, "args keeps the arguments of slow calls: say with slow= which are, such as slow=250ms")
	}
	if o.Args && len(p.Func.Args()) == 0 {
		p.ReportOption("args", nil, "%s has no arguments%s", p.Func.Name, butContext(p.Func))
	}
	if len(o.Redact) > 0 && !o.Args {
		p.ReportOption("redact", nil, "redact= hides what args would keep: add args, or leave it out")
	}
	for _, param := range o.Redact {
		checkRedacted(p, param)
		said.redacted[param.Name] = true
	}
	return said
}

// lookUpConstant finds a constant for what is said, and says what to do instead of naming
// a variable, which would make the probe's initialisation depend on the user's.
func lookUpConstant(p *decorator.Pass, name annotations.Name, what, instead string) types.Object {
	found := p.LookupDuration(name)
	if _, ok := found.(*types.Var); ok {
		p.ReportAt(name.Pos, len(name.Text), []string{instead},
			"%s is a variable: %s is set before variables are, so it must be a constant", name.Text, what)
	}
	return found
}

func butContext(fn *model.Func) string {
	if fn.HasContext() {
		return " but its context, which is not kept"
	}
	return ""
}

func checkRedacted(p *decorator.Pass, param annotations.Param) {
	report := func(format string, args ...any) { p.ReportAt(param.Pos, len(param.Name), nil, format, args...) }
	var names []string
	for _, arg := range p.Func.Args() {
		if arg.Name != "" && arg.Name != "_" {
			names = append(names, arg.Name)
		}
	}
	switch {
	case p.Func.HasContext() && p.Func.Params[0].Name == param.Name:
		report("the context %s is never kept", param.Name)
	case !slices.Contains(names, param.Name):
		hint := ""
		if near := annotations.Suggest(param.Name, names); near != "" {
			hint = fmt.Sprintf(" (did you mean %q?)", near)
		}
		report("%s has no parameter %s%s", p.Func.Name, param.Name, hint)
	}
}

// made is the probe:
//
//	profile.New("example.com/store.getUser", profile.Sample(0.01), profile.Slow(250*time.Millisecond))
func (p plan) made(f *emit.File, w *emit.Func) jen.Code {
	args := []jen.Code{jen.Lit(p.id)}
	if p.sample != 0 {
		args = append(args, w.Runtime("profile", "Sample").Call(jen.Lit(p.sample)))
	}
	switch {
	case p.slowName != nil:
		args = append(args, w.Runtime("profile", "Slow").Call(w.Object(p.slowName)))
	case p.slow != 0:
		args = append(args, w.Runtime("profile", "Slow").Call(f.Duration(p.slow)))
	}
	return w.Runtime("profile", "New").Call(append(args, p.objectives(f, w)...)...)
}

// tell keeps the arguments of a slow call:
//
//	if call.Slow() {
//		call.Arg("id", id)
//		call.Redact("token")
//	}
func (p plan) tell(l *emit.Layer, call string) jen.Code {
	var told []jen.Code
	for i, arg := range l.Fn.Args() {
		if arg.Name != "" && p.redacted[arg.Name] {
			told = append(told, jen.Id(call).Dot("Redact").Call(jen.Lit(arg.Name)))
			continue
		}
		told = append(told, jen.Id(call).Dot("Arg").Call(jen.Lit(l.Args[i].Name), l.Args[i].ID()))
	}
	return jen.If(jen.Id(call).Dot("Slow").Call()).Block(told...)
}
