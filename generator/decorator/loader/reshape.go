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
			fn.Symbol(), fn.TypeString(fn.Object.Type()))
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
	return shapeOfSignature(fn.SignatureFor(fn.Source().Object.Signature()))
}

func shapeOfSignature(sig *types.Signature) (key, value types.Type, how form) {
	params, results := sig.Params(), sig.Results()
	if params.Len() != 2 || results.Len() == 0 || results.Len() > 2 || !model.IsNamed(params.At(0).Type(), "context", "Context") {
		return nil, nil, noForm
	}
	keys, ok := types.Unalias(params.At(1).Type()).Underlying().(*types.Slice)
	if !ok {
		return nil, nil, noForm
	}
	key = keys.Elem()
	plain := results.Len() == 1 || model.IsError(results.At(1).Type())
	switch found := results.At(0).Type().Underlying().(type) {
	case *types.Map:
		if plain && types.Identical(found.Key(), key) {
			return key, found.Elem(), fromMap
		}
	case *types.Slice:
		switch {
		case plain:
			return key, found.Elem(), fromSlice
		case isErrors(results.At(1).Type()):
			return key, found.Elem(), fromErrors
		}
	}
	return nil, nil, noForm
}

// ofOneKey is the type of the function of one key.
func ofOneKey(many *types.Signature) *types.Signature {
	key, value, _ := shapeOfSignature(many)
	keys := many.Params().At(1)
	params := types.NewTuple(many.Params().At(0), types.NewParam(0, keys.Pkg(), keyName(keys.Name()), key))
	results := types.NewTuple(types.NewParam(0, keys.Pkg(), "", value), types.NewParam(0, keys.Pkg(), "", types.Universe.Lookup("error").Type()))
	return types.NewSignatureType(nil, nil, nil, params, results, false)
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
	fn.Make = ofOneKey
	fn.Object = types.NewFunc(0, many.File.Package.Types, fn.Name, fn.SignatureFor(many.Source().Object.Signature()))
	return fn
}

// keyName names the key after the keys.
func keyName(keys string) string {
	if name := singular(keys); decorator.IsIdentifier(name) {
		return name
	}
	return "key"
}
