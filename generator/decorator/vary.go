package decorator

import (
	"go/types"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/model"
)

// LookupVary finds a function that reads a value of the context, func(context.Context)
// (K, bool), and returns it with K. It reports a name that is something else, and
// returns nil.
func (p *Pass) LookupVary(name annotations.Name) (types.Object, types.Type) {
	obj := p.Lookup(name, isVary)
	if obj == nil {
		return nil, nil
	}
	result, ok := varyResult(obj)
	if !ok {
		p.ReportAt(name.Pos, len(name.Text), nil, "%s is %s, want func(context.Context) (K, bool)", name.Text, p.TypeString(obj.Type()))
		return nil, nil
	}
	return obj, result
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
