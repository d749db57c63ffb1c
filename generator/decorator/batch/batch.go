// Package batch is the //bunsui:batch directive: a function of one item, or one of many
// whose results carry their own failures, is called for many items by runtime/batch. It
// decides how items go in and options come along; how they are worked off is the
// runtime's business.
package batch

import (
	_ "embed"
	"go/token"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

//go:embed doc.md
var doc string

// Options are the arguments of //bunsui:batch.
type Options struct {
	As string `bunsui:"as,own" doc:"The name of the function of many items; the one of a stream has the same with Stream behind it. Not given, they are called as the function in upper case with Batch and Stream behind it."`
	work
	retries
	writing
	Name string `bunsui:"name,own" doc:"A stable name for configuration and metrics instead of import/path.Func. Only on the first directive of a function."`
}

// work is how items are worked off.
type work struct {
	Size        annotations.Count    `bunsui:"size" also:"batch_size,chunk" words:"auto" default:"auto" doc:"How many items a worker takes at once. auto adapts it to the time that an item takes."`
	Concurrency annotations.Count    `bunsui:"concurrency" also:"workers,max_concurrent,parallel" default:"5" doc:"How many calls run at once."`
	Timeout     annotations.Duration `bunsui:"timeout" doc:"How long one call may take; its context ends then."`
	Rate        annotations.Rate     `bunsui:"rate" also:"limit,rate_limit" doc:"How many calls begin in a time at most, spread over it, repeated ones included."`
	StopOn      annotations.Percent  `bunsui:"stop_on" also:"fail_fast,stop" words:"error,never" default:"never" doc:"When nothing new is started any more: after the first item that has failed for good (error), above a share of all items, or never. Calls that run are finished."`
	Order       string               `bunsui:"order" enum:"input,done" default:"input" doc:"The order of outcomes, and of what a stream yields: that of the items, or that in which they are done."`
}

// retries is what is done about failures.
type retries struct {
	Attempts  annotations.Count    `bunsui:"attempts" also:"retries,retry,retry_count,max_attempts" default:"1" doc:"How often the function is called for an item at most. Panics are not repeated."`
	Delay     annotations.Duration `bunsui:"delay" also:"retry_delay,backoff" needs:"attempts" default:"1s" doc:"The longest wait before the second attempt. Each further one doubles it, and the wait is a random part of it."`
	MaxDelay  annotations.Duration `bunsui:"max_delay" needs:"attempts" default:"30s" doc:"The longest wait between two attempts."`
	RetryOn   []annotations.Name   `bunsui:"retry_on,errors" also:"retryable,retry_if" needs:"attempts" doc:"Error variables, found with errors.Is, and functions func(error) bool: only such errors are repeated."`
	Permanent []annotations.Name   `bunsui:"permanent,errors" also:"abort_on" needs:"attempts" doc:"The same, for errors that are not repeated. It wins over retry_on=."`
}

// writing is for functions of many items.
type writing struct {
	Failed   annotations.Name  `bunsui:"failed,own" also:"failures,failed_if" doc:"For a function of many items that returns a result for each: a function of a result that tells whether its item failed, as a bool or an error. Only those items are repeated."`
	Max      annotations.Count `bunsui:"max,own" also:"max_items" needs:"failed" default:"100" doc:"How many items such a function is called with at most."`
	MaxBytes annotations.Size  `bunsui:"max_bytes,own" needs:"failed" doc:"How many bytes the items of one call have at most, as weigh= counts them. An item that has more by itself fails with batch.ErrTooLarge."`
	Weigh    annotations.Name  `bunsui:"weigh,own" also:"size_of" needs:"max_bytes" doc:"A function that takes an item and returns its bytes, as int."`
}

// ChainOptions has the name for the whole chain.
func (o Options) ChainOptions() decorator.Common { return decorator.Common{Name: o.Name} }

// MadeName is the name of the function of many items.
func (o Options) MadeName(fn *model.Func) string {
	if o.As != "" {
		return o.As
	}
	if name := decorator.Export(fn.Name); token.IsExported(name) {
		return name + "Batch"
	}
	return ""
}

// streamName is the name of the function of a stream.
func (o Options) streamName(fn *model.Func) string {
	if o.As != "" {
		return o.As + "Stream"
	}
	return decorator.Export(fn.Name) + "Stream"
}

// Decorator is the directive.
var Decorator = decorator.Define(decorator.Decorator[Options, *plan]{
	Name: "batch", Doc: doc, Layer: "Batch", Beside: true, Plan: check, Emit: write,
})
