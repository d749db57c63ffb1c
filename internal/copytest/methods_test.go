package copytest

import "testing"

// TestMethods tells that each method is called once for a copy.
func TestMethods(t *testing.T) {
	v := &Methods{
		Tree: &Tree{Value: new(1)}, Trees: []Tree{{Value: new(2)}},
		Deep: &Deep{N: []int{1}}, Deeps: map[string]Deep{"x": {}},
		Set: Set{"x": 1}, Shape: &Square{Side: []float64{2}}, Shapes: []Shape{&Square{Side: []float64{3}}, nil},
		Value: &Valued{N: []int{4}}, Wrapped: Wrapped{Deep: Deep{N: []int{5}}, More: []string{"x"}},
		Box: &Box[*int]{Held: []*int{new(6)}},
	}
	c := CopyMethods(v)
	for name, n := range map[string]int{
		"Tree": c.Tree.copies, "Trees": c.Trees[0].copies, "Clone": c.Clone.copies, "Deep": c.Deep.copies,
		"Deeps": c.Deeps["x"].copies, "Set": c.Set["copies"], "Shape": c.Shape.(*Square).copies,
		"Shapes": c.Shapes[0].(*Square).copies, "Wrapped": c.Wrapped.copies, "Box": c.Box.copies,
	} {
		if n != 1 {
			t.Errorf("%s was copied %d times by its method", name, n)
		}
	}
	if c.Wrapped.More[0] != "x" || &c.Wrapped.More[0] == &v.Wrapped.More[0] || &c.Value.N[0] == &v.Value.N[0] {
		t.Error("what the methods do not cover is not copied")
	}
	if c.Box.Held[0] != v.Box.Held[0] {
		t.Error("the method of the box does not do that")
	}
}
