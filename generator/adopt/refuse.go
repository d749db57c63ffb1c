package adopt

import (
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
)

// A refusal is why a function cannot be adopted, and where that is.
type refusal struct {
	at    token.Pos
	width int
	why   string
}

func (fn *function) refused(node ast.Node, format string, args ...any) *refusal {
	r := &refusal{at: node.Pos(), width: 1, why: fmt.Sprintf(format, args...)}
	switch node.(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.Comment:
		r.width = int(node.End() - node.Pos())
	}
	return r
}

// refuse returns why a function cannot be adopted as far as that can be told from
// its package's syntax, or nil. all are the declarations of the same symbol.
func refuse(fn *function, all []*function) *refusal {
	for _, check := range []func(*function) *refusal{
		checkPackage, checkFile, checkName, checkDoc, checkSymbol, checkSignature, checkBody,
	} {
		if r := check(fn); r != nil {
			return r
		}
	}
	for _, other := range all {
		if other != fn {
			pos := other.pos()
			return fn.refused(fn.decl.Name, "it is declared at %s:%d too, under other build constraints: a wrapper would stand for one of the two only",
				filepath.Base(pos.Filename), pos.Line)
		}
	}
	return nil
}

func checkPackage(fn *function) *refusal {
	p := &fn.file.unit.folder.listed
	switch {
	case p.own():
		return nil
	case p.Standard:
		return fn.refused(fn.decl.Name, "package %s is part of Go", p.ImportPath)
	}
	return fn.refused(fn.decl.Name, "package %s is not in the main module", p.ImportPath)
}

func checkFile(fn *function) *refusal {
	f := fn.file
	switch {
	case f.output:
		return fn.refused(fn.decl.Name, "bunsuigen has generated it")
	case ast.IsGenerated(f.syntax):
		return fn.refused(fn.decl.Name, "its file is generated, and the change would be lost when that happens again")
	case f.broken != nil:
		return fn.refused(fn.decl.Name, "its file has syntax errors: %v", f.broken)
	case f.excluded:
		return fn.refused(fn.decl.Name, "the build constraints of this run exclude its file: try other -tags, or another GOOS or GOARCH")
	}
	if _, _, err := directivesEnd(f, fn.decl); err != nil {
		return fn.refused(fn.decl, "%v", err)
	}
	return nil
}

var testFunction = regexp.MustCompile(`^(Test|Benchmark|Fuzz|Example)($|\P{Ll})`)

func checkName(fn *function) *refusal {
	name := fn.decl.Name.Name
	switch {
	case name == "_":
		return fn.refused(fn.decl.Name, "nothing can call a blank function")
	case fn.decl.Recv != nil:
		return nil
	case name == "init":
		return fn.refused(fn.decl.Name, "init has no callers: it runs when the program starts")
	case name == "main" && fn.file.syntax.Name.Name == "main":
		return fn.refused(fn.decl.Name, "main has no callers: the program begins with it")
	case fn.file.test && testFunction.MatchString(name):
		return fn.refused(fn.decl.Name, "go test finds %s by its name, in this file", name)
	}
	return nil
}

func checkDoc(fn *function) *refusal {
	if found := fn.directives(); len(found) > 0 {
		return fn.refused(fn.decl.Name, "it is decorated already, with %s", strings.TrimSpace(strings.TrimPrefix(found[0].Text, "//")))
	}
	if fn.decl.Doc == nil {
		return nil
	}
	for _, comment := range fn.decl.Doc.List {
		word, _, _ := strings.Cut(comment.Text, " ")
		if why := boundDirective(word); why != "" {
			return fn.refused(comment, "%s %s", word, why)
		}
	}
	return nil
}

