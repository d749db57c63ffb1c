package batch

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// emitter writes the functions of one directive.
type emitter struct {
	*plan
	file *emit.File
	// next is the function that is called for the items.
	next string
	// as spells the directive.
	as string
}

func write(f *emit.File, layer decorator.Layer, p *plan) decorator.Code {
	e := &emitter{plan: p, file: f, next: layer.Names.Next, as: strings.TrimPrefix(layer.Pass.Annotation.String(), "//bunsui:")}
	code := decorator.Code{
		State:   []jen.Code{e.processor()},
		Func:    e.batch(),
		Support: []jen.Code{e.stream()},
	}
	if p.names.options != "" {
		code.Support = append(code.Support, e.lateOptions())
	}
	return code
}

// processor holds the options that need nothing of the user's:
//
//	var processItemBatchProcessor = batch.NewProcessor("example.com/store.processItem", batch.Concurrency(8))
func (e *emitter) processor() jen.Code {
	return e.file.Func(&model.Func{File: e.fn.File}, func(w *emit.Func) jen.Code {
		args := append([]jen.Code{jen.Lit(e.id)}, e.options(w)...)
		about := fmt.Sprintf("%s has the options of %s and %s, and counts what becomes of their items.", e.names.processor, e.names.batch, e.names.stream)
		return jen.Add(emit.Comment(about), jen.Line(),
			jen.Var().Id(e.names.processor).Op("=").Add(w.Runtime("batch", "NewProcessor")).Call(args...))
	})
}

// batch is the function of many items.
func (e *emitter) batch() jen.Code {
	return e.function(e.names.batch, e.aboutBatch(), form{
		process: "Process", write: "Write",
		result: func(w *emit.Func) *jen.Statement {
			return w.Runtime("batch", "Result").Types(w.Type(e.item), e.resultType(w))
		},
	})
}

// stream is the function of a stream of items.
func (e *emitter) stream() jen.Code {
	about := fmt.Sprintf("%s is %s for items that come one after the other. It holds few of them at a time, "+
		"and ends its calls when the range over it ends. Each error is a *batch.ItemError, which has the item's index.", e.names.stream, e.names.batch)
	return e.function(e.names.stream, about, form{
		process: "Stream", write: "WriteStream", sequence: true,
		result: func(w *emit.Func) *jen.Statement {
			return w.Std("iter", "Seq2").Types(e.resultType(w), w.Ident("error"))
		},
	})
}

// A form is one of the two functions.
type form struct {
	// process and write are the functions of the runtime.
	process, write string
	sequence       bool
	result         func(*emit.Func) *jen.Statement
}

func (e *emitter) aboutBatch() string {
	lines := []string{
		fmt.Sprintf("%s calls %s for many items, as %s says.", e.names.batch, e.next, e.as),
		e.aboutOrder() + " Options of the caller go before those of the directive.",
	}
	if e.writes {
		lines[0] = fmt.Sprintf("%s calls %s with as many of the items as it takes, as %s says, and repeats only what has failed.", e.names.batch, e.next, e.as)
	}
	return strings.Join(lines, " ")
}

// resultType spells R.
func (e *emitter) resultType(w *emit.Func) jen.Code {
	if e.result == nil {
		return jen.Struct()
	}
	return w.Type(e.result)
}

// call is the parameters of a function while it is written.
type call struct {
	recv       emit.Var
	ctx, items string
	extras     []emit.Var
}

// function writes one of the two:
//
//	func ProcessItemBatch(ctx context.Context, items []Item, opts ...batch.Option) batch.Result[Item, Receipt] {
//		return batch.Process(ctx, items, processItem, processItemBatchProcessor.With(opts)...)
//	}
func (e *emitter) function(name, about string, how form) jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		c := call{extras: w.Params(e.fn.Args()[1:], false)}
		c.recv = w.Receiver(e.fn)
		if e.fn.HasContext() {
			c.ctx = w.Param(model.Param{Name: e.fn.Params[0].Name}, "ctx").Name
		} else {
			c.ctx = w.Local("ctx")
		}
		c.items = w.Local("items")
		opts := w.Local("opts")
		params := []jen.Code{jen.Id(c.ctx).Add(w.Std("context", "Context")), e.itemsParam(w, c.items, how)}
		params = append(params, w.Decls(c.extras)...)
		params = append(params, jen.Id(opts).Op("...").Add(w.Runtime("batch", "Option")))
		head := jen.Func()
		if e.fn.Recv != nil {
			head.Params(w.Decl(c.recv))
		}
		head.Id(name)
		if e.fn.Recv == nil {
			head.Add(w.TypeParamList(e.fn))
		}
		return jen.Add(emit.Comment(about), jen.Line(),
			head.Params(params...).Add(how.result(w)).Block(jen.Return(e.process(w, c, opts, how))))
	})
}

