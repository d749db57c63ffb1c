package batch

import (
	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// options are those of the processor, as far as they were given. They need nothing of
// the user's but types.
func (e *emitter) options(w *emit.Func) []jen.Code {
	var all []jen.Code
	add := func(name string, args ...jen.Code) { all = append(all, w.Runtime("batch", name).Call(args...)) }
	count := func(name string, n annotations.Count) {
		if n.Set && n.Word == "" {
			add(name, jen.Lit(n.N))
		}
	}
	length := func(name string, d annotations.Duration) {
		if d.Set && !d.Name.Set() {
			add(name, e.file.Duration(d.Value))
		}
	}
	o := e.opts
	count("Size", o.Size)
	count("Concurrency", o.Concurrency)
	count("Attempts", o.Attempts)
	length("Delay", o.Delay)
	length("MaxDelay", o.MaxDelay)
	length("Timeout", o.Timeout)
	if o.Rate.Set {
		add("Rate", jen.Lit(o.Rate.N), e.file.Duration(o.Rate.Per))
	}
	switch {
	case o.StopOn.Word == "error":
		add("StopOnError")
	case o.StopOn.Set && o.StopOn.Word == "":
		add("StopAbove", jen.Lit(o.StopOn.Fraction))
	}
	if o.Order == "done" {
		add("ByCompletion")
	}
	count("MaxItems", o.Max)
	return all
}

// lateOptions adds those that refer to variables and functions of the user's, which may
// not be read before the package is initialised:
//
//	func processItemBatchOptions(opts []batch.Option) []batch.Option {
//		return processItemBatchProcessor.With(opts, batch.RetryOn(isBusy))
//	}
func (e *emitter) lateOptions() jen.Code {
	return e.file.Func(&model.Func{File: e.fn.File}, func(w *emit.Func) jen.Code {
		opts := w.Local("opts")
		list := func() *jen.Statement { return jen.Index().Add(w.Runtime("batch", "Option")) }
		with := append([]jen.Code{jen.Id(opts)}, e.theirs(w)...)
		about := e.names.options + " are the options of the directive, and then those of the caller."
		return jen.Add(emit.Comment(about), jen.Line(),
			jen.Func().Id(e.names.options).Params(jen.Id(opts).Add(list())).Add(list()).
				Block(jen.Return(w.Ident(e.names.processor).Dot("With").Call(with...))))
	})
}

// theirs are the options that lateOptions adds.
func (e *emitter) theirs(w *emit.Func) []jen.Code {
	var all []jen.Code
	add := func(name string, args ...jen.Code) { all = append(all, w.Runtime("batch", name).Call(args...)) }
	for _, name := range []string{"Delay", "MaxDelay", "Timeout"} {
		if obj := e.late[name]; obj != nil {
			add(name, w.Object(obj))
		}
	}
	if len(e.retryOn) > 0 {
		add("RetryOn", e.recognise(w, e.retryOn))
	}
	if len(e.finally) > 0 {
		add("Permanent", e.recognise(w, e.finally))
	}
	if e.opts.MaxBytes.Set {
		add("MaxBytes", jen.Lit(int(e.opts.MaxBytes.Bytes)), w.Object(e.weigh))
	}
	return all
}

// recognise is a function that tells whether an error is one of several:
//
//	func(err error) bool { return errors.Is(err, ErrBusy) || isSlow(err) }
func (e *emitter) recognise(w *emit.Func, failures []failure) *jen.Statement {
	if len(failures) == 1 && failures[0].isFunc {
		return w.Object(failures[0].object)
	}
	var named []string
	for _, f := range failures {
		named = append(named, f.object.Name())
	}
	err := w.Inner("err", named)
	is := jen.Null()
	for i, f := range failures {
		if i > 0 {
			is.Op("||")
		}
		if f.isFunc {
			is.Add(w.Object(f.object)).Call(jen.Id(err))
		} else {
			is.Add(w.Std("errors", "Is")).Call(jen.Id(err), w.Object(f.object))
		}
	}
	return jen.Func().Params(jen.Id(err).Add(w.Ident("error"))).Add(w.Ident("bool")).Block(jen.Return(is))
}
