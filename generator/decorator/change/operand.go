package change

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
)

// An operand is one argument of a handle's method: a path, a constant by name, or
// a literal.
type operand struct {
	path     *path
	constant types.Object
	literal  string

	typ types.Type
	at  place
	// deref tells that what a pointer points to is meant, and spread that the
	// operand is the slice of a variadic parameter.
	deref, spread bool
}

// operand reads the expression for a parameter.
func (c *checker) operand(e annotations.Expr, p param, made *change) (operand, bool) {
	op := operand{at: place{e.Pos, len(e.Text)}}
	expr, err := parser.ParseExpr(e.Text)
	if err != nil {
		return op, false // Decode has reported it
	}
	if idents := selectors(expr); idents != nil {
		if _, isRoot := c.root(idents[0]); isRoot {
			at, t, ok := c.resolve(idents, op.at, made)
			op.path, op.typ = &at, t
			return op, ok
		}
		if op.constant = c.constant(idents, op.at); op.constant == nil {
			return op, false
		}
		return op, c.accepts(op, p, e.Text)
	}
	if !isLiteral(expr) {
		c.report(op.at, []string{"for more, call the handle in the function itself"},
			"%s is more than a directive can say: write a parameter, a result, a field of one, a constant or a literal", e.Text)
		return op, false
	}
	op.literal = e.Text
	return op, c.accepts(op, p, e.Text)
}

// selectors returns the identifiers of a.b.c, or nil.
func selectors(expr ast.Expr) []string {
	switch expr := expr.(type) {
	case *ast.Ident:
		return []string{expr.Name}
	case *ast.SelectorExpr:
		if before := selectors(expr.X); before != nil {
			return append(before, expr.Sel.Name)
		}
	}
	return nil
}

func isLiteral(expr ast.Expr) bool {
	switch expr := expr.(type) {
	case *ast.BasicLit:
		return true
	case *ast.UnaryExpr:
		return (expr.Op == token.SUB || expr.Op == token.ADD) && isLiteral(expr.X)
	}
	return false
}

// constant finds a constant, or reports that there is none.
func (c *checker) constant(idents []string, at place) types.Object {
	var obj types.Object
	switch text := strings.Join(idents, "."); {
	case len(idents) == 1:
		if obj = c.pass.Func.File.Lookup(idents[0]); obj == nil {
			c.report(at, nil, "%s", c.noRoot(idents[0]))
			return nil
		}
	case len(idents) == 2 && c.pass.Func.File.Import(idents[0]) != nil:
		obj = c.pass.Lookup(annotations.Name{Text: text, Pos: at.pos}, isConstant)
		if obj == nil {
			return nil
		}
	default:
		c.report(place{at.pos, len(idents[0])}, nil, "%s", c.noRoot(idents[0]))
		return nil
	}
	if !isConstant(obj) {
		c.report(at, nil, "%s is not a constant, a parameter or a result", strings.Join(idents, "."))
		return nil
	}
	return obj
}

// isConstant tells whether an object is a constant wherever it stands, which iota
// is not.
func isConstant(obj types.Object) bool {
	switch obj.(type) {
	case *types.Const:
		return obj != types.Universe.Lookup("iota")
	case *types.Nil:
		return true
	}
	return false
}

// accepts tells whether a parameter takes a constant or a literal, or reports that
// it does not.
func (c *checker) accepts(op operand, p param, text string) bool {
	// The type checker is asked about a call of a function with such a parameter.
	pkg := types.NewPackage(c.pass.Func.File.Package.Types.Path(), "p")
	taker := types.NewSignatureType(nil, nil, nil, types.NewTuple(types.NewParam(token.NoPos, pkg, "", p.typ)), nil, false)
	pkg.Scope().Insert(types.NewVar(token.NoPos, pkg, "take", taker))
	value := text
	if constant, ok := op.constant.(*types.Const); ok {
		value = "value"
		pkg.Scope().Insert(types.NewConst(token.NoPos, pkg, value, constant.Type(), constant.Val()))
	}
	_, err := types.Eval(token.NewFileSet(), pkg, token.NoPos, "take("+value+")")
	if err == nil {
		return true
	}
	why := ""
	if wrong := (types.Error{}); errors.As(err, &wrong) {
		for _, reason := range []string{"truncated", "overflows"} {
			if strings.Contains(wrong.Msg, reason) {
				why = " (" + reason + ")"
			}
		}
	}
	what := text
	if constant, ok := op.constant.(*types.Const); ok {
		what += ", a constant of type " + c.typeString(constant.Type())
	}
	c.report(op.at, nil, "%s is %s, which cannot be %s%s", p.name, c.typeString(p.typ), what, why)
	return false
}
