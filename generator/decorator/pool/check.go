package pool

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// plan is one pool.
type plan struct {
	opts     *Options
	fn       *model.Func
	id       string
	resource types.Type
	names    names
	// closes, pings and resets are what is called for a resource, or nil.
	closes, pings, resets *action
	// late are the durations that have names.
	late map[string]types.Object
}

// names are those of what is declared.
type names struct {
	pool, with, factory string
}

// An action is a call for a resource: a function of the user's, or a method.
type action struct {
	object types.Object // nil for the method Close
	// takesContext and fails tell how it is called.
	takesContext, fails bool
}

// collect says which resources the pool has.
func collect(p *decorator.Pass, _ *Options, w *model.Wrapper) {
	if values := p.Func.Values(); len(values) == 1 && p.Func.Recv == nil {
		w.Pool = &model.Pool{Handle: p.Names.Wrapper, Type: values[0].Type}
	}
}

func check(p *decorator.Pass, o *Options) *plan {
	made := &plan{opts: o, fn: p.Func, id: p.ID}
	if !checkConstructor(p) {
		return made
	}
	made.resource = p.Func.Values()[0].Type
	made.names.pool = p.Names.Wrapper
	made.names.with = withName(p.Names.Wrapper)
	p.ClaimFunc(made.names.with, "the function that borrows a resource")
	made.names.factory = p.Hidden(p.Names.Hidden+"Factory", "the type that makes resources")
	if o.Min.Set && o.Max.Set && o.Min.N > o.Max.N || o.Min.Set && !o.Max.Set && o.Min.N > defaultMax {
		p.ReportOption("min", nil, "min=%d is above max=%s", o.Min.N, maxOf(o))
	}
	made.late = lookUpLate(p, o)
	made.pings = lookUpAction(p, o.Ping, made.resource, true)
	made.resets = lookUpAction(p, o.Reset, made.resource, true)
	made.closes = lookUpAction(p, o.Close, made.resource, false)
	if !o.Close.Set() {
		made.closes = closeMethod(p.Func, made.resource)
	}
	return made
}

// defaultMax is the runtime's, and the one that the documentation of max= names.
const defaultMax = 10

func maxOf(o *Options) string {
	if o.Max.Set {
		return fmt.Sprint(o.Max.N)
	}
	return fmt.Sprintf("%d, the default", defaultMax)
}

// withName is the name of the function that lends a resource.
func withName(pool string) string {
	what := strings.TrimSuffix(pool, "Pool")
	if what == "" {
		what = pool
	}
	if decorator.Export(pool) == pool {
		return "With" + what
	}
	return "with" + decorator.Export(what)
}

// checkConstructor tells whether the function can fill a pool.
func checkConstructor(p *decorator.Pass) bool {
	fn := p.Func
	switch values := fn.Values(); {
	case fn.Recv != nil:
		p.Report([]string{"make one with pool.New where a " + fn.Recv.TypeName + " is made"},
			"%s is a method, and a pool is a variable of the package: its constructor is a function", fn.Symbol())
	case len(fn.TypeParams) > 0:
		p.Report([]string{"write a function that constructs one type"}, "%s is generic, and a pool has resources of one type", fn.Symbol())
	case len(fn.Args()) > 0:
		p.Report([]string{"write a function without parameters that calls it"}, "%s takes %s, and a pool makes its resources by itself", fn.Symbol(), argument(fn))
	case len(values) != 1:
		p.Report(nil, "%s is no constructor: it returns one resource, and perhaps an error", fn.Symbol())
	default:
		return true
	}
	return false
}

func argument(fn *model.Func) string {
	if name := fn.Args()[0].Name; name != "" && name != "_" {
		return name
	}
	return "an argument"
}

