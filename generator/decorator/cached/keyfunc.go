package cached

import (
	"go/types"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// addFunc resolves key=fn: a function of the same parameters, of which context and
// receiver may be left out.
func (k *key) addFunc(p *decorator.Pass, name annotations.Name, receiver string, fields map[string]bool) {
	root, _, _ := strings.Cut(name.Text, ".")
	if argIndex(p.Func, root) >= 0 && !isFunc(p.Func.File.Lookup(name.Text)) {
		p.ReportAt(name.Pos, len(name.Text), nil, "%s is a parameter: write key=\"{%s}\"", root, name.Text)
		return
	}
	made, ok := findKeyFunc(p, name)
	if !ok {
		return
	}
	result := made.object.Type().(*types.Signature).Results().At(0).Type()
	if !types.Comparable(result) {
		p.ReportAt(name.Pos, len(name.Text), nil, "%s returns %s, which does not compare with ==", name.Text, p.TypeString(result))
		return
	}
	how, _ := keyable(p, result)
	if why := p.Unspellable(result); how == nil && why != "" {
		p.ReportAt(name.Pos, len(name.Text), nil, "%s returns what cannot be a key: %s %s", name.Text, p.TypeString(result), why)
		return
	}
	if made.receiver {
		k.needs(-1)
	} else {
		k.addReceiver(p, receiver, fields)
	}
	for i := range p.Func.Args() {
		k.needs(i)
	}
	k.add(part{text: name.Text + "()", typ: result, how: how, fn: &made}, exported(name.Ident(), "Key"), fields)
}

// findKeyFunc resolves the name of a function that fits, or reports it.
func findKeyFunc(p *decorator.Pass, name annotations.Name) (made keyFunc, ok bool) {
	obj := p.Lookup(name, isFunc)
	if obj == nil {
		return made, false
	}
	fn, ok := obj.(*types.Func)
	if !ok {
		p.ReportAt(name.Pos, len(name.Text), nil, "%s is no function: key= takes the name of one, or a template in quotes", name.Text)
		return made, false
	}
	made, ok = matchKeyFunc(p, fn)
	if !ok {
		p.ReportAt(name.Pos, len(name.Text), []string{"it must take the parameters of " + p.Func.Name + " and return one value; context and receiver may be left out"},
			"%s is %s, which does not fit %s", name.Text, p.TypeString(fn.Type()), p.TypeString(p.Func.Object.Type()))
		return made, false
	}
	return made, true
}

func isFunc(obj types.Object) bool {
	_, ok := obj.(*types.Func)
	return ok
}

func matchKeyFunc(p *decorator.Pass, fn *types.Func) (keyFunc, bool) {
	made := keyFunc{object: fn}
	sig := fn.Signature()
	var params []types.Type
	for v := range sig.Params().Variables() {
		params = append(params, v.Type())
	}
	if len(params) > 0 && model.IsNamed(params[0], "context", "Context") && p.Func.HasContext() {
		made.ctx, params = true, params[1:]
	}
	if p.Func.Recv != nil && len(params) == len(p.Func.Args())+1 && types.Identical(params[0], p.Func.Recv.Type) {
		made.receiver, params = true, params[1:]
	}
	if sig.TypeParams() != nil || sig.Results().Len() != 1 || len(params) != len(p.Func.Args()) || sig.Variadic() != p.Func.Variadic {
		return made, false
	}
	for i, arg := range p.Func.Args() {
		if !types.Identical(params[i], arg.Type) {
			return made, false
		}
	}
	return made, true
}
