package cached

import "github.com/dave/jennifer/jen"

// An operand is a variable, a field of one, or what such pointers point to.
type operand struct {
	code func() *jen.Statement
	// stars is how many pointers are to be followed from there.
	stars int
}

func variable(name string) operand {
	return operand{code: func() *jen.Statement { return jen.Id(name) }}
}

// bare spells the operand where it stands alone, and use where more follows.
func (o operand) bare() *jen.Statement {
	s := jen.Null()
	for range o.stars {
		s.Op("*")
	}
	return s.Add(o.code())
}

func (o operand) use() *jen.Statement {
	if o.stars > 0 {
		return jen.Parens(o.bare())
	}
	return o.code()
}

func (o operand) field(name string) operand {
	return operand{code: func() *jen.Statement { return o.use().Dot(name) }}
}

func (o operand) target() operand { return operand{code: o.code, stars: o.stars + 1} }
