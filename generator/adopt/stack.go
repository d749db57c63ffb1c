package adopt

import (
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
	"strconv"
)

// A gaze is how far a function looks up the stack. A frame more between it and
// what it looks at changes what it sees: logging and errors packages find out in
// this way where they were called from.
//
// What calls what is told from names alone, so that it errs on the safe side
// where methods of several types have one name, and misses calls by way of
// function values and interfaces of other packages.
type gaze struct {
	// up is the number of frames above the function at which it begins to look.
	up int
	// byParam is the same where it depends on a parameter: what is to be added to
	// the argument, by the parameter's index.
	byParam map[int]int
	// origin is the call that looks, and where it is.
	origin string
}

// unknownDepth stands for a number of frames that is worked out at run time.
const unknownDepth = 4

// gazes finds out how far functions look.
type gazes struct {
	resolver *resolver
	known    map[*function]*gaze
}

// checkStack refuses a function that looks above itself by way of others.
func (s *session) checkStack(fn *function) *refusal {
	if s.request.Force {
		return nil
	}
	if s.gazes == nil {
		s.gazes = &gazes{resolver: &s.resolver, known: make(map[*function]*gaze)}
	}
	g := s.gazes.of(fn)
	if g.up < 1 && len(g.byParam) == 0 {
		return nil
	}
	return fn.refused(fn.decl.Name, "it finds out what called it, by way of %s, and would find the wrapper; -force adopts it all the same", g.origin)
}

func (g *gazes) of(fn *function) *gaze {
	if known := g.known[fn]; known != nil {
		return known
	}
	found := &gaze{byParam: make(map[int]int)}
	g.known[fn] = found // where recursion ends
	if fn.decl.Body == nil {
		return found
	}
	ast.Inspect(fn.decl.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			g.addCall(fn, call, found)
		}
		return true
	})
	return found
}

// addCall adds what fn sees by way of one call.
func (g *gazes) addCall(fn *function, call *ast.CallExpr, found *gaze) {
	if index, offset := looks(call); index >= 0 {
		pos := fn.file.position(call.Pos())
		origin := fmt.Sprintf("%s (%s:%d)", exprName(call.Fun), filepath.Base(pos.Filename), pos.Line)
		g.addLook(fn, call.Args[index], offset, origin, found)
		return
	}
	for _, callee := range g.callees(fn, call) {
		seen := g.of(callee)
		if seen.up-1 > found.up {
			found.up, found.origin = seen.up-1, seen.origin
		}
		for index, offset := range seen.byParam {
			if index < len(call.Args) {
				g.addLook(fn, call.Args[index], offset-1, seen.origin, found)
			}
		}
	}
}

// looks tells which argument of a call says how many frames to go up, and what is
// to be added to it; -1 if none does.
func looks(call *ast.CallExpr) (index, offset int) {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) == 0 {
		return -1, 0
	}
	pkg, _ := selector.X.(*ast.Ident)
	switch name := selector.Sel.Name; {
	case pkg != nil && pkg.Name == "runtime" && name == "Caller":
		return 0, 0
	case pkg != nil && pkg.Name == "runtime" && name == "Callers":
		return 0, -1
	case name == "Output" && len(call.Args) == 2: // of package log, or a log.Logger
		if _, ok := call.Args[0].(*ast.BasicLit); ok {
			return 0, -1
		}
	}
	return -1, 0
}

// addLook adds that fn looks depth+offset frames up.
func (g *gazes) addLook(fn *function, depth ast.Expr, offset int, origin string, found *gaze) {
	n, param, ok := fn.depth(depth)
	if !ok {
		n, param = unknownDepth, -1
	}
	n += offset
	if param >= 0 {
		if before, known := found.byParam[param]; !known || n > before {
			found.byParam[param] = n
			found.origin = origin
		}
		return
	}
	if n > found.up {
		found.up, found.origin = n, origin
	}
}

// depth reads an expression that is a number, a parameter, or a sum of the two.
// param is the parameter's index or -1.
func (fn *function) depth(expr ast.Expr) (n, param int, ok bool) {
	switch expr := ast.Unparen(expr).(type) {
	case *ast.BasicLit:
		n, err := strconv.Atoi(expr.Value)
		return n, -1, err == nil
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

// callees returns the functions that a call may be of: of the package, or of
// another one of the user's.
func (g *gazes) callees(fn *function, call *ast.CallExpr) []*function {
	callee := ast.Unparen(call.Fun)
	switch indexed := callee.(type) {
	case *ast.IndexExpr:
		callee = indexed.X
	case *ast.IndexListExpr:
		callee = indexed.X
	}
	u := fn.file.unit
	switch callee := callee.(type) {
	case *ast.Ident:
		return u.functions[callee.Name]
	case *ast.SelectorExpr:
		if pkg, ok := callee.X.(*ast.Ident); ok {
			if path := fn.file.importPath(pkg.Name); path != "" {
				return g.resolver.functionOf(u.folder, path, callee.Sel.Name)
			}
		}
		return u.methods()[callee.Sel.Name]
	}
	return nil
}
