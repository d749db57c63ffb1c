// Package loader is the //bunsui:loader directive: of a function of many keys, it makes
// one of a single key, whose concurrent calls runtime/batch gathers. It decides how keys
// go in and results come out; when a batch leaves is the runtime's business.
package loader

import (
	_ "embed"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

//go:embed doc.md
var doc string

// Options are the arguments of //bunsui:loader.
type Options struct {
	As          string               `bunsui:"as,own" doc:"The name of the function of one key, and with Many behind it of the one that takes several. Not given, it is the function's name in the singular: LoadUser for loadUsers."`
	Max         annotations.Count    `bunsui:"max" also:"max_keys,size,capacity,batch_size" default:"100" doc:"How many keys one call of the function has at most."`
	Window      annotations.Duration `bunsui:"window" also:"wait,delay" default:"1ms" doc:"How long the first key of a batch waits for others at most, while another batch is under way. With none under way, a key waits for nothing."`
	Concurrency annotations.Count    `bunsui:"concurrency" also:"in_flight,max_in_flight" default:"16" doc:"How many calls of the function run at once."`
	Timeout     annotations.Duration `bunsui:"timeout" doc:"How long one call of the function may take; its context ends then."`
	Missing     string               `bunsui:"missing" enum:"error,zero" default:"error" doc:"What a key without a value gives: batch.ErrNotFound (error), or the zero value and no error (zero)."`
	Scope       string               `bunsui:"scope" enum:"process,request" default:"process" doc:"Whose calls are gathered: all of the process, or only those whose context comes from the same batch.Scope(ctx) (request)."`
	Vary        []annotations.Name   `bunsui:"vary" doc:"Functions func(context.Context) (K, bool) whose value keeps batches apart, such as the tenant of a request: the function's context then has it for all of its keys. If one returns false, the call fails with *batch.VaryError."`
	Name        string               `bunsui:"name,own" doc:"A stable name for configuration and metrics instead of import/path.Func. Only on the first directive of a function."`
}

// ChainOptions has the name for the whole chain.
func (o Options) ChainOptions() decorator.Common { return decorator.Common{Name: o.Name} }

// MadeName is the name of the function of one key.
func (o Options) MadeName(fn *model.Func) string {
	if o.As != "" {
		return o.As
	}
	name := singular(fn.Source().Name)
	if name == "" {
		return ""
	}
	return decorator.Export(name)
}

// singular returns a plural without its ending, or empty if it has none.
func singular(name string) string {
	for _, ending := range []struct{ plural, singular string }{
		{"ies", "y"}, {"sses", "ss"}, {"shes", "sh"}, {"ches", "ch"}, {"xes", "x"},
	} {
		if stem, ok := strings.CutSuffix(name, ending.plural); ok && len(stem) > 1 {
			return stem + ending.singular
		}
	}
	stem, ok := strings.CutSuffix(name, "s")
	if !ok || stem == "" || strings.HasSuffix(stem, "s") {
		return ""
	}
	return stem
}

// Decorator is the directive.
var Decorator = decorator.Define(decorator.Decorator[Options, *plan]{
	Name: "loader", Doc: doc, Layer: "Loaded", Reshape: reshape, Plan: check, Emit: write,
})
