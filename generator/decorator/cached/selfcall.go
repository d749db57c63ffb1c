package cached

import (
	"go/ast"
	"go/token"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// checkSelfCall refuses a body that calls its own wrapper with the arguments that
// its key is made of: that call would wait for itself.
func checkSelfCall(p *decorator.Pass, k key) {
	if p.Names.Wrapper == "" || p.Func.Decl == nil || p.Func.Decl.Body == nil {
		return
	}
	ast.Inspect(p.Func.Decl.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || !callsWrapper(p, call) || !sameKey(p.Func, k, call) || assignsParam(p.Func) {
			return true
		}
		pos := p.Func.Position(call.Pos())
		p.ReportAt(pos, int(call.End()-call.Pos()), []string{"recursion must change what the key is made of"},
			"%s calls its own wrapper %s for the same key, which would wait for itself for ever", p.Func.Name, p.Names.Wrapper)
		return true
	})
}

func callsWrapper(p *decorator.Pass, call *ast.CallExpr) bool {
	fun := ast.Unparen(call.Fun)
	switch index := fun.(type) {
	case *ast.IndexExpr:
		fun = index.X
	case *ast.IndexListExpr:
		fun = index.X
	}
	if p.Func.Recv == nil {
		id, ok := fun.(*ast.Ident)
		return ok && id.Name == p.Names.Wrapper
	}
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != p.Names.Wrapper {
		return false
	}
	recv, ok := sel.X.(*ast.Ident)
	return ok && p.Func.Recv.Name != "" && recv.Name == p.Func.Recv.Name
}

// sameKey tells whether the call passes on, by name, all that the key is made of.
func sameKey(fn *model.Func, k key, call *ast.CallExpr) bool {
	if len(call.Args) != len(fn.Params) || k.hasVary() {
		return false
	}
	args := call.Args[len(fn.Params)-len(fn.Args()):]
	for _, i := range k.params {
		id, ok := args[i].(*ast.Ident)
		if !ok || id.Name != fn.Args()[i].Name {
			return false
		}
	}
	return true
}

// assignsParam tells whether the body may change a parameter, in which case equal
// names prove nothing.
func assignsParam(fn *model.Func) bool {
	names := make(map[string]bool)
	for _, param := range fn.Args() {
		names[param.Name] = true
	}
	changed := false
	isParam := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok && names[id.Name] {
			changed = true
		}
	}
	ast.Inspect(fn.Decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, target := range n.Lhs {
				isParam(target)
			}
		case *ast.IncDecStmt:
			isParam(n.X)
		case *ast.RangeStmt:
			isParam(n.Key)
			isParam(n.Value)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				isParam(n.X)
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				isParam(name)
			}
		case *ast.Field: // of a function literal
			for _, name := range n.Names {
				isParam(name)
			}
		}
		return true
	})
	return changed
}