// closeMethod finds the method Close of a resource.
func closeMethod(fn *model.Func, resource types.Type) *action {
	obj, _, _ := types.LookupFieldOrMethod(resource, true, fn.File.Package.Types, "Close")
	method, ok := obj.(*types.Func)
	if !ok || method.Signature().Variadic() {
		return nil
	}
	params, results := method.Signature().Params(), method.Signature().Results()
	a := &action{
		takesContext: params.Len() == 1 && model.IsNamed(params.At(0).Type(), "context", "Context"),
		fails:        results.Len() == 1 && model.IsError(results.At(0).Type()),
	}
	if params.Len() > 0 && !a.takesContext || results.Len() > 0 && !a.fails {
		return nil
	}
	return a
}

// lookUpAction finds a function that is called for a resource.
func lookUpAction(p *decorator.Pass, name annotations.Name, resource types.Type, mustFail bool) *action {
	if !name.Set() {
		return nil
	}
	is := func(obj types.Object) bool { return actionOf(obj, resource, mustFail) != nil }
	obj := p.Lookup(name, is)
	if obj == nil {
		return nil
	}
	a := actionOf(obj, resource, mustFail)
	if a == nil {
		r := p.TypeString(resource)
		wanted := fmt.Sprintf("func(context.Context, %s) error or func(%s) error", r, r)
		if !mustFail {
			wanted += fmt.Sprintf(", or func(%s)", r)
		}
		p.ReportAt(name.Pos, len(name.Text), nil, "%s is %s, want %s", name.Text, p.TypeString(obj.Type()), wanted)
	}
	return a
}

func actionOf(obj types.Object, resource types.Type, mustFail bool) *action {
	fn, ok := obj.(*types.Func)
	if !ok || fn.Signature().TypeParams() != nil || fn.Signature().Variadic() {
		return nil
	}
	params, results := fn.Signature().Params(), fn.Signature().Results()
	a := &action{object: obj}
	a.takesContext = params.Len() == 2 && model.IsNamed(params.At(0).Type(), "context", "Context")
	a.fails = results.Len() == 1 && model.IsError(results.At(0).Type())
	last := params.Len() - 1
	if last < 0 || last > 0 && !a.takesContext || !types.Identical(params.At(last).Type(), resource) || results.Len() > 0 && !a.fails || mustFail && !a.fails {
		return nil
	}
	return a
}

// lookUpLate resolves durations that are names.
func lookUpLate(p *decorator.Pass, o *Options) map[string]types.Object {
	late := make(map[string]types.Object)
	for _, option := range o.durations() {
		if option.value.Name.Set() {
			late[option.field] = p.LookupDuration(option.value.Name)
		}
	}
	return late
}

// A duration is an option, and the field of the runtime's options for it.
type duration struct {
	field string
	value annotations.Duration
}

func (o *Options) durations() []duration {
	return []duration{
		{"MaxAge", o.MaxAge},
		{"MaxIdle", o.MaxIdle},
		{"AcquireTimeout", o.Timeout},
		{"CreateTimeout", o.CreateTimeout},
		{"PingAfter", o.PingAfter},
		{"Leak", o.Leak},
	}
}

// Companions are the functions for callers beside the pool.
func (p *plan) Companions() []string { return []string{p.names.with} }

// Notes says what the author should know.
func (p *plan) Notes() []string {
	var notes []string
	if p.closes == nil {
		notes = append(notes, fmt.Sprintf("%s: %s has no method Close that a pool can call, and there is no close=: resources are dropped without being closed",
			p.names.pool, p.fn.TypeString(p.resource)))
	}
	if service := sdkClient(p.resource); service != "" {
		notes = append(notes, fmt.Sprintf("%s: a client of %s may be used by any number of goroutines, and its pool of connections is its HTTP transport: "+
			"one client of awspool does for all callers; this pool has up to %s clients, for those who want them apart", p.names.pool, service, maxOf(p.opts)))
	}
	return notes
}

// sdkClient returns the service of a client of the AWS SDK, or nothing.
func sdkClient(t types.Type) string {
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		t = pointer.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Name() != "Client" {
		return ""
	}
	service, ok := strings.CutPrefix(named.Obj().Pkg().Path(), "github.com/aws/aws-sdk-go-v2/service/")
	if !ok {
		return ""
	}
	return service
}
