package cached

import (
	"go/types"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// addVary resolves vary=: functions whose values of the context join the key.
func (k *key) addVary(p *decorator.Pass, names []annotations.Name, fields map[string]bool) {
	if len(names) > 0 && !p.Func.HasContext() {
		p.ReportOption("vary", nil, "vary= reads the context, and %s takes none", p.Func.Name)
		return
	}
	for _, name := range names {
		obj := p.Lookup(name, isVary)
		if obj == nil {
			continue
		}
		result, ok := varyResult(obj)
		if !ok {
			p.ReportAt(name.Pos, len(name.Text), nil, "%s is %s, want func(context.Context) (K, bool)", name.Text, p.TypeString(obj.Type()))
			continue
		}
		how, why := spellable(p, result)
		if why != "" {
			p.ReportAt(name.Pos, len(name.Text), nil, "%s returns a value that cannot be part of a key: %s %s", name.Text, p.TypeString(result), why)
			continue
		}
		k.add(part{text: "vary " + name.Text, typ: result, how: how, vary: obj}, exported(name.Ident(), "Vary"), fields)
	}
}

func isVary(obj types.Object) bool {
	_, ok := varyResult(obj)
	return ok
}

func varyResult(obj types.Object) (types.Type, bool) {
	fn, ok := obj.(*types.Func)
	if !ok {
		return nil, false
	}
	sig := fn.Signature()
	if sig.TypeParams() != nil || sig.Params().Len() != 1 || sig.Results().Len() != 2 || sig.Variadic() {
		return nil, false
	}
	isBool := types.Identical(sig.Results().At(1).Type(), types.Typ[types.Bool])
	return sig.Results().At(0).Type(), isBool && model.IsNamed(sig.Params().At(0).Type(), "context", "Context")
}
