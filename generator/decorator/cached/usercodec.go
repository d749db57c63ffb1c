package cached

import (
	"fmt"
	"go/token"
	"go/types"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
)

// A userCodec is what codec= names.
type userCodec struct {
	json bool
	// object is a variable or a type of the user's.
	object   types.Object
	variable bool
	// pointer tells that the pointer to the type has the methods, and generic that
	// the type has the type parameters of the decorated function.
	pointer, generic bool
	// name is a type of ours that reaches a variable.
	name string
}

// codecJSON is the codec over encoding/json.
const codecJSON = "json"

// findCodec resolves codec=, or reports what is wrong with it.
func findCodec(p *decorator.Pass, name annotations.Name) *userCodec {
	if name.Text == codecJSON {
		return &userCodec{json: true}
	}
	report := func(format string, args ...any) *userCodec {
		p.ReportAt(name.Pos, len(name.Text), []string{"wanted are the methods " + wantedCodec(p)}, format, args...)
		return nil
	}
	if len(p.Func.Values()) != 1 {
		return report("%s returns several results, for which only generated code and json have a codec: let it return one struct", p.Func.Name)
	}
	obj := p.Lookup(name, isCodecLike)
	if obj == nil {
		return nil
	}
	found := &userCodec{object: obj}
	t := obj.Type()
	switch obj.(type) {
	case *types.Var:
		found.variable = true
	case *types.TypeName:
		if t, found.generic = codecType(p, t); t == nil {
			return report("%s has other type parameters than %s", name.Text, p.Func.Name)
		}
	default:
		return report("%s is neither a variable nor a type", name.Text)
	}
	if types.IsInterface(t) && !found.variable {
		return report("%s is an interface: name a type that can be made, or a variable", name.Text)
	}
	wanted := codecInterface(p.Func.Values()[0].Type)
	if types.Implements(t, wanted) {
		return found
	}
	found.pointer = !types.IsInterface(t)
	if ptr := types.NewPointer(t); found.pointer && types.Implements(ptr, wanted) {
		return found
	}
	return report("%s is no codec for %s: %s", name.Text, p.TypeString(p.Func.Values()[0].Type), lackingMethod(p, t, wanted))
}

// isCodecLike tells what could have been meant.
func isCodecLike(obj types.Object) bool {
	_, isType := obj.(*types.TypeName)
	_, isVar := obj.(*types.Var)
	method, _, _ := types.LookupFieldOrMethod(obj.Type(), true, obj.Pkg(), "Schema")
	return (isType || isVar) && method != nil
}

// codecType gives a generic type the type parameters of the decorated function.
func codecType(p *decorator.Pass, t types.Type) (made types.Type, generic bool) {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.TypeParams() == nil {
		return t, false
	}
	args := typeArgs(p)
	if len(args) != named.TypeParams().Len() {
		return nil, true
	}
	made, err := types.Instantiate(nil, named, args, true)
	if err != nil {
		return nil, true
	}
	return made, true
}

// codecInterface is cache.Codec[V].
func codecInterface(value types.Type) *types.Interface {
	b := types.NewVar(token.NoPos, nil, "b", types.NewSlice(types.Typ[types.Byte]))
	v := types.NewVar(token.NoPos, nil, "v", value)
	failure := types.NewVar(token.NoPos, nil, "", types.Universe.Lookup("error").Type())
	method := func(name string, params, results []*types.Var) *types.Func {
		return types.NewFunc(token.NoPos, nil, name, types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), types.NewTuple(results...), false))
	}
	return types.NewInterfaceType([]*types.Func{
		method("Append", []*types.Var{b, v}, []*types.Var{b, failure}),
		method("Decode", []*types.Var{b}, []*types.Var{v, failure}),
		method("Schema", nil, []*types.Var{types.NewVar(token.NoPos, nil, "", types.Typ[types.String])}),
	}, nil).Complete()
}

// wantedCodec spells the methods of a codec.
func wantedCodec(p *decorator.Pass) string {
	value := "V"
	if values := p.Func.Values(); len(values) == 1 {
		value = p.TypeString(values[0].Type)
	}
	return fmt.Sprintf("Append([]byte, %s) ([]byte, error), Decode([]byte) (%s, error) and Schema() string", value, value)
}

// lackingMethod says which method is not as it must be.
func lackingMethod(p *decorator.Pass, t types.Type, wanted *types.Interface) string {
	if !types.IsInterface(t) {
		t = types.NewPointer(t)
	}
	method, wrong := types.MissingMethod(t, wanted, true)
	switch {
	case method == nil:
		return "its methods do not fit"
	case wrong:
		have, _, _ := types.LookupFieldOrMethod(t, true, method.Pkg(), method.Name())
		if have != nil {
			return fmt.Sprintf("its method %s is %s", method.Name(), p.TypeString(have.Type()))
		}
		return fmt.Sprintf("its method %s does not fit", method.Name())
	}
	return fmt.Sprintf("it has no method %s", method.Name())
}
