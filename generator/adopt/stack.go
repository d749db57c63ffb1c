package adopt

import (
	"fmt"
	"go/ast"
	"path/filepath"
)

// A gaze is how far a function looks up the stack. A frame more between it and
// what it looks at changes what it sees: logging and errors packages find out in
// this way where they were called from.
//
// What calls what is told from names alone, so that it errs on the safe side
// where methods of several types have one name, and misses calls by way of
// variables and of other packages' interfaces.
type gaze struct {
	// up is the number of frames above the function at which it begins to look.
	up int
	// byParam is the same where it depends on a parameter: what is to be added to
	// the argument, by the parameter's index.
	byParam map[int]int
	// origin is the call that looks, and where it is.
	origin string

	calls []*ast.CallExpr
	round int  // when it was last visited
	final bool // nothing will be added
}

// unknownDepth stands for a number of frames that is worked out at run time, and
// farthest for any that a recursion makes grow.
const (
	unknownDepth = 4
	farthest     = 16
)

// gazes finds out how far functions look.
type gazes struct {
	resolver *resolver
	found    map[*function]*gaze
	round    int
}

// checkStack refuses a function that looks above itself by way of others.
func (s *session) checkStack(fn *function) *refusal {
	if s.request.Force {
		return nil
	}
	if s.gazes == nil {
		s.gazes = &gazes{resolver: &s.resolver, found: make(map[*function]*gaze)}
	}
	g := s.gazes.of(fn)
	if g.up < 1 && len(g.byParam) == 0 {
		return nil
	}
	return fn.refused(fn.decl.Name, "it finds out what called it, by way of %s, and would find the wrapper; -force adopts it all the same", g.origin)
}

// of returns how far fn looks. Functions that call each other need several rounds
// until nothing is added any more; all that were visited are then known for good.
func (g *gazes) of(fn *function) *gaze {
	if found := g.found[fn]; found != nil && found.final {
		return found
	}
	var visited []*gaze
	for changed := true; changed; {
		g.round++
		visited, changed = visited[:0], false
		g.visit(fn, &visited, &changed)
	}
	for _, found := range visited {
		found.final = true
	}
	return g.found[fn]
}

// visit adds to what is known of fn and all that it calls.
func (g *gazes) visit(fn *function, visited *[]*gaze, changed *bool) *gaze {
	found := g.found[fn]
	if found == nil {
		found = &gaze{byParam: make(map[int]int), calls: fn.calls()}
		g.found[fn] = found
	}
	if found.final || found.round == g.round {
		return found
	}
	found.round = g.round
	*visited = append(*visited, found)
	for _, call := range found.calls {
		if index, offset := looks(call); index >= 0 {
			pos := fn.file.position(call.Pos())
			origin := fmt.Sprintf("%s (%s:%d)", exprName(call.Fun), filepath.Base(pos.Filename), pos.Line)
			*changed = found.add(fn, call.Args[index], offset, origin) || *changed
			continue
		}
		for _, callee := range g.callees(fn, call) {
			seen := g.visit(callee, visited, changed)
			*changed = found.raise(seen.up-1, seen.origin) || *changed
			for index, offset := range seen.byParam {
				if index < len(call.Args) {
					*changed = found.add(fn, call.Args[index], offset-1, seen.origin) || *changed
				}
			}
		}
	}
	return found
}

// calls returns the calls in the function's body.
func (fn *function) calls() []*ast.CallExpr {
	if fn.decl.Body == nil {
		return nil
	}
	var found []*ast.CallExpr
	ast.Inspect(fn.decl.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			found = append(found, call)
		}
		return true
	})
	return found
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

// add notes that fn looks depth+offset frames up, and tells whether that is new.
func (g *gaze) add(fn *function, depth ast.Expr, offset int, origin string) bool {
	n, param, ok := fn.depth(depth)
	if !ok {
		n, param = unknownDepth, -1
	}
	n = min(n+offset, farthest)
	if param < 0 {
		return g.raise(n, origin)
	}
	before, known := g.byParam[param]
	if known && n <= before {
		return false
	}
	g.byParam[param], g.origin = n, origin
	return true
}

func (g *gaze) raise(up int, origin string) bool {
	if up <= g.up {
		return false
	}
	g.up, g.origin = up, origin
	return true
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
		if methods := u.methods()[callee.Sel.Name]; len(methods) > 0 {
			return methods
		}
		if values := u.funcValues(); values.fields[callee.Sel.Name] {
			return values.used
		}
	}
	return nil
}
