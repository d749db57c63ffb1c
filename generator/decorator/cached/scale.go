package cached

import (
	"go/types"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/emit"
)

// A scale writes statements that add up the bytes that values hold, in an int.
type scale struct {
	w *emit.Func
	// total is the variable that they are added to.
	total string
	// locals are the names of loop variables, by what was wanted.
	locals map[string]string
}

func newScale(w *emit.Func) *scale {
	return &scale{w: w, total: w.Local("n"), locals: make(map[string]string)}
}

// A sum is what a value holds: terms that are always added, and statements that
// add what is there only in some values.
type sum struct{ terms, statements []jen.Code }

func (s *sum) add(other sum) {
	s.terms = append(s.terms, other.terms...)
	s.statements = append(s.statements, other.statements...)
}

// held adds up what x holds. depth counts the loops around it.
func (s *scale) held(x operand, held *weight, depth int) sum {
	switch {
	case held == nil:
		return sum{}
	case held.text:
		return sum{terms: []jen.Code{s.w.Ident("len").Call(x.bare())}}
	case held.fields != nil:
		var all sum
		for _, f := range held.fields {
			all.add(s.held(x.field(f.name), &f.weight, depth))
		}
		return all
	}
	switch t := held.typ.Underlying().(type) {
	case *types.Pointer:
		return s.pointer(x, t, held, depth)
	case *types.Map:
		return s.mapping(x, t, held, depth)
	case *types.Slice:
		// cap(x)*int(unsafe.Sizeof(x[0]))
		room := s.w.Ident("cap").Call(x.bare()).Op("*").Add(s.size(x.use().Index(jen.Lit(0))))
		return sum{terms: []jen.Code{room}, statements: s.loop(x.bare(), x, t.Elem(), held, depth)}
	case *types.Array:
		return sum{statements: s.loop(x.use().Index(jen.Empty(), jen.Empty()), x, t.Elem(), held, depth)}
	}
	panic("cached: no way to weigh a " + held.typ.String())
}

// size spells the size of a value as an int. The value itself is not looked at.
func (s *scale) size(value jen.Code) *jen.Statement {
	return s.w.Ident("int").Call(s.w.Std("unsafe", "Sizeof").Call(value))
}

// pointer counts what a pointer leads to:
//
//	if value != nil { n += int(unsafe.Sizeof(*value)) + len(value.Name) }
func (s *scale) pointer(x operand, t *types.Pointer, held *weight, depth int) sum {
	target := sum{terms: []jen.Code{s.size(x.target().bare())}}
	if isComposite(t.Elem()) { // Go follows the pointer by itself
		target.add(s.held(x, held.elem, depth))
	} else {
		target.add(s.held(x.target(), held.elem, depth))
	}
	present := jen.If(x.bare().Op("!=").Add(s.w.Ident("nil"))).Block(s.statements(target)...)
	return sum{statements: []jen.Code{present}}
}

// loop counts what elements hold, if they do.
func (s *scale) loop(over jen.Code, x operand, t types.Type, held *weight, depth int) []jen.Code {
	if held.elem == nil {
		return nil
	}
	v := s.local("v", depth)
	body := s.statements(s.held(variable(v), held.elem, depth+1))
	if !isComposite(t) {
		// for _, v := range value.Tags { n += len(v) }
		return []jen.Code{jen.For(jen.List(jen.Id("_"), jen.Id(v)).Op(":=").Range().Add(over)).Block(body...)}
	}
	// for i := range value.Items { v := &value.Items[i]; n += len(v.Name) }
	i := s.local("i", depth)
	element := jen.Id(v).Op(":=").Op("&").Add(x.use().Index(jen.Id(i)))
	return []jen.Code{jen.For(jen.Id(i).Op(":=").Range().Add(x.bare())).Block(append([]jen.Code{element}, body...)...)}
}