// boundDirective tells why a compiler directive does not allow another function
// to take the name, or returns "". The others stay with the body, to which they
// matter.
func boundDirective(word string) string {
	switch word {
	case "//export":
		return "makes the function known to C under this name"
	case "//go:linkname", "//go:cgo_export_static", "//go:cgo_export_dynamic":
		return "ties the function to a symbol of the linker"
	case "//go:wasmexport", "//go:wasmimport":
		return "ties the function to a name of the host's"
	case "//go:nosplit", "//go:systemstack", "//go:nowritebarrier", "//go:nowritebarrierrec", "//go:yeswritebarrierrec":
		return "is a promise that a wrapper does not keep"
	case "//go:noescape", "//go:uintptrescapes", "//go:uintptrkeepalive":
		return "is about the arguments of every call, and a wrapper's call comes too late"
	case "//go:fix":
		return "lets tools replace calls by the function's body, and so by what a wrapper does"
	}
	return ""
}

// checkSymbol looks for compiler directives that name the function from anywhere
// in its package. They have to stand in the file that declares the name.
func checkSymbol(fn *function) *refusal {
	if fn.decl.Recv != nil {
		return nil
	}
	for _, f := range fn.file.unit.files {
		for _, group := range f.syntax.Comments {
			for _, comment := range group.List {
				fields := strings.Fields(comment.Text)
				if len(fields) < 2 || fields[1] != fn.decl.Name.Name {
					continue
				}
				if why := boundDirective(fields[0]); why != "" && fields[0] != "//go:fix" {
					pos := f.position(comment.Pos())
					return fn.refused(fn.decl.Name, "%s (%s:%d) %s", fields[0], filepath.Base(pos.Filename), pos.Line, why)
				}
			}
		}
	}
	return nil
}

func checkSignature(fn *function) *refusal {
	if fn.decl.Body == nil {
		return fn.refused(fn.decl.Name, "it has no body: it is written in assembly or comes from the linker")
	}
	var found *refusal
	inspect := func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok && found == nil {
			if pkg, ok := selector.X.(*ast.Ident); ok && pkg.Name == "C" {
				found = fn.refused(selector, "C.%s is a cgo type, which generated code cannot name", selector.Sel.Name)
			}
		}
		return found == nil
	}
	if fn.decl.Recv != nil {
		ast.Inspect(fn.decl.Recv, inspect)
	}
	ast.Inspect(fn.decl.Type, inspect)
	return found
}

// checkBody looks for what works by the function's place on the stack. A function
// literal has a place of its own, but one that looks up the stack counts, as it
// may be called right here.
func checkBody(fn *function) *refusal {
	var found *refusal
	var literals []ast.Node
	ast.PreorderStack(fn.decl.Body, nil, func(n ast.Node, stack []ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || found != nil {
			return found == nil
		}
		literals = literals[:0]
		for _, outer := range stack {
			if _, ok := outer.(*ast.FuncLit); ok {
				literals = append(literals, outer)
			}
		}
		found = fn.checkCall(call, len(literals) > 0)
		return found == nil
	})
	return found
}

func (fn *function) checkCall(call *ast.CallExpr, inLiteral bool) *refusal {
	switch callee := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		if callee.Name == "recover" && len(call.Args) == 0 && !inLiteral {
			return fn.refused(callee, "it calls recover, which works only in the function that is deferred: a wrapper would be deferred in its place")
		}
	case *ast.SelectorExpr:
		name := callee.Sel.Name
		if pkg, ok := callee.X.(*ast.Ident); ok && pkg.Name == "runtime" && (name == "Caller" || name == "Callers") {
			return fn.refused(callee, "it calls runtime.%s, which would see the wrapper", name)
		}
		if name == "Helper" && len(call.Args) == 0 && !inLiteral {
			return fn.refused(callee, "it calls %s.Helper, so that failures are reported where it is called: that would be in the wrapper", exprName(callee.X))
		}
	}
	return nil
}

func exprName(expr ast.Expr) string {
	switch expr := expr.(type) {
	case *ast.Ident:
		return expr.Name
	case *ast.SelectorExpr:
		return exprName(expr.X) + "." + expr.Sel.Name
	}
	return "T"
}
