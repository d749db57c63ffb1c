package change

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
)

// values finds what put stores: one operand for each result of the target.
func (c *checker) values(call annotations.Call, t *target, given []annotations.Path, made *change) ([]operand, bool) {
	var wanted []types.Type
	for i := range t.wrapper.Func.Values() {
		wanted = append(wanted, t.signature.Results().At(i).Type())
	}
	switch {
	case len(given) > 0:
		return c.givenValues(call, given, wanted, made)
	case c.sameResults(wanted):
		return c.allResults(), true
	}
	operands, ok := make([]operand, len(wanted)), true
	for i, want := range wanted {
		found, why := c.resultOf(want)
		if why != "" {
			c.report(place{call.Name.Pos, len(call.Name.Text)}, nil, "%s keeps %s, and %s", call.Name.Text, c.typeString(want), why)
			ok = false
			continue
		}
		operands[i] = found
	}
	return operands, ok
}

// givenValues checks value=.
func (c *checker) givenValues(call annotations.Call, given []annotations.Path, wanted []types.Type, made *change) ([]operand, bool) {
	if len(given) != len(wanted) {
		var shown []string
		for _, t := range wanted {
			shown = append(shown, c.typeString(t))
		}
		c.pass.ReportOption("value", nil, "%s keeps %s, so value= takes %d, and has %d",
			call.Name.Text, strings.Join(shown, " and "), len(wanted), len(given))
		return nil, false
	}
	var operands []operand
	ok := true
	for i, p := range given {
		op := operand{at: place{p.Pos, len(p.Text())}}
		at, t, found := c.resolve(p.Idents, op.at, made)
		op.path, op.typ = &at, t
		if found && !types.AssignableTo(t, wanted[i]) {
			c.report(op.at, nil, "%s keeps %s, and %s is %s", call.Name.Text, c.typeString(wanted[i]), at.text(), c.typeString(t))
			found = false
		}
		ok = ok && found
		operands = append(operands, op)
	}
	return operands, ok
}

// sameResults tells whether the function returns what the target does.
func (c *checker) sameResults(wanted []types.Type) bool {
	values := c.pass.Func.Values()
	if len(values) != len(wanted) {
		return false
	}
	for i, v := range values {
		if !types.AssignableTo(v.Type, wanted[i]) {
			return false
		}
	}
	return true
}

func (c *checker) allResults() []operand {
	var operands []operand
	for i, v := range c.pass.Func.Values() {
		operands = append(operands, operand{path: &path{root: root{kind: fromResult, index: i, typ: v.Type}}, typ: v.Type})
	}
	return operands
}

// resultOf finds the only result that can be stored as t. If there is none, why
// tells it.
func (c *checker) resultOf(want types.Type) (found operand, why string) {
	values := c.pass.Func.Values()
	fitting := func(fits func(t types.Type) bool) []int {
		var found []int
		for i, v := range values {
			if fits(v.Type) {
				found = append(found, i)
			}
		}
		return found
	}
	indexes := fitting(func(t types.Type) bool { return types.Identical(t, want) })
	if len(indexes) == 0 {
		indexes = fitting(func(t types.Type) bool { return types.AssignableTo(t, want) })
	}
	switch len(indexes) {
	case 1:
		return c.allResults()[indexes[0]], ""
	case 0:
		return found, fmt.Sprintf("%s returns none: %s", c.pass.Func.Name, c.suggestValue(want))
	}
	var names []string
	for _, r := range c.roots {
		if r.kind == fromResult && slices.Contains(indexes, r.index) {
			names = append(names, "value="+r.name)
		}
	}
	return found, fmt.Sprintf("%s returns %d: say which, %s", c.pass.Func.Name, len(indexes), strings.Join(names, " or "))
}

// suggestValue names what could be stored instead.
func (c *checker) suggestValue(want types.Type) string {
	for _, r := range c.roots {
		if types.AssignableTo(r.typ, want) {
			return "say what to store, such as value=" + r.name
		}
	}
	return "say what to store with value=, a parameter or a field of one or of a result"
}