// mapping counts a map, and what its keys and elements hold:
//
//	if m != nil {
//		n += int(cache.MapBytes(len(m), unsafe.Sizeof(""), unsafe.Sizeof(m[""])))
//		for k, v := range m { n += len(k) + len(v) }
//	}
func (s *scale) mapping(x operand, t *types.Map, held *weight, depth int) sum {
	elem := s.w.Std("unsafe", "Sizeof").Call(x.use().Index(s.zero(t.Key())))
	room := s.w.Runtime("cache", "MapBytes").Call(s.w.Ident("len").Call(x.bare()), s.w.Std("unsafe", "Sizeof").Call(s.typedZero(t.Key())), elem)
	body := []jen.Code{jen.Id(s.total).Op("+=").Add(s.w.Ident("int")).Call(room)}
	if held.key != nil || held.elem != nil {
		body = append(body, s.entries(x, held, depth))
	}
	return sum{statements: []jen.Code{jen.If(x.bare().Op("!=").Add(s.w.Ident("nil"))).Block(body...)}}
}

// entries counts what the keys and elements of a map hold.
func (s *scale) entries(x operand, held *weight, depth int) jen.Code {
	k := "_"
	if held.key != nil {
		k = s.local("k", depth)
	}
	vars := jen.Id(k)
	inner := s.held(variable(k), held.key, depth+1)
	if held.elem != nil {
		v := s.local("v", depth)
		vars = jen.List(jen.Id(k), jen.Id(v))
		inner.add(s.held(variable(v), held.elem, depth+1))
	}
	return jen.For(vars.Op(":=").Range().Add(x.bare())).Block(s.statements(inner)...)
}

// zero spells the zero value of a map's key type where the type is known, and
// typedZero one of the same size where it is not. Neither is evaluated.
func (s *scale) zero(key types.Type) jen.Code {
	switch u := key.Underlying().(type) {
	case *types.Pointer:
		return s.w.Ident("nil")
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return jen.Lit("")
		case u.Info()&types.IsBoolean != 0:
			return s.w.Ident("false")
		}
		return jen.Lit(0)
	}
	return s.typedZero(key)
}

func (s *scale) typedZero(key types.Type) jen.Code {
	switch u := key.Underlying().(type) {
	case *types.Pointer:
		return s.w.Ident("uintptr").Call(jen.Lit(0))
	case *types.Basic:
		if u.Info()&types.IsNumeric != 0 {
			return s.w.Ident(u.Name()).Call(jen.Lit(0))
		}
		return s.zero(key)
	case *types.Struct, *types.Array:
		return s.w.Type(key).Values()
	}
	return jen.Op("*").Add(s.w.Ident("new")).Call(s.w.Type(key)) // of a type parameter
}

// local names a loop variable; loops at the same depth share names.
func (s *scale) local(want string, depth int) string {
	if depth > 0 {
		want += strconv.Itoa(depth + 1)
	}
	if s.locals[want] == "" {
		s.locals[want] = s.w.Local(want)
	}
	return s.locals[want]
}

// maxTerms is how many terms stand in one line.
const maxTerms = 3

// statements adds what was held to the total.
func (s *scale) statements(held sum) []jen.Code {
	var codes []jen.Code
	for terms := held.terms; len(terms) > 0; {
		line := terms[:min(maxTerms, len(terms))]
		terms = terms[len(line):]
		codes = append(codes, jen.Id(s.total).Op("+=").Add(plus(line)))
	}
	return append(codes, held.statements...)
}

// body returns what was held, and base besides if it is not nil.
func (s *scale) body(held sum, base *jen.Statement) []jen.Code {
	total := func(n jen.Code) jen.Code {
		if base == nil {
			return jen.Return(s.w.Ident("int64").Call(n))
		}
		return jen.Return(base.Op("+").Add(s.w.Ident("int64").Call(n)))
	}
	switch {
	case len(held.statements) > 0 || len(held.terms) > maxTerms:
		first := held.terms[:min(maxTerms, len(held.terms))]
		held.terms = held.terms[len(first):]
		start := jen.Id(s.total).Op(":=").Add(plus(first))
		return append(append([]jen.Code{start}, s.statements(held)...), total(jen.Id(s.total)))
	case len(held.terms) > 0:
		return []jen.Code{total(plus(held.terms))}
	case base != nil:
		return []jen.Code{jen.Return(base)}
	default:
		return []jen.Code{jen.Return(jen.Lit(0))}
	}
}

// plus spells the sum of terms.
func plus(terms []jen.Code) *jen.Statement {
	if len(terms) == 0 {
		return jen.Lit(0)
	}
	all := jen.Add(terms[0])
	for _, term := range terms[1:] {
		all.Op("+").Add(term)
	}
	return all
}
