package codec

import (
	"go/types"

	"github.com/bunsui/bunsui-go/generator/model"
)

// leaf finds the runtime's functions for t, or returns nil if t is to be taken
// apart. A type that says itself how it is written comes first: MessagePack
// before binary before text.
func (b *builder) leaf(t types.Type) *leaf {
	if model.IsNamed(t, "time", "Time") {
		return &leaf{write: "AppendTime", read: "ReadTime", kind: "time"}
	}
	if types.IsInterface(t) {
		return nil
	}
	if form := ownForm(t); form != "" {
		kind := form + ":" + types.TypeString(types.Unalias(t), (*types.Package).Path)
		return &leaf{write: "Append" + form, read: "Read" + form, kind: kind, by: byPointer, fails: true}
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return scalar(u)
	case *types.Slice:
		if isByte(u.Elem()) {
			return &leaf{write: "AppendBytes", read: "ReadBytes", kind: "bytes", null: true}
		}
	case *types.Array:
		if isByte(u.Elem()) {
			kind := types.TypeString(types.NewArray(types.Typ[types.Uint8], u.Len()), nil)
			return &leaf{write: "AppendBytes", read: "ReadByteArray", kind: kind, by: bySlice}
		}
	}
	return nil
}

// isByte tells byte itself: a slice of a type that is only like it does not
// convert to []byte.
func isByte(t types.Type) bool { return types.Identical(t, types.Typ[types.Uint8]) }

func scalar(t *types.Basic) *leaf {
	name := ""
	switch info := t.Info(); {
	case info&types.IsBoolean != 0:
		name = "Bool"
	case info&types.IsUnsigned != 0:
		name = "Uint"
	case info&types.IsInteger != 0:
		name = "Int"
	case info&types.IsFloat != 0:
		name = "Float"
	case info&types.IsComplex != 0:
		name = "Complex"
	case info&types.IsString != 0:
		name = "String"
	default:
		return nil
	}
	return &leaf{write: "Append" + name, read: "Read" + name, kind: types.Typ[t.Kind()].Name()}
}

// ownForm tells by which methods of its own t is written and read, or nothing.
func ownForm(t types.Type) string {
	if _, ok := types.Unalias(t).(*types.Named); !ok {
		return ""
	}
	methods := types.NewMethodSet(types.NewPointer(t))
	switch {
	case has(methods, "MarshalMsg", msgMarshal) && has(methods, "UnmarshalMsg", msgMarshal):
		return "Msg"
	case has(methods, "MarshalBinary", marshal) && has(methods, "UnmarshalBinary", unmarshal):
		return "Binary"
	case has(methods, "MarshalText", marshal) && has(methods, "UnmarshalText", unmarshal):
		return "Text"
	}
	return ""
}

func hasOwnForm(t types.Type) bool { return ownForm(t) != "" }

// The signatures of the methods.
var (
	marshal    = signature{results: 2}
	unmarshal  = signature{params: 1, results: 1}
	msgMarshal = signature{params: 1, results: 2}
)

// A signature has at most one parameter, []byte, and results []byte and error, or
// error alone.
type signature struct{ params, results int }

// has tells whether a method is there, and declared for the type itself: one that
// comes from an embedded field would carry nothing but that field.
func has(methods *types.MethodSet, name string, want signature) bool {
	selected := methods.Lookup(nil, name)
	if selected == nil || len(selected.Index()) > 1 {
		return false
	}
	got := selected.Obj().Type().(*types.Signature)
	if got.Params().Len() != want.params || got.Results().Len() != want.results {
		return false
	}
	for v := range got.Params().Variables() {
		if !isBytes(v.Type()) {
			return false
		}
	}
	last := want.results - 1
	return model.IsError(got.Results().At(last).Type()) && (last == 0 || isBytes(got.Results().At(0).Type()))
}

func isBytes(t types.Type) bool {
	return types.Identical(t, types.NewSlice(types.Typ[types.Uint8]))
}
