package loader

import (
	"fmt"
	"go/types"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// emitter writes what one loader needs.
type emitter struct {
	*plan
	file *emit.File
	// next is the function of many keys, or what stands for it.
	next string
}

func write(f *emit.File, layer decorator.Layer, p *plan) decorator.Code {
	e := &emitter{plan: p, file: f, next: layer.Names.Next}
	code := decorator.Code{
		State: []jen.Code{e.variable()},
		Func:  f.Layer(p.fn, layer.Names, layer.Doc, e.load),
	}
	code.Support = append(code.Support, e.several())
	if p.cached {
		code.Support = append(code.Support, e.inner())
	}
	code.Support = append(code.Support, e.fetchFunc())
	if p.names.group != "" {
		code.Support = append(code.Support, e.groupType())
	}
	if p.names.groupOf != "" {
		code.Support = append(code.Support, e.groupFunc())
	}
	return code
}

func (e *emitter) generic() bool { return len(e.fn.AllTypeParams()) > 0 }

// variable is the loader:
//
//	var loadUserLoader = batch.NewGroupLoader[struct{}, int64, *User]("example.com/store.loadUser", batch.MaxKeys(100))
func (e *emitter) variable() jen.Code {
	return e.file.Func(&model.Func{File: e.fn.File}, func(w *emit.Func) jen.Code {
		args := append([]jen.Code{jen.Lit(e.id)}, e.options(w)...)
		made := w.Runtime("batch", "NewGenericLoader").Call(args...)
		about := e.names.loader + " gathers the keys of all instantiations of " + e.names.wrapper + "."
		if !e.generic() {
			made = w.Runtime("batch", "NewGroupLoader").Types(e.types(w)...).Call(args...)
			about = e.names.loader + " gathers the keys that " + e.names.wrapper + " is called for."
		}
		return jen.Add(emit.Comment(about), jen.Line(), jen.Var().Id(e.names.loader).Op("=").Add(made))
	})
}

// options are those that differ from the runtime's own.
func (e *emitter) options(w *emit.Func) []jen.Code {
	var all []jen.Code
	add := func(name string, args ...jen.Code) { all = append(all, w.Runtime("batch", name).Call(args...)) }
	o := e.opts
	if o.Max.Set {
		add("MaxKeys", jen.Lit(o.Max.N))
	}
	if o.Window.Set {
		add("Window", e.duration(w, o.Window.Value, e.window))
	}
	if o.Concurrency.Set {
		add("InFlight", jen.Lit(o.Concurrency.N))
	}
	if o.Timeout.Set {
		add("BatchTimeout", e.duration(w, o.Timeout.Value, e.timeout))
	}
	if o.Missing == "zero" {
		add("MissingZero")
	}
	if o.Scope == "request" {
		add("PerRequest")
	}
	return all
}

// duration spells a number, or the constant that stands for one.
func (e *emitter) duration(w *emit.Func, d time.Duration, name types.Object) jen.Code {
	if name != nil {
		return w.Object(name)
	}
	return e.file.Duration(d)
}

// types are the type arguments of the loader: group, key and value.
func (e *emitter) types(w *emit.Func) []jen.Code {
	return []jen.Code{e.groupTypeOf(w), w.Type(e.key), w.Type(e.value)}
}

func (e *emitter) groupTypeOf(w *emit.Func) jen.Code {
	switch {
	case e.names.group != "":
		return w.Ident(e.names.group).Add(w.TypeArgList(e.fn))
	case e.fn.Recv != nil:
		return w.Type(e.fn.Recv.Type)
	default:
		return jen.Struct()
	}
}

// loader refers to the loader.
func (e *emitter) loader(w *emit.Func) *jen.Statement {
	if !e.generic() {
		return w.Ident(e.names.loader)
	}
	// batch.LoaderOf[loadItemGroup[T], int64, T](loadItemLoader)
	return w.Runtime("batch", "LoaderOf").Types(e.types(w)...).Call(w.Ident(e.names.loader))
}

// group is what keeps batches apart, and the statements that find it, which return in
// the way of fail if it cannot be found.
func (e *emitter) group(l *emit.Layer, fail func(failure string) []jen.Code) (group jen.Code, first []jen.Code) {
	switch {
	case e.names.groupOf != "":
		local, failure := l.Local("group"), l.Local("err")
		args := []jen.Code{l.Ctx.ID()}
		if e.fn.Recv != nil {
			args = append(args, l.Recv.ID())
		}
		// group, err := loadUserGroupOf(ctx, s)
		return jen.Id(local), []jen.Code{
			jen.List(jen.Id(local), jen.Id(failure)).Op(":=").Add(l.Ident(e.names.groupOf)).Add(l.TypeArgList(e.fn)).Call(args...),
			jen.If(jen.Id(failure).Op("!=").Add(l.Ident("nil"))).Block(fail(failure)...),
		}
	case e.names.group != "" || e.fn.Recv == nil:
		return jen.Add(e.groupTypeOf(l.Func)).Values(), nil
	default:
		return l.Recv.ID(), nil
	}
}

// load is the body of the function of one key:
//
//	return loadUserLoader.Load(ctx, struct{}{}, id, loadUserFetch)
func (e *emitter) load(l *emit.Layer) []jen.Code {
	group, body := e.group(l, func(failure string) []jen.Code {
		none := l.Local("none")
		return []jen.Code{jen.Var().Id(none).Add(l.Type(e.value)), jen.Return(jen.Id(none), jen.Id(failure))}
	})
	return append(body, jen.Return(e.loader(l.Func).Dot("Load").Call(l.Ctx.ID(), group, l.Args[0].ID(), e.fetch(l.Func))))
}

func (e *emitter) fetch(w *emit.Func) jen.Code {
	if e.generic() {
		return w.Ident(e.names.fetch).Add(w.TypeArgList(e.fn))
	}
	return w.Ident(e.names.fetch)
}

// fetchFunc asks for many keys, in the way that the loader does it:
//
//	func loadUserFetch(ctx context.Context, _ struct{}, ids []int64) batch.Found[int64, *User] {
//		return batch.FromMap(loadUsers(ctx, ids))
//	}
func (e *emitter) fetchFunc() jen.Code {
	many := e.fn.Many
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		ctx := w.Param(many.Params[0], "ctx")
		keys := w.Params(many.Args(), false)[0]
		group, called := jen.Id("_"), w.Ident(e.next)
		if e.fn.Recv == nil {
			called.Add(w.TypeArgList(e.fn))
		} else {
			local := w.Local("group")
			if e.names.group == "" {
				local = w.Receiver(e.fn).Name
			}
			group, called = jen.Id(local), jen.Id(local)
			if e.names.group != "" {
				called.Dot(receiverField)
			}
			called.Dot(e.next)
		}
		keys.Variadic = many.Variadic
		call := called.Call(ctx.ID(), keys.Pass())
		found := w.Runtime("batch", string(e.how))
		if e.how != fromMap {
			found.Types(w.Type(e.key)) // which slices of values do not tell
		}
		if len(many.Results) == 1 {
			found.Call(call, w.Ident("nil"))
		} else {
			found.Call(call)
		}
		about := fmt.Sprintf("%s asks for many keys, on behalf of %s.", e.names.fetch, e.names.wrapper)
		result := w.Runtime("batch", "Found").Types(w.Type(e.key), w.Type(e.value))
		return jen.Add(emit.Comment(about), jen.Line(), jen.Func().Id(e.names.fetch).Add(w.TypeParamList(e.fn)).
			Params(w.Decl(ctx), group.Add(e.groupTypeOf(w)), jen.Id(keys.Name).Index().Add(w.Type(e.key))).
			Add(result).Block(jen.Return(found)))
	})
}
