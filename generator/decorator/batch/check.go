package batch

import (
	"go/types"
	"slices"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// plan is one batch function.
type plan struct {
	opts    *Options
	fn      *model.Func
	id      string
	names   names
	item    types.Type
	result  types.Type // nil if there is none
	writes  bool       // the function takes many items
	retryOn []failure
	finally []failure // permanent
	// failed and weigh are functions of the user's, and failedBool tells that the first
	// returns a bool.
	failed, weigh types.Object
	failedBool    bool
	// late are the durations that have names.
	late map[string]types.Object
}

// names are those of what is declared.
type names struct {
	batch, stream, processor string
	// options is a function that adds options which refer to what is the user's, or empty
	// if there are none.
	options string
}

// A failure is an error variable, or a function that recognises errors.
type failure struct {
	object types.Object
	isFunc bool
}

func check(p *decorator.Pass, o *Options) *plan {
	made := &plan{opts: o, fn: p.Func, id: p.ID, writes: o.Failed.Set()}
	made.names = names{batch: p.Names.Wrapper, stream: o.streamName(p.Func)}
	made.names.processor = p.Hidden(p.Names.Hidden+"Processor", "the options of the batch function")
	p.ClaimFunc(made.names.stream, "the function of a stream")
	if !made.checkShape(p) {
		return made
	}
	made.checkErrors(p)
	made.late = lookUpLate(p, o)
	if len(made.late) > 0 || len(made.retryOn) > 0 || len(made.finally) > 0 || o.MaxBytes.Set {
		made.names.options = p.Hidden(p.Names.Hidden+"Options", "the options that are the user's")
	}
	if made.writes {
		made.checkWriting(p)
		return made
	}
	for _, key := range []string{"max", "max_bytes"} {
		if _, given := p.Arg(key); given {
			p.ReportOption(key, nil, "%s= is for functions of many items, with failed=: here, size= is how many a worker takes at once", key)
		}
	}
	if arg, given := p.Arg("weigh"); given {
		p.ReportAt(arg.KeyPos, len(arg.Key), nil, "weigh= is for functions of many items, with failed= and max_bytes=")
	}
	return made
}

// checkShape finds the item and the result.
func (m *plan) checkShape(p *decorator.Pass) bool {
	fn, args, values := p.Func, p.Func.Args(), p.Func.Values()
	switch {
	case len(args) == 0:
		p.Report(nil, "%s takes no item: the first parameter after the context is the item", fn.Symbol())
	case fn.Variadic && len(args) == 1 && !m.writes:
		p.Report(nil, "%s takes several items already, as %s is variadic: the first parameter after the context is the item", fn.Symbol(), args[0].Name)
	case len(values) > 1:
		p.Report([]string{"put the results into one struct"}, "%s has %d results besides error, and an outcome holds one", fn.Symbol(), len(values))
	default:
		m.item = args[0].Type
		if len(values) == 1 {
			m.result = values[0].Type
		}
		return !m.writes || m.checkMany(p)
	}
	return false
}

// checkMany checks a function of many items.
func (m *plan) checkMany(p *decorator.Pass) bool {
	items, ok := m.item.Underlying().(*types.Slice)
	results, also := (*types.Slice)(nil), false
	if m.result != nil {
		results, also = m.result.Underlying().(*types.Slice)
	}
	if !ok || !also || !p.Func.HasContext() || !p.Func.HasError() {
		p.ReportOption("failed", []string{"it is for func(ctx context.Context, items []T) ([]R, error), with a result for each item in their order"},
			"%s is no function of many items that returns a result for each", p.Func.Symbol())
		return false
	}
	m.item, m.result = items.Elem(), results.Elem()
	return true
}

// checkErrors resolves what retry_on= and permanent= name.
func (m *plan) checkErrors(p *decorator.Pass) {
	if !p.Func.HasError() {
		for _, key := range []string{"attempts", "retry_on", "permanent", "stop_on"} {
			if arg, given := p.Arg(key); given && !arg.Default {
				p.ReportAt(arg.KeyPos, len(arg.Key), nil, "%s= is about errors, and %s returns none", key, p.Func.Symbol())
			}
		}
	}
	if arg, given := p.Arg("timeout"); given && !arg.Default && !p.Func.HasContext() {
		p.ReportAt(arg.KeyPos, len(arg.Key), nil, "timeout= ends the context of a call, and %s takes none", p.Func.Symbol())
	}
	if o := m.opts; (!o.Attempts.Set || o.Attempts.N == 1) && m.asksForRetries(p) {
		p.Report(nil, "nothing is repeated unless attempts= is above 1, as attempts=3")
	}
	if m.opts.StopOn.Fraction >= 1 {
		p.ReportOption("stop_on", nil, "more than 100%% of the items never fail: say stop_on=never")
	}
	m.retryOn, m.finally = findFailures(p, m.opts.RetryOn), findFailures(p, m.opts.Permanent)
}

// asksForRetries tells whether the function itself, and not a default of the package, says
// how attempts are repeated.
func (m *plan) asksForRetries(p *decorator.Pass) bool {
	return slices.ContainsFunc([]string{"delay", "max_delay", "retry_on", "permanent"}, func(key string) bool {
		arg, given := p.Arg(key)
		return given && !arg.Default
	})
}

func findFailures(p *decorator.Pass, names []annotations.Name) []failure {
	var all []failure
	for _, name := range names {
		obj := p.Lookup(name, isFailure)
		if obj == nil {
			continue
		}
		if !isFailure(obj) {
			p.ReportAt(name.Pos, len(name.Text), nil, "%s is %s, want an error variable or func(error) bool", name.Text, p.TypeString(obj.Type()))
			continue
		}
		_, isFunc := obj.Type().Underlying().(*types.Signature)
		all = append(all, failure{object: obj, isFunc: isFunc})
	}
	return all
}

// isFailure tells whether an object is an error variable, or recognises errors.
func isFailure(obj types.Object) bool {
	if sig, ok := obj.Type().Underlying().(*types.Signature); ok {
		return decorator.JudgesErrors(sig)
	}
	_, isVar := obj.(*types.Var)
	errorType := types.Universe.Lookup("error").Type().Underlying().(*types.Interface)
	return isVar && types.Implements(obj.Type(), errorType)
}

// lookUpLate resolves durations that are names.
func lookUpLate(p *decorator.Pass, o *Options) map[string]types.Object {
	late := make(map[string]types.Object)
	for _, option := range []struct {
		function string
		value    annotations.Duration
	}{{"Delay", o.Delay}, {"MaxDelay", o.MaxDelay}, {"Timeout", o.Timeout}} {
		if option.value.Name.Set() {
			late[option.function] = p.LookupDuration(option.value.Name)
		}
	}
	return late
}

// checkWriting resolves the functions that a writer needs.
func (m *plan) checkWriting(p *decorator.Pass) {
	m.failed = m.lookUpFunc(p, m.opts.Failed, m.result, "bool or error", func(t types.Type) bool {
		m.failedBool = types.Identical(t, types.Typ[types.Bool])
		return m.failedBool || model.IsError(t)
	})
	if m.opts.Weigh.Set() {
		m.weigh = m.lookUpFunc(p, m.opts.Weigh, m.item, "int", func(t types.Type) bool { return types.Identical(t, types.Typ[types.Int]) })
	}
	if m.opts.MaxBytes.Set && !m.opts.Weigh.Set() {
		p.ReportOption("max_bytes", nil, "max_bytes= needs weigh=, a func(%s) int that counts the bytes of an item", p.TypeString(m.item))
	}
	if m.opts.Size.Set {
		p.ReportOption("size", nil, "size= is for functions of one item: here, max= is how many items a call has at most")
	}
}

// lookUpFunc finds a function of one value.
func (m *plan) lookUpFunc(p *decorator.Pass, name annotations.Name, of types.Type, returns string, fits func(types.Type) bool) types.Object {
	result := func(obj types.Object) types.Type {
		fn, ok := obj.(*types.Func)
		if !ok || fn.Signature().TypeParams() != nil || fn.Signature().Variadic() || fn.Signature().Params().Len() != 1 || fn.Signature().Results().Len() != 1 ||
			!types.Identical(fn.Signature().Params().At(0).Type(), of) {
			return nil
		}
		return fn.Signature().Results().At(0).Type()
	}
	is := func(obj types.Object) bool { t := result(obj); return t != nil && fits(t) }
	obj := p.Lookup(name, is)
	if obj != nil && !is(obj) {
		p.ReportAt(name.Pos, len(name.Text), nil, "%s is %s, want a function func(%s) %s", name.Text, describe(p, obj), p.TypeString(of), returns)
		return nil
	}
	return obj
}

// aboutOrder says in which order outcomes are.
func (m *plan) aboutOrder() string {
	if m.opts.Order == "done" {
		return "The outcomes are in the order in which items are done."
	}
	return "The outcomes are in the order of the items."
}

// Companions are the function of a stream.
func (m *plan) Companions() []string { return []string{m.names.stream} }

// describe says what a name stands for that is not what it should be.
func describe(p *decorator.Pass, obj types.Object) string {
	switch obj.(type) {
	case *types.Builtin:
		return "a function of Go's own"
	case *types.Var:
		return "a variable of type " + p.TypeString(obj.Type())
	}
	return p.TypeString(obj.Type())
}
