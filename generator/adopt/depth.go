package adopt

import (
	"go/ast"
	"go/token"
	"strconv"
)

// depth reads an expression that is a number, a parameter, or a sum of the two.
// param is the parameter's index or -1.
func (fn *function) depth(expr ast.Expr) (n, param int, ok bool) {
	switch expr := ast.Unparen(expr).(type) {
	case *ast.BasicLit:
		n, err := strconv.Atoi(expr.Value)
		return n, -1, err == nil
	case *ast.UnaryExpr:
		n, param, ok := fn.depth(expr.X)
		return -n, -1, ok && param < 0 && expr.Op == token.SUB
	case *ast.Ident:
		if i := fn.param(expr.Name); i >= 0 {
			return 0, i, true
		}
		return fn.constant(expr.Name)
	case *ast.BinaryExpr:
		left, i, ok := fn.depth(expr.X)
		right, j, ok2 := fn.depth(expr.Y)
		switch {
		case !ok || !ok2 || i >= 0 && j >= 0:
		case expr.Op == token.ADD:
			return left + right, max(i, j), true
		case expr.Op == token.SUB && j < 0:
			return left - right, i, true
		}
	}
	return 0, -1, false
}

// param returns the index of a parameter, or -1.
func (fn *function) param(name string) int {
	i := 0
	for _, field := range fn.decl.Type.Params.List {
		for _, id := range field.Names {
			if id.Name == name {
				return i
			}
			i++
		}
		if len(field.Names) == 0 {
			i++
		}
	}
	return -1
}

// constant reads a package-level constant that is a plain number.
func (fn *function) constant(name string) (n, param int, ok bool) {
	for _, f := range fn.file.unit.files {
		for _, decl := range f.syntax.Decls {
			group, isGroup := decl.(*ast.GenDecl)
			if !isGroup || group.Tok != token.CONST {
				continue
			}
			for _, spec := range group.Specs {
				values := spec.(*ast.ValueSpec)
				for i, id := range values.Names {
					if id.Name == name && i < len(values.Values) {
						return fn.depth(values.Values[i])
					}
				}
			}
		}
	}
	return 0, -1, false
}
