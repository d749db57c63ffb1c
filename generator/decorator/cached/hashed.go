package cached

import (
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/model"
)

// A hashed is a key, or a part of one, for which a hash is to be gathered.
type hashed struct {
	typ types.Type
	how conversion
}

// method gives the method of cache.Hash that takes the part, and the type of its
// argument, or nothing if there is none, or if the package has declared the name
// of that type for something else.
func (t hashed) method(fn *model.Func) (method, argument string) {
	method, argument = t.fastMethod()
	if declared(fn.File.Package, argument) {
		return "", ""
	}
	return method, argument
}

func (t hashed) fastMethod() (method, argument string) {
	switch t.how.(type) {
	case floatKey:
		return "Uint64", "uint64"
	case elementsKey:
		return "String", "string"
	case nil:
	default:
		return "", ""
	}
	basic, ok := t.typ.Underlying().(*types.Basic)
	switch {
	case !ok:
		return "", ""
	case basic.Info()&types.IsInteger != 0:
		return "Uint64", "uint64"
	case basic.Info()&types.IsString != 0:
		return "String", "string"
	case basic.Info()&types.IsBoolean != 0:
		return "Bool", "bool"
	}
	return "", "" // a float, say: 0 and -0 are equal, and their bits are not
}

func (t hashed) isStruct() bool {
	if t.how != nil {
		_, mirror := t.how.(structKey)
		return mirror
	}
	_, ok := t.typ.Underlying().(*types.Struct)
	return ok
}

// A hashedPart is a field of a struct or an element of an array.
type hashedPart struct {
	hashed
	of func(whole *jen.Statement) *jen.Statement
}

// maxElements is the length of the longest array that is hashed element by
// element.
const maxElements = 4

// parts lists what == compares, or fails if generated code cannot reach all of it
// or it is not made of parts.
func (t hashed) parts(fn *model.Func) (parts []hashedPart, ok bool) {
	if mirror, ok := t.how.(structKey); ok {
		for _, f := range mirror.fields {
			parts = append(parts, hashedPart{hashed{f.typ, f.how}, fieldOf(f.name)})
		}
		return parts, true
	}
	if t.how != nil {
		return nil, false
	}
	switch u := t.typ.Underlying().(type) {
	case *types.Struct:
		for field := range u.Fields() {
			switch {
			case field.Name() == "_": // == ignores it
			case !visible(fn, field):
				return nil, false
			default:
				parts = append(parts, hashedPart{hashed{typ: field.Type()}, fieldOf(field.Name())})
			}
		}
		return parts, true
	case *types.Array:
		for i := range min(u.Len(), maxElements) {
			element := func(whole *jen.Statement) *jen.Statement { return whole.Index(jen.Lit(int(i))) }
			parts = append(parts, hashedPart{hashed{typ: u.Elem()}, element})
		}
		return parts, u.Len() <= maxElements
	}
	return nil, false
}

func fieldOf(name string) func(*jen.Statement) *jen.Statement {
	return func(whole *jen.Statement) *jen.Statement { return whole.Dot(name) }
}

// visible tells whether fn's package may name a field.
func visible(fn *model.Func, field *types.Var) bool {
	pkg := fn.File.Package
	return field.Exported() || field.Pkg() == pkg.Types || field.Pkg().Path() == pkg.Path
}

// A hashCost counts the parts of a key for which cache.Hash has a method, and
// those that cache.HashField takes.
type hashCost struct{ fast, slow int }

// pays tells whether gathering a hash part by part is worth its code. HashField
// costs as much as hashing the whole key by package maphash, so that the others
// must make up for it.
func (c hashCost) pays() bool { return c.fast >= 2*c.slow && c.fast <= 32 }

// hashFields counts what addHash adds for t.
func hashFields(fn *model.Func, t hashed) hashCost {
	if method, _ := t.method(fn); method != "" {
		return hashCost{fast: 1}
	}
	parts, ok := t.parts(fn)
	if !ok {
		return hashCost{slow: 1}
	}
	var sum hashCost
	for _, p := range parts {
		c := hashFields(fn, p.hashed)
		sum.fast += c.fast
		sum.slow += c.slow
	}
	if !sum.pays() {
		return hashCost{slow: 1}
	}
	return sum
}
