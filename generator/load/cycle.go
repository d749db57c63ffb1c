package load

import (
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// cycle returns the import paths from p to the package called goal, both
// included, if p imports it, itself or by others. Our own output does not count:
// it is about to be written anew.
func (l *loader) cycle(p *packages.Package, goal string) []string {
	visited := make(map[string]bool)
	var search func(p *packages.Package) []string
	search = func(p *packages.Package) []string {
		visited[p.PkgPath] = true
		if p.PkgPath == goal {
			return []string{goal}
		}
		for _, next := range l.sourceImports(p) {
			if visited[next.PkgPath] {
				continue
			}
			if rest := search(next); rest != nil {
				return append([]string{p.PkgPath}, rest...)
			}
		}
		return nil
	}
	return search(p)
}

// sourceImports returns what a package's files import, without our output and the
// standard library. It reads the files, because packages.Load leaves out imports
// that close a cycle; in other modules, whose files are as they are, it does not.
func (l *loader) sourceImports(p *packages.Package) []*packages.Package {
	if known, ok := l.imports[p.ID]; ok {
		return known
	}
	paths := make(map[string]bool)
	if !l.isOwn(p) {
		for path := range p.Imports {
			paths[path] = true
		}
	} else {
		for _, file := range p.GoFiles {
			l.addImports(file, paths)
		}
	}
	var imports []*packages.Package
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		next := p.Imports[path]
		if next == nil {
			next = l.listed[path]
		}
		if next != nil && (next.Module != nil || l.isOwn(next)) {
			imports = append(imports, next)
		}
	}
	l.imports[p.ID] = imports
	return imports
}

// addImports adds the paths that a file imports, unless it is our output.
func (l *loader) addImports(path string, paths map[string]bool) {
	content, err := l.read(path)
	if err != nil || IsOutput(path, content) {
		return
	}
	// A file set of its own keeps it apart from what is loaded. With errors, what
	// could be read counts.
	file, _ := parser.ParseFile(token.NewFileSet(), path, content, parser.ImportsOnly)
	if file == nil {
		return
	}
	for _, spec := range file.Imports {
		paths[importPath(spec)] = true
	}
}

// refuse notes a wrapper whose package makes an import cycle.
func (u *unit) refuse(ref reference) {
	if u.cycles == nil {
		u.cycles = make(map[string]bool)
	}
	u.cycles[ref.name.Text] = true
}

// reportCycle reports a wrapper whose package imports the package that the
// directive is in: generated code would have to import it back.
func (l *loader) reportCycle(ref reference, path []string) {
	first := path[len(path)-1]
	l.problems.Add(ref.annotation.Problem(ref.name.Pos, len(ref.name.Text),
		"generated code would import "+path[0]+", and that makes an import cycle: "+
			strings.Join(append([]string{first}, path...), " → "),
		"call the handle where both packages can be imported, or give the two functions a tag in common"))
}