func (e *emitter) itemsParam(w *emit.Func, name string, how form) jen.Code {
	if how.sequence {
		return jen.Id(name).Add(w.Std("iter", "Seq")).Types(w.Type(e.item))
	}
	return jen.Id(name).Index().Add(w.Type(e.item))
}

// process calls the runtime.
func (e *emitter) process(w *emit.Func, c call, opts string, how form) *jen.Statement {
	options := w.Ident(e.names.processor).Dot("With").Call(jen.Id(opts)).Op("...")
	if e.names.options != "" {
		options = w.Ident(e.names.options).Call(jen.Id(opts)).Op("...")
	}
	if !e.writes {
		return w.Runtime("batch", how.process).Call(jen.Id(c.ctx), jen.Id(c.items), e.callee(w, c), options)
	}
	failed := w.Object(e.failed)
	if e.failedBool {
		failed = w.Runtime("batch", "FailedIf").Call(failed)
	}
	return w.Runtime("batch", how.write).Call(jen.Id(c.ctx), jen.Id(c.items), e.callee(w, c), failed, options)
}

// callee is what is called for an item, or for many of a writer: the function itself
// where its signature fits, else a function literal.
func (e *emitter) callee(w *emit.Func, c call) *jen.Statement {
	next := w.FuncRef(e.fn, c.recv, e.next)
	if e.fitsAsItIs(c) {
		return next
	}
	captured := append([]string{c.recv.Name, e.next}, w.TypeArgNames(e.fn)...)
	for _, extra := range c.extras {
		captured = append(captured, extra.Name)
	}
	ctx, item := "_", w.Inner("item", captured)
	if e.writes {
		item = w.Inner("items", captured)
	}
	var args []jen.Code
	if e.fn.HasContext() {
		ctx = w.Inner(c.ctx, append(captured, item))
		args = append(args, jen.Id(ctx))
	}
	args = append(args, jen.Id(item))
	for i, extra := range c.extras {
		extra.Variadic = e.fn.Variadic && i == len(c.extras)-1
		args = append(args, extra.Pass())
	}
	if e.fn.Variadic && len(c.extras) == 0 {
		args[len(args)-1] = jen.Id(item).Op("...")
	}
	return e.literal(w, ctx, item, next.Call(args...))
}

// fitsAsItIs tells whether the runtime can be handed the function itself.
func (e *emitter) fitsAsItIs(c call) bool {
	if !e.fn.HasContext() || !e.fn.HasError() || e.result == nil || len(c.extras) > 0 || e.fn.Variadic {
		return false
	}
	// Slices of types that have names are not what the runtime infers.
	return !e.writes || isPlainSlice(e.fn.Args()[0].Type) && isPlainSlice(e.fn.Results[0].Type)
}

func isPlainSlice(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Slice)
	return ok
}

// literal is a function of a context and an item, or many of a writer.
func (e *emitter) literal(w *emit.Func, ctx, item string, call *jen.Statement) *jen.Statement {
	itemType, resultType := w.Type(e.item), e.resultType(w)
	if e.writes {
		itemType, resultType = jen.Index().Add(itemType), jen.Index().Add(resultType)
	}
	var body []jen.Code
	switch {
	case e.result != nil && e.fn.HasError():
		body = []jen.Code{jen.Return(call)}
	case e.result != nil:
		body = []jen.Code{jen.Return(call, w.Ident("nil"))}
	case e.fn.HasError():
		body = []jen.Code{jen.Return(jen.Struct().Values(), call)}
	default:
		body = []jen.Code{call, jen.Return(jen.Struct().Values(), w.Ident("nil"))}
	}
	return jen.Func().Params(jen.Id(ctx).Add(w.Std("context", "Context")), jen.Id(item).Add(itemType)).
		Params(resultType, w.Ident("error")).Block(body...)
}
