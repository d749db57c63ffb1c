package main

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"

	"github.com/bunsui/bunsui-go/generator"
	"github.com/bunsui/bunsui-go/generator/load"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A bypass is a place that uses a decorated function where its wrapper was
// probably meant.
type bypass struct {
	pos     token.Position
	fn      string // as written: getUser, or s.getUser
	wrapper generator.Wrapper
	// unsure tells that another type has a method or field of this name, too.
	unsure bool
}

func (b bypass) text(s *session) string {
	text := place(s, b.pos) + ": " + b.fn + " goes past " + b.wrapper.Name
	if b.unsure {
		text += ", if it is " + b.wrapper.Func
	}
	return text
}

// place returns file:line:col as the user would write it.
func place(s *session, pos token.Position) string {
	pos.Filename = s.path(pos.Filename)
	return pos.String()
}

// findBypasses looks for uses of decorated functions in their own packages, tests
// included, outside the file that declares them: there, using the function itself
// is taken to be meant.
//
// It reads syntax only. A package-level function is told from local names, but not
// from one that a dot import brings. A method is known by its name, so that one of
// another type is reported as a doubt. Other packages, which can reach a function
// that is exported, are not looked at, nor are uses through an interface or
// by reflection.
func findBypasses(result *generator.Result) []bypass {
	wrappers := make(map[string]generator.Wrapper)
	for _, w := range result.Wrappers {
		wrappers[w.Package+"."+w.Func] = w
	}
	var found []bypass
	for _, pkg := range result.Packages {
		search := bypassSearch{pkg: pkg, funcs: make(map[string][]target), fset: token.NewFileSet()}
		for _, file := range pkg.Files {
			for _, fn := range file.Funcs {
				if fn.Implements() {
					continue // calls through the interface are what its wrapper is for
				}
				w := wrappers[pkg.Path+"."+fn.Symbol()]
				search.funcs[fn.Name] = append(search.funcs[fn.Name], target{fn, w})
			}
		}
		found = append(found, search.run()...)
	}
	slices.SortFunc(found, func(a, b bypass) int {
		return cmp.Or(cmp.Compare(a.pos.Filename, b.pos.Filename), cmp.Compare(a.pos.Offset, b.pos.Offset))
	})
	return found
}

// A target is a decorated function and its wrapper.
type target struct {
	fn      *model.Func
	wrapper generator.Wrapper
}

// A bypassSearch goes through the files of one package.
type bypassSearch struct {
	pkg   *model.Package
	funcs map[string][]target
	fset  *token.FileSet
	found []bypass
}

func (b *bypassSearch) run() []bypass {
	entries, _ := os.ReadDir(b.pkg.Dir)
	for _, entry := range entries {
		path := filepath.Join(b.pkg.Dir, entry.Name())
		if filepath.Ext(path) != ".go" {
			continue
		}
		content, err := os.ReadFile(path)
		if err != nil || load.IsOutput(path, content) {
			continue
		}
		// What the parser understood of a broken file is good enough.
		file, _ := parser.ParseFile(b.fset, path, content, 0)
		if file != nil && file.Name.Name == b.pkg.Name {
			b.search(path, file)
		}
	}
	return b.found
}

func (b *bypassSearch) search(path string, file *ast.File) {
	keys := compositeKeys(file)
	for _, ident := range file.Unresolved {
		for _, t := range b.funcs[ident.Name] {
			if t.fn.Recv == nil && t.fn.File.Path != path && !keys[ident] {
				b.found = append(b.found, bypass{b.fset.Position(ident.Pos()), ident.Name, t.wrapper, false})
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			b.searchSelector(path, selector)
		}
		return true
	})
}

func (b *bypassSearch) searchSelector(path string, selector *ast.SelectorExpr) {
	name := selector.Sel.Name
	for _, t := range b.funcs[name] {
		if t.fn.Recv == nil || t.fn.File.Path == path {
			continue
		}
		owners := 0
		for _, members := range b.pkg.Members {
			if _, ok := members[name]; ok {
				owners++
			}
		}
		written, pos := name, selector.Sel.Pos()
		if x, ok := selector.X.(*ast.Ident); ok {
			written, pos = x.Name+"."+name, x.Pos()
		}
		b.found = append(b.found, bypass{b.fset.Position(pos), written, t.wrapper, owners > 1})
	}
}

// compositeKeys returns the names before colons in composite literals, which the
// parser takes for uses although most are names of fields.
func compositeKeys(file *ast.File) map[*ast.Ident]bool {
	keys := make(map[*ast.Ident]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		literal, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		for _, element := range literal.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				if key, ok := pair.Key.(*ast.Ident); ok {
					keys[key] = true
				}
			}
		}
		return true
	})
	return keys
}
