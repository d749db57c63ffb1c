package load

import (
	"go/ast"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/bunsui/bunsui-go/annotations"
)

// neededImports returns the paths that files import for more than function
// bodies: with bodies ignored, reading the export data of the others would be
// time lost. Names in directives count too, as they are looked up later.
func neededImports(p *packages.Package, files []*ast.File) map[string]bool {
	needed := make(map[string]bool)
	for _, file := range files {
		used := usedQualifiers(file)
		for _, spec := range file.Imports {
			path := importPath(spec)
			name := localName(p, spec)
			if name == "" || name == "_" || name == "." || used[name] {
				needed[path] = true
			}
		}
	}
	return needed
}

// localName returns the name of an import in its file, or "" if only the
// imported package could tell.
func localName(p *packages.Package, spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	if imported := p.Imports[importPath(spec)]; imported != nil {
		return imported.Name
	}
	return ""
}

// usedQualifiers returns every X of an X.Y outside of function bodies and in
// directives.
func usedQualifiers(file *ast.File) map[string]bool {
	used := make(map[string]bool)
	for _, decl := range file.Decls {
		ast.Inspect(decl, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BlockStmt:
				return false
			case *ast.SelectorExpr:
				if qualifier, ok := n.X.(*ast.Ident); ok {
					used[qualifier.Name] = true
				}
			}
			return true
		})
	}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if annotations.IsDirective(comment.Text) {
				addQualifiers(used, comment.Text)
			}
		}
	}
	return used
}

// addQualifiers adds each word of a directive that comes before a dot. That some
// are no qualifiers does no harm.
func addQualifiers(used map[string]bool, text string) {
	for {
		before, after, found := strings.Cut(text, ".")
		if !found {
			return
		}
		start := strings.LastIndexAny(before, " \t=,({[*&\"`:") + 1
		used[before[start:]] = true
		text = after
	}
}
