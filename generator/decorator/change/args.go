package change

import (
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A param is what a handle's method takes.
type param struct {
	name string
	typ  types.Type
	// receiver tells the receiver from the arguments, and variadic an argument "...T".
	receiver, variadic bool
}

// params lists what the methods of the target's handle take after the context.
func (t *target) params() []param {
	fn := t.wrapper.Func
	var params []param
	if t.wrapper.Cached.Receiver {
		params = append(params, param{name: receiverName(fn), typ: t.recv, receiver: true})
	}
	first := len(fn.Params) - len(fn.Args()) // the context comes before
	for _, i := range t.wrapper.Cached.Params {
		params = append(params, param{
			name: argName(fn, i), typ: t.signature.Params().At(first + i).Type(),
			variadic: fn.Variadic && i == len(fn.Args())-1,
		})
	}
	return params
}

// receiverName and argName are as the handle's methods call them.
func receiverName(fn *model.Func) string {
	if fn.Recv.Name == "" {
		return "recv"
	}
	return fn.Recv.Name
}

func argName(fn *model.Func, i int) string {
	if name := fn.Args()[i].Name; name != "" {
		return name
	}
	return "arg" + strconv.Itoa(i+1)
}

// arguments checks the arguments of a call against the key of its target and puts
// them into the order of the handle's methods.
func (c *checker) arguments(call annotations.Call, t *target, made *change) ([]operand, bool) {
	params := t.params()
	made.guards = append(made.guards, t.guards...)
	ok := true
	for _, arg := range call.Args {
		if why := c.superfluous(arg, t, params); why != "" {
			c.report(place{arg.Param.Pos, len(arg.Param.Name)}, t.notes(params), "%s", why)
			ok = false
		}
	}
	var operands []operand
	var missing []string
	for _, p := range params {
		i := slices.IndexFunc(call.Args, func(arg annotations.CallArg) bool { return arg.Param.Name == p.name })
		switch {
		case p.receiver && t.receiver != nil:
			op, good := c.fit(*t.receiver, p, call.Name.Text, made)
			operands, ok = append(operands, op), ok && good
		case i < 0:
			missing = append(missing, p.name)
		default:
			op, good := c.operand(call.Args[i].Expr, p, made)
			if good {
				op, good = c.fit(op, p, call.Name.Text, made)
			}
			operands, ok = append(operands, op), ok && good
		}
	}
	if len(missing) > 0 && ok {
		c.report(place{call.Name.Pos, len(call.Name.Text)}, t.notes(params), "%s", c.missing(call, missing, params))
	}
	return operands, ok && len(missing) == 0
}

// superfluous says why a target has no use for an argument, or nothing.
func (c *checker) superfluous(arg annotations.CallArg, t *target, params []param) string {
	fn, name := t.wrapper.Func, arg.Param.Name
	i := slices.IndexFunc(params, func(p param) bool { return p.name == name })
	switch {
	case i >= 0 && params[i].receiver && t.implied:
		return fmt.Sprintf("%s is the receiver of %s, which is that of the method by itself: leave it out", name, t.wrapper.Symbol)
	case i >= 0 && params[i].receiver && t.receiver != nil:
		return fmt.Sprintf("the receiver %s is given twice: as %s too, before the method's name", name, t.receiver.path.text())
	case i >= 0:
		return ""
	case fn.HasContext() && fn.Params[0].Name == name:
		return fmt.Sprintf("%s is the context of %s, which is handed on by itself: leave it out", name, t.wrapper.Symbol)
	case slices.ContainsFunc(fn.Args(), func(p model.Param) bool { return p.Name == name }),
		fn.Recv != nil && fn.Recv.Name == name:
		return fmt.Sprintf("%s is not part of the key of %s: leave it out", name, t.wrapper.Symbol)
	}
	var names []string
	for _, p := range params {
		names = append(names, p.name)
	}
	return fmt.Sprintf("%s has no parameter %s%s", t.wrapper.Symbol, name, didYouMean(name, names))
}

// missing says which parameters of the key have no value.
func (c *checker) missing(call annotations.Call, names []string, params []param) string {
	given := ""
	for i, p := range params {
		if i > 0 {
			given += ", "
		}
		j := slices.IndexFunc(call.Args, func(arg annotations.CallArg) bool { return arg.Param.Name == p.name })
		value := "…"
		if j >= 0 {
			value = call.Args[j].Expr.Text
		} else if r, ok := c.root(p.name); ok && types.AssignableTo(r.typ, p.typ) {
			value = p.name
		}
		given += p.name + "=" + value
	}
	return fmt.Sprintf("%s needs %s: write %s(%s)", call.Name.Text, strings.Join(names, " and "), call.Name.Text, given)
}

// notes shows what the key is made of.
func (t *target) notes(params []param) []string {
	fn := t.wrapper.Func
	var shown []string
	for _, p := range params {
		shown = append(shown, p.name+" "+fn.TypeString(p.typ))
	}
	what := "the key of " + t.wrapper.Symbol + " is (" + strings.Join(shown, ", ") + ")"
	if len(shown) == 0 {
		what = t.wrapper.Symbol + " has one entry: its key takes nothing"
	}
	return []string{fmt.Sprintf("%s, declared at %s", what, decorator.Place(fn.Pos))}
}

// fit checks that an operand can be given for a parameter. Where a value is wanted
// and a pointer to it is there, the pointer is followed.
func (c *checker) fit(op operand, p param, target string, made *change) (operand, bool) {
	op.spread = p.variadic
	if op.path == nil || types.AssignableTo(op.typ, p.typ) {
		return op, true // what is no path was checked with its parameter
	}
	if ptr, ok := types.Unalias(op.typ).Underlying().(*types.Pointer); ok && types.AssignableTo(ptr.Elem(), p.typ) {
		made.guard(*op.path)
		op.deref = true
		return op, true
	}
	c.report(op.at, nil, "%s of %s is %s, and %s is %s", p.name, target, c.typeString(p.typ), op.path.text(), c.typeString(op.typ))
	return op, false
}

// typeString spells a type as the function's file would.
func (c *checker) typeString(t types.Type) string { return c.pass.TypeString(t) }
