package loader

import (
	"go/types"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A form is how a function of many keys returns what it has found, by the function of
// package batch that takes that.
type form string

const (
	noForm     form = ""
	fromMap    form = "FromMap"    // map[K]V, with an error or without
	fromSlice  form = "FromSlice"  // []V in the order of the keys, likewise
	fromErrors form = "FromErrors" // []V and []error
)

const wanted = "func(ctx context.Context, keys []K) (map[K]V, error), or with ([]V, error) or ([]V, []error) in the order of the keys"

// reshape makes the function of one key.
func reshape(p *decorator.Pass, o *Options) *model.Func {
	fn := p.Func
	key, value, how := shapeOf(fn)
	if how == noForm {
		p.Report([]string{"it takes " + wanted}, "%s is %s, which is no function of many keys: it takes a context and a slice, and returns a map or a slice",
			fn.Symbol(), fn.TypeString(signature(fn)))
		return nil
	}
	if !types.Comparable(key) {
		p.Report(nil, "the keys of %s are of type %s, which cannot be compared: batches hold each key once", fn.Symbol(), p.TypeString(key))
		return nil
	}
	name := o.MadeName(fn)
	if name == "" {
		p.Report(nil, "%s has no plural ending, so the function of one key needs a name: add as=Name", fn.Symbol())
		return nil
	}
	return one(fn, name, key, value)
}

// shapeOf returns the types of keys and values.
func shapeOf(fn *model.Func) (key, value types.Type, how form) {
	args, results := fn.Args(), fn.Results
	if !fn.HasContext() || len(args) != 1 || len(results) == 0 || len(results) > 2 {
		return nil, nil, noForm
	}
	keys, ok := types.Unalias(args[0].Type).Underlying().(*types.Slice)
	if !ok {
		return nil, nil, noForm
	}
	key = keys.Elem()
	switch found := results[0].Type.Underlying().(type) {
	case *types.Map:
		if types.Identical(found.Key(), key) && (len(results) == 1 || fn.HasError()) {
			return key, found.Elem(), fromMap
		}
	case *types.Slice:
		switch {
		case len(results) == 1 || fn.HasError():
			return key, found.Elem(), fromSlice
		case isErrors(results[1].Type):
			return key, found.Elem(), fromErrors
		}
	}
	return nil, nil, noForm
}

func isErrors(t types.Type) bool {
	slice, ok := t.Underlying().(*types.Slice)
	return ok && model.IsError(slice.Elem())
}

// one is the function of one key, which no source declares.
func one(many *model.Func, name string, key, value types.Type) *model.Func {
	fn := &model.Func{
		File: many.File, Pos: many.Pos, Doc: many.Doc, Recv: many.Recv, TypeParams: many.TypeParams,
		Chain: many.Chain, Home: many.Home,
		Name: decorator.Unexport(name), Of: many,
		Many: &model.Many{Func: many, Name: name + "Many"},
		Params: []model.Param{
			many.Params[0],
			{Name: keyName(many.Args()[0].Name), Type: key, Pos: many.Args()[0].Pos},
		},
		Results: []model.Param{{Type: value}, {Type: types.Universe.Lookup("error").Type()}},
	}
	fn.Object = types.NewFunc(0, many.File.Package.Types, fn.Name, signature(fn).(*types.Signature))
	return fn
}

// keyName names the key after the keys.
func keyName(keys string) string {
	if name := singular(keys); decorator.IsIdentifier(name) {
		return name
	}
	return "key"
}

// signature is the type of a function without its receiver.
func signature(fn *model.Func) types.Type {
	tuple := func(params []model.Param) *types.Tuple {
		vars := make([]*types.Var, len(params))
		for i, p := range params {
			vars[i] = types.NewParam(0, fn.File.Package.Types, p.Name, p.Type)
		}
		return types.NewTuple(vars...)
	}
	return types.NewSignatureType(nil, nil, nil, tuple(fn.Params), tuple(fn.Results), fn.Variadic)
}
