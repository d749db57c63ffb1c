package copytest

import "slices"

// A Methods has types that copy themselves.
type Methods struct {
	Tree    *Tree
	Trees   []Tree
	Clone   Cloner
	Deep    *Deep
	Deeps   map[string]Deep
	Set     Set
	Shape   Shape
	Shapes  []Shape
	Value   *Valued
	Wrapped Wrapped
	Box     *Box[*int]
}

// A Tree is recursive, and copies itself.
type Tree struct {
	Value    *int
	Children []*Tree
	copies   int
}

// DeepCopy copies t. It counts how often it was called.
func (t *Tree) DeepCopy() *Tree {
	c := &Tree{copies: t.copies + 1, Children: slices.Clone(t.Children)}
	if t.Value != nil {
		c.Value = new(*t.Value)
	}
	for i, child := range c.Children {
		c.Children[i] = child.DeepCopy()
	}
	return c
}

// A Cloner has a method of the value, and one of the name that comes first.
type Cloner struct {
	N      []int
	copies int
}

// Clone must not be called.
func (c Cloner) Clone() Cloner { panic("DeepCopy comes first") }

// DeepCopy copies c.
func (c Cloner) DeepCopy() Cloner { return Cloner{slices.Clone(c.N), c.copies + 1} }

// A Deep has a method of the pointer that returns a value.
type Deep struct {
	N      []int
	copies int
}

// Clone copies d.
func (d *Deep) Clone() Deep { return Deep{slices.Clone(d.N), d.copies + 1} }

// A Set may be nil.
type Set map[string]int

// Clone copies s, and takes nil for empty.
func (s Set) Clone() Set {
	c := Set{"copies": s["copies"] + 1}
	for key, n := range s {
		if key != "copies" {
			c[key] = n
		}
	}
	return c
}

// A Shape is an interface that copies.
type Shape interface {
	Area() float64
	Clone() Shape
}

// A Square is a Shape.
type Square struct {
	Side   []float64
	copies int
}

// Area is that of the first side.
func (s *Square) Area() float64 { return s.Side[0] * s.Side[0] }

// Clone copies s.
func (s *Square) Clone() Shape { return &Square{slices.Clone(s.Side), s.copies + 1} }

// A Valued has methods that return something else.
type Valued struct{ N []int }

// Clone returns no Valued.
func (v Valued) Clone() ([]int, error) { panic("not to be called") }

// DeepCopy takes a parameter.
func (v Valued) DeepCopy(bool) Valued { panic("not to be called") }

// A Wrapped has the method of what it embeds.
type Wrapped struct {
	Deep
	More []string
}

// A Box is generic.
type Box[T any] struct {
	Held   []T
	copies int
}

// Clone copies the box, not what is in it.
func (b *Box[T]) Clone() *Box[T] { return &Box[T]{slices.Clone(b.Held), b.copies + 1} }
