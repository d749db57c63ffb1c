package loader

import (
	"go/types"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// plan is one loader.
type plan struct {
	opts       *Options
	fn         *model.Func // of one key
	key, value types.Type
	how        form
	id         string
	names      names
	vary       []vary
	// window and timeout are the constants that stand for them, or nil.
	window, timeout types.Object
	// cached tells that a cache above loads several keys by the inner function, and each
	// that the directives above have to be asked for each key by itself.
	cached, each bool
}

// names are those of what is declared beside the functions that callers call.
type names struct {
	wrapper string
	// loader is the variable, fetch the function that it calls, and group the type that
	// keeps batches apart, which groupOf finds.
	loader, fetch, group, groupOf string
}

// vary is one function that keeps batches apart.
type vary struct {
	object types.Object
	text   string
	typ    types.Type
}

func check(p *decorator.Pass, o *Options) *plan {
	made := &plan{opts: o, fn: p.Func, id: p.ID}
	made.key, made.value, made.how = shapeOf(p.Func.Many.Func)
	made.names.wrapper = p.Names.Wrapper
	checkReceiver(p)
	checkAbove(p)
	for _, name := range o.Vary {
		if v, ok := findVary(p, name); ok {
			made.vary = append(made.vary, v)
		}
	}
	made.window, made.timeout = constant(p, o.Window), constant(p, o.Timeout)
	made.checkVary(p)
	hidden := p.Names.Hidden
	made.names.loader = p.Hidden(hidden+"Loader", "the loader")
	made.names.fetch = p.Hidden(hidden+"Fetch", "the function that asks for many keys")
	if made.needsGroupType() {
		made.names.group = p.Hidden(hidden+"Group", "the type that keeps batches apart")
	}
	if len(made.vary) > 0 {
		made.names.groupOf = p.Hidden(hidden+"GroupOf", "the function that keeps batches apart")
	}
	many := p.Func.Many
	p.ClaimFunc(many.Name, "the function of several keys")
	made.cached = many.Outer != ""
	made.each = !made.cached && slices.Contains(p.Chain, "cached")
	if made.cached {
		many.Inner = p.HiddenFunc(decorator.Unexport(many.Name)+"Loaded", "the function that a cache calls")
	}
	return made
}

// needsGroupType tells whether batches are kept apart by more than the receiver.
func (p *plan) needsGroupType() bool {
	return len(p.vary) > 0 || p.fn.Recv == nil && len(p.fn.TypeParams) > 0
}

// checkReceiver refuses receivers that batches cannot be kept apart by.
func checkReceiver(p *decorator.Pass) {
	if recv := p.Func.Recv; recv != nil && !types.Comparable(recv.Type) {
		p.Report([]string{"give " + p.Func.Many.Symbol() + " a pointer receiver"},
			"values of %s cannot be compared, and only calls with the same receiver may be loaded together", p.TypeString(recv.Type))
	}
}

// checkAbove refuses directives above that would miss what several keys do.
func checkAbove(p *decorator.Pass) {
	for _, name := range []string{"invalidate", "put"} {
		if slices.Contains(p.Chain, name) {
			p.Report(nil, "bunsui:%s above bunsui:loader would be about one key, and %s has several: write it below", name, p.Func.Many.Name)
		}
	}
}

// constant finds a duration that has a name. The loader is made when the package is
// initialised, before its variables may be read.
func constant(p *decorator.Pass, d annotations.Duration) types.Object {
	if !d.Name.Set() {
		return nil
	}
	obj := p.LookupDuration(d.Name)
	if _, ok := obj.(*types.Var); ok {
		p.ReportAt(d.Name.Pos, len(d.Name.Text), nil, "%s is a variable, and a loader takes a number or a constant", d.Name.Text)
	}
	return obj
}

func findVary(p *decorator.Pass, name annotations.Name) (vary, bool) {
	obj, result := p.LookupVary(name)
	fail := func(why string) (vary, bool) {
		p.ReportAt(name.Pos, len(name.Text), nil, "%s returns %s, %s", name.Text, p.TypeString(result), why)
		return vary{}, false
	}
	switch {
	case obj == nil:
		return vary{}, false
	case !types.Comparable(result):
		return fail("whose values cannot be compared")
	}
	if why := p.Unspellable(result); why != "" {
		return fail("which " + why)
	}
	return vary{object: obj, text: name.Text, typ: result}, true
}

// checkVary refuses a cache above that tells callers apart by other values than the
// loader does: it would keep for some what was loaded for others.
func (p *plan) checkVary(pass *decorator.Pass) {
	if !slices.Contains(pass.Chain, "cached") {
		return
	}
	kept, own := pass.Func.Many.Vary, make(map[types.Object]bool)
	for _, v := range p.vary {
		own[v.object] = true
		if !slices.Contains(kept, v.object) {
			pass.ReportOption("vary", nil, "bunsui:cached above would keep what was loaded for one %s for all: give it vary=%s, too", v.text, v.text)
		}
	}
	for _, object := range kept {
		if !own[object] {
			pass.Report(nil, "bunsui:cached above keeps results by %s, and a batch would mix them: add vary=%s", object.Name(), object.Name())
		}
	}
}

// Describe says what callers must know.
func (p *plan) Describe() []string {
	var about strings.Builder
	about.WriteString("Calls at the same time are loaded together, ")
	about.WriteString("and a key that has no value ")
	if p.opts.Missing == "zero" {
		about.WriteString("gives the zero value.")
	} else {
		about.WriteString("is batch.ErrNotFound.")
	}
	return []string{about.String()}
}

// Companions are the function of several keys.
func (p *plan) Companions() []string { return []string{p.fn.Many.Name} }
