package cached

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
)

// A resultFunc is a function of the user's that takes the results without the
// error.
type resultFunc struct {
	object types.Object
	// generic tells that it has the type parameters of the decorated function.
	generic bool
}

// findResultFunc resolves the name of a function that takes the results and
// returns a single value, for which fits holds, or reports why it does not.
func findResultFunc(p *decorator.Pass, option string, name annotations.Name, returns string, fits func(types.Type) bool) *resultFunc {
	obj := p.Lookup(name, isFunc)
	if obj == nil {
		return nil
	}
	wanted := wantedFunc(p, returns)
	fn, ok := obj.(*types.Func)
	if !ok {
		p.ReportAt(name.Pos, len(name.Text), nil, "%s is no function: %s= takes the name of a %s", name.Text, option, wanted)
		return nil
	}
	result, ok := resultOf(p, fn)
	if !ok || !fits(result) {
		p.ReportAt(name.Pos, len(name.Text), weighNotes(p), "%s is %s, want %s", name.Text, p.TypeString(fn.Type()), wanted)
		return nil
	}
	return &resultFunc{object: fn, generic: fn.Signature().TypeParams() != nil}
}

// wantedFunc spells the type of a function that takes the results.
func wantedFunc(p *decorator.Pass, returns string) string {
	var results []string
	for _, v := range p.Func.Values() {
		results = append(results, p.TypeString(v.Type))
	}
	return fmt.Sprintf("func(%s) %s", strings.Join(results, ", "), returns)
}

// resultOf returns what fn returns, if it takes the results of the decorated
// function and returns a single value.
func resultOf(p *decorator.Pass, fn *types.Func) (types.Type, bool) {
	sig, ok := instantiated(p, fn.Signature())
	values := p.Func.Values()
	if !ok || sig.Variadic() || sig.Params().Len() != len(values) || sig.Results().Len() != 1 {
		return nil, false
	}
	for i, v := range values {
		if !types.Identical(sig.Params().At(i).Type(), v.Type) {
			return nil, false
		}
	}
	return sig.Results().At(0).Type(), true
}

// instantiated gives a generic signature the type parameters of the decorated
// function.
func instantiated(p *decorator.Pass, sig *types.Signature) (*types.Signature, bool) {
	if sig.TypeParams() == nil {
		return sig, true
	}
	args := typeArgs(p)
	if len(args) != sig.TypeParams().Len() {
		return nil, false
	}
	made, err := types.Instantiate(nil, sig, args, true)
	if err != nil {
		return nil, false
	}
	return made.(*types.Signature), true
}

func typeArgs(p *decorator.Pass) []types.Type {
	var args []types.Type
	for _, param := range p.Func.AllTypeParams() {
		args = append(args, param.Type)
	}
	return args
}

// callResultFunc spells the call of a user's function for a variable of type V.
func (e *emitter) callResultFunc(w *emit.Func, fn *resultFunc, value string) *jen.Statement {
	args := make([]jen.Code, len(e.values))
	for i := range args {
		args[i] = e.valueField(value, i).use()
	}
	called := w.Object(fn.object)
	if fn.generic {
		called.Add(w.TypeArgList(e.fn))
	}
	return called.Call(args...)
}
