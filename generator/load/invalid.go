package load

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/bunsui/bunsui-go/generator/model"
)

// invalid is the first thing in a type that makes it unusable for a wrapper.
type invalid struct {
	// madeByUs is a type that our own output declares, or is going to; it is nil if a
	// type is invalid in itself.
	madeByUs *types.TypeName
	// alias is the outermost alias that stands for an invalid type, or nil.
	alias *types.TypeName
}

// findInvalid looks into typ as far as its spelling goes: what a named type is
// made of is the business of its declaration.
func findInvalid(typ types.Type, madeByUs func(*types.TypeName) bool) *invalid {
	w := invalidFinder{madeByUs: madeByUs}
	w.visit(typ)
	return w.found
}

type invalidFinder struct {
	madeByUs func(*types.TypeName) bool
	found    *invalid
}

func (w *invalidFinder) visit(typ types.Type) {
	if w.found != nil {
		return
	}
	switch t := typ.(type) {
	case *types.Basic:
		if t.Kind() == types.Invalid {
			w.found = &invalid{}
		}
	case *types.Named:
		if t.TypeArgs().Len() != t.Origin().TypeParams().Len() {
			w.found = &invalid{}
			return
		}
		w.visitName(t.Obj(), t.TypeArgs())
	case *types.Alias:
		w.visitName(t.Obj(), t.TypeArgs())
		w.visitAliased(t)
	case *types.Map:
		w.visit(t.Key())
		w.visit(t.Elem())
	case *types.Signature:
		w.visitAll(typesOf(t.Params()))
		w.visitAll(typesOf(t.Results()))
	case *types.Struct:
		for field := range t.Fields() {
			w.visit(field.Type())
		}
	case *types.Interface:
		w.visitInterface(t)
	case *types.Union:
		for term := range t.Terms() {
			w.visit(term.Type())
		}
	case interface{ Elem() types.Type }: // pointer, slice, array, channel
		w.visit(t.Elem())
	}
}

func (w *invalidFinder) visitName(object *types.TypeName, args *types.TypeList) {
	if w.madeByUs(object) {
		w.found = &invalid{madeByUs: object}
		return
	}
	for arg := range args.Types() {
		w.visit(arg)
	}
}

func (w *invalidFinder) visitAliased(t *types.Alias) {
	if w.found != nil {
		return
	}
	w.visit(t.Rhs())
	if w.found != nil && w.found.madeByUs == nil {
		w.found = &invalid{alias: t.Obj()}
	}
}

func (w *invalidFinder) visitInterface(t *types.Interface) {
	for method := range t.ExplicitMethods() {
		w.visit(method.Type())
	}
	for embedded := range t.EmbeddedTypes() {
		w.visit(embedded)
	}
}

func (w *invalidFinder) visitAll(all []types.Type) {
	for _, typ := range all {
		w.visit(typ)
	}
}

// madeByUs tells whether a type is declared in an output of ours. In the
// packages that are type-checked here there is none, but export data has them if
// the package happened to compile; the answer must not depend on that. What
// other modules come with is code like any other.
func (l *loader) madeByUs(object *types.TypeName) bool {
	if model.IsPromised(object) {
		return true
	}
	name := filepath.Base(l.position(object.Pos()).Filename)
	if object.Pkg() == nil || !strings.HasSuffix(name, ".bunsui.go") {
		return false
	}
	p := l.listed[object.Pkg().Path()]
	if p == nil || !l.isOwn(p) {
		return false
	}
	path := filepath.Join(p.Dir, name) // export data may have shortened it
	content, err := l.read(path)
	return err == nil && IsOutput(path, content)
}

// onlyInOutput tells whether an output of ours declares an undefined type. The
// output may be broken or missing: then the type is just undefined.
func (l *loader) onlyInOutput(u *unit, at ast.Node, typeName string) bool {
	dir := u.folder.dir
	if selector, ok := at.(*ast.SelectorExpr); ok {
		p := u.packageOf(selector)
		if p == nil {
			return false
		}
		dir = p.Dir
	}
	files, _ := l.goFiles(dir)
	for _, name := range files {
		path := filepath.Join(dir, name)
		content, err := l.read(path)
		if err != nil || !IsOutput(path, content) {
			continue
		}
		// The file's own file set keeps it apart from what is loaded.
		file, _ := parser.ParseFile(token.NewFileSet(), path, content, parser.SkipObjectResolution)
		if declaresType(file, typeName) {
			return true
		}
	}
	return false
}

func declaresType(file *ast.File, name string) bool {
	found := false
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.Name == name {
			found = true
		}
		_, body := n.(*ast.BlockStmt)
		return !body
	})
	return found
}

// packageOf returns the package that the selector's qualifier stands for, or nil.
func (u *unit) packageOf(selector *ast.SelectorExpr) *packages.Package {
	qualifier, ok := selector.X.(*ast.Ident)
	if !ok {
		return nil
	}
	for _, s := range u.sources {
		if selector.Pos() < s.syntax.FileStart || s.syntax.FileEnd <= selector.Pos() {
			continue
		}
		if name, ok := u.checked.info.Scopes[s.syntax].Lookup(qualifier.Name).(*types.PkgName); ok {
			return u.listed.Imports[name.Imported().Path()]
		}
	}
	return nil
}

// missingPackage finds a qualifier in expr whose package could not be loaded:
// the type checker reports that at the import only.
func (l *loader) missingPackage(u *unit, expr ast.Expr) (at ast.Node, why reason) {
	ast.Inspect(expr, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok || at != nil {
			return at == nil
		}
		p := u.packageOf(selector)
		if p == nil || len(p.Errors) == 0 {
			return true
		}
		at, why = selector, unloadable(p)
		return false
	})
	return at, why
}

func unloadable(p *packages.Package) reason {
	message, _, _ := strings.Cut(p.Errors[0].Msg, "\n")
	message = strings.TrimSuffix(message, "; to add it:")
	notes := []string{message}
	if p.Module == nil && len(p.GoFiles) == 0 {
		notes = append(notes, "run go mod tidy, or go get "+p.PkgPath)
	}
	return reason{"package " + p.PkgPath + " cannot be loaded", notes}
}
