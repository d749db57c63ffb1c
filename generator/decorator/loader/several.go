package loader

import (
	"fmt"
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// receiverField is the field of a group that has the receiver.
const receiverField = "receiver"

// several is the function that callers call for several keys.
func (e *emitter) several() jen.Code {
	many := e.fn.Many
	return e.function(many.Name, e.aboutSeveral(), func(l *emit.Layer) (jen.Code, []jen.Code) {
		keys := l.Args[0]
		result := l.Runtime("batch", "Result").Types(l.Type(e.key), l.Type(e.value))
		switch {
		case e.cached:
			// began := batch.Begin(ctx)
			// values, errs := loadUserManyCached(ctx, ids)
			// return batch.ResultOf(began, ids, values, errs)
			began, values, errs := l.Local("began"), l.Local("values"), l.Local("errs")
			return result, []jen.Code{
				jen.Id(began).Op(":=").Add(l.Runtime("batch", "Begin")).Call(l.Ctx.ID()),
				jen.List(jen.Id(values), jen.Id(errs)).Op(":=").Add(l.FuncRef(e.fn, l.Recv, many.Outer)).Call(l.Ctx.ID(), keys.ID()),
				jen.Return(l.Runtime("batch", "ResultOf").Call(jen.Id(began), keys.ID(), jen.Id(values), jen.Id(errs))),
			}
		case e.each:
			// return batch.LoadEach(ctx, ids, LoadUser)
			each := l.FuncRef(e.fn, l.Recv, e.names.wrapper)
			return result, []jen.Code{jen.Return(l.Runtime("batch", "LoadEach").Call(l.Ctx.ID(), keys.ID(), each))}
		}
		return result, e.loadMany(l, func(call *jen.Statement) jen.Code { return jen.Return(call) }, func(failure string) []jen.Code {
			return []jen.Code{jen.Return(l.Runtime("batch", "FailAll").Types(l.Type(e.key), l.Type(e.value)).Call(keys.ID(), jen.Id(failure)))}
		})
	})
}

func (e *emitter) aboutSeveral() string {
	text := fmt.Sprintf("%s is %s for several keys, which it has loaded together. The outcomes are in the order of the keys.", e.fn.Many.Name, e.names.wrapper)
	if e.cached {
		text += " Only what is not kept is loaded."
	}
	return text
}

// inner is the function for several keys that a cache calls.
func (e *emitter) inner() jen.Code {
	many := e.fn.Many
	about := fmt.Sprintf("%s loads the keys that %s has not kept.", many.Inner, e.names.wrapper)
	return e.function(many.Inner, about, func(l *emit.Layer) (jen.Code, []jen.Code) {
		results := jen.Params(jen.Index().Add(l.Type(e.value)), jen.Index().Add(l.Ident("error")))
		return results, e.loadMany(l, func(call *jen.Statement) jen.Code { return jen.Return(call.Dot("Split").Call()) }, func(failure string) []jen.Code {
			failed := l.Runtime("batch", "FailAll").Types(l.Type(e.key), l.Type(e.value)).Call(l.Args[0].ID(), jen.Id(failure))
			return []jen.Code{jen.Return(failed.Dot("Split").Call())}
		})
	})
}

// loadMany is a body that asks the loader for several keys.
func (e *emitter) loadMany(l *emit.Layer, finish func(*jen.Statement) jen.Code, fail func(failure string) []jen.Code) []jen.Code {
	group, body := e.group(l, fail)
	// loadUserLoader.LoadMany(ctx, struct{}{}, ids, loadUserFetch)
	call := e.loader(l.Func).Dot("LoadMany").Call(l.Ctx.ID(), group, l.Args[0].ID(), e.fetch(l.Func))
	return append(body, finish(call))
}

// function writes a function of a context and several keys. write returns its results and
// its body.
func (e *emitter) function(name, about string, write func(*emit.Layer) (results jen.Code, body []jen.Code)) jen.Code {
	many := e.fn.Many
	fn := &model.Func{
		File: e.fn.File, Recv: e.fn.Recv, TypeParams: e.fn.TypeParams, Many: many,
		Params: []model.Param{many.Params[0], {Name: many.Args()[0].Name, Type: types.NewSlice(e.key)}},
	}
	return e.file.Function(fn, name, emit.Comment(about), write)
}

// groupType keeps batches apart.
func (e *emitter) groupType() jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		var fields []jen.Code
		if e.fn.Recv != nil {
			fields = append(fields, jen.Id(receiverField).Add(w.Type(e.fn.Recv.Type)))
		} else {
			for _, name := range w.TypeArgNames(e.fn) {
				fields = append(fields, jen.Id("_").Op("*").Id(name)) // tells instantiations apart
			}
		}
		for i, v := range e.vary {
			fields = append(fields, jen.Id(varyField(i)).Add(w.Type(v.typ)))
		}
		about := e.names.group + " is what calls of " + e.names.wrapper + " have in common that are loaded together."
		return jen.Add(emit.Comment(about), jen.Line(), jen.Type().Id(e.names.group).Add(w.TypeParamList(e.fn)).Struct(fields...))
	})
}

func varyField(i int) string { return fmt.Sprint("by", i+1) }

// groupFunc finds the group of a call:
//
//	func loadUserGroupOf(ctx context.Context) (group loadUserGroup, err error) {
//		var ok bool
//		if group.by1, ok = auth.Tenant(ctx); !ok {
//			return group, &batch.VaryError{Func: "…", By: "auth.Tenant"}
//		}
//		return group, nil
//	}
func (e *emitter) groupFunc() jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		ctx, group, failure, ok := w.Local("ctx"), w.Local("group"), w.Local("err"), w.Local("ok")
		params := []jen.Code{jen.Id(ctx).Add(w.Std("context", "Context"))}
		var body []jen.Code
		if e.fn.Recv != nil {
			recv := w.Receiver(e.fn)
			params = append(params, w.Decl(recv))
			body = append(body, jen.Id(group).Dot(receiverField).Op("=").Add(recv.ID()))
		}
		body = append(body, jen.Var().Id(ok).Add(w.Ident("bool")))
		for i, v := range e.vary {
			read := jen.List(jen.Id(group).Dot(varyField(i)), jen.Id(ok)).Op("=").Add(w.Object(v.object)).Call(jen.Id(ctx))
			lacking := w.Runtime("batch", "VaryError").Values(jen.Id("Func").Op(":").Lit(e.id), jen.Id("By").Op(":").Lit(v.text))
			body = append(body, jen.If(read, jen.Op("!").Id(ok)).Block(jen.Return(jen.Id(group), jen.Op("&").Add(lacking))))
		}
		body = append(body, jen.Return(jen.Id(group), w.Ident("nil")))
		about := e.names.groupOf + " finds what a call has in common with others."
		return jen.Add(emit.Comment(about), jen.Line(), jen.Func().Id(e.names.groupOf).Add(w.TypeParamList(e.fn)).Params(params...).
			Params(jen.Id(group).Add(e.groupTypeOf(w)), jen.Id(failure).Add(w.Ident("error"))).Block(body...))
	})
}
