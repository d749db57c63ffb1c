package cached

import (
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// planSeveral lets several keys be looked up at once, where the function is made of one
// of many keys and a key is all that the cache needs to know.
func planSeveral(p *decorator.Pass, made *plan) {
	if p.Func.Many != nil {
		for _, part := range made.key.parts {
			if part.vary != nil {
				p.Func.Many.Vary = append(p.Func.Many.Vary, part.vary)
			}
		}
	}
	if p.Func.Many == nil || p.Func.Many.Outer != "" || !made.key.isArgument() || made.copies.wanted() {
		return
	}
	made.several = p.HiddenFunc(decorator.Unexport(p.Func.Many.Name)+"Cached", "the function that looks several keys up")
	p.Func.Many.Outer = made.several
}

// isArgument tells whether the key is the function's only argument as it is.
func (k *key) isArgument() bool {
	if len(k.parts) != 1 {
		return false
	}
	only := k.parts[0]
	return only.path != nil && only.path.param == 0 && len(only.path.fields) == 0 && only.how == nil && only.vary == nil && only.fn == nil
}

// severalFunc looks several keys up, and loads the others by what the loader has for
// that:
//
//	func loadUserManyCached(ctx context.Context, ids []int64) ([]*User, []error) {
//		return LoadUserCache.entries.LoadMany(ctx, ids, loadUserManyLoaded)
//	}
func (e *emitter) severalFunc() jen.Code {
	many := e.fn.Many
	fn := &model.Func{
		File: e.fn.File, Recv: e.fn.Recv, TypeParams: e.fn.TypeParams, Home: e.fn.Home, Many: many,
		Params: []model.Param{many.Params[0], {Name: many.Args()[0].Name, Type: types.NewSlice(e.fn.Args()[0].Type)}},
	}
	about := e.several + " looks several keys up, and loads those that are not kept."
	return e.file.Function(fn, e.several, emit.Comment(about), func(l *emit.Layer) (jen.Code, []jen.Code) {
		results := jen.Params(jen.Index().Add(e.valueTypeOf(l.Func)), jen.Index().Add(l.Ident("error")))
		var body []jen.Code
		_, entries := e.reach(l, arguments{ctx: l.Ctx.Name, recv: l.Recv, args: l.Args}, &body)
		load := l.FuncRef(e.fn, l.Recv, many.Inner)
		return results, append(body, jen.Return(entries().Dot("LoadMany").Call(l.Ctx.ID(), l.Args[0].ID(), load)))
	})
}
