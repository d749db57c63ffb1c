package load

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/model"
)

// promised returns a file that declares the types that the run is going to generate in a
// package, as far as the directives tell, or nil if there are none. What is known of them
// is their name. Without it, a field of such a type would be invalid before the first run.
func (l *loader) promised(p *packages.Package, u *unit, files []*ast.File) *ast.File {
	sources := l.annotatedSources(p, u)
	if len(sources) == 0 || len(files) == 0 {
		return nil
	}
	made := promises{taken: declaredIn(files), sources: sources}
	fmt.Fprintf(&made.text, "package %s\n", files[0].Name.Name)
	for _, s := range sources {
		for _, a := range s.funcs {
			made.of(a)
		}
	}
	file, err := parseFile(l.fset, filepath.Join(p.Dir, "what bunsuigen generates"), []byte(made.text.String()))
	if err != nil || len(file.Decls) == 0 {
		return nil
	}
	return file
}

// promise marks the types of a file that promised made, once they are type-checked.
func promise(file *ast.File, info *types.Info) {
	for _, decl := range file.Decls {
		name := decl.(*ast.GenDecl).Specs[0].(*ast.TypeSpec).Name
		if object, ok := info.Defs[name].(*types.TypeName); ok {
			model.Promise(object)
		}
	}
}

// annotatedSources returns the sources of a package in which there are directives.
func (l *loader) annotatedSources(p *packages.Package, u *unit) []*source {
	if u != nil {
		return u.sources
	}
	i := slices.IndexFunc(l.folders, func(f *folder) bool { return f.dir == p.Dir })
	if i < 0 || p.PkgPath != l.folders[i].listed.PkgPath {
		return nil
	}
	inside, _ := l.folders[i].split()
	return slices.DeleteFunc(slices.Clone(inside), func(s *source) bool { return s.excluded || s.test })
}

// promises are what one package is going to have.
type promises struct {
	text    strings.Builder
	taken   map[string]bool
	sources []*source
}

// of promises what comes of one function.
func (p *promises) of(a annotated) {
	handle := p.wrapperBase(a) + "CacheHandle"
	switch {
	case a.decl == nil:
		count := countFields(a.of.spec.TypeParams)
		p.add(a.of.homeName(), count)
		p.add(handle, count)
	case a.typeName() == "":
		p.add(handle, countFields(a.decl.Type.TypeParams))
	default:
		spec := p.spec(a.typeName())
		if spec == nil {
			return
		}
		p.add(handle, countFields(spec.TypeParams))
		p.add(p.fieldType(a, spec), countFields(spec.TypeParams))
	}
}

func (p *promises) spec(name string) *ast.TypeSpec {
	for _, s := range p.sources {
		if spec := typeSpec(s.syntax, name); spec != nil {
			return spec
		}
	}
	return nil
}

// fieldType returns the name of the type of the field that in= asks for, or nothing.
func (p *promises) fieldType(a annotated, spec *ast.TypeSpec) string {
	structure, ok := ast.Unparen(spec.Type).(*ast.StructType)
	if !ok {
		return ""
	}
	for _, directive := range a.chain {
		in, _ := directive.Arg("in")
		of, ok := annotations.ParseField(in.Value)
		if !ok {
			continue
		}
		field := fieldNamed(structure, of.Name)
		if field == nil {
			continue
		}
		if pointer, ok := ast.Unparen(field.Type).(*ast.StarExpr); ok {
			if name := ownType(spec, pointer.X); name != nil {
				return name.Name
			}
		}
	}
	return ""
}

// wrapperBase is what the names of a wrapper's companions begin with.
func (p *promises) wrapperBase(a annotated) string {
	name := model.Capital(a.name().Name)
	if as, ok := a.chain[0].Arg("as"); ok && a.decl != nil {
		name = as.Value
	}
	typeName := a.typeName()
	if typeName == "" {
		return name
	}
	base := typeName + model.Capital(name)
	if !token.IsExported(name) {
		base = strings.ToLower(base[:1]) + base[1:]
	}
	return base
}

// add declares a type, unless the user does. Of what it is made nobody can know.
func (p *promises) add(name string, params int) {
	if !token.IsIdentifier(name) || name == "_" || p.taken[name] {
		return
	}
	p.taken[name] = true
	var list []string
	for i := range params {
		list = append(list, fmt.Sprint("T", i+1))
	}
	if params > 0 {
		name += "[" + strings.Join(list, ", ") + " any]"
	}
	fmt.Fprintf(&p.text, "\ntype %s generatedByBunsuigen\n", name)
}

// countFields counts the names in a list of type parameters.
func countFields(list *ast.FieldList) int {
	if list == nil {
		return 0
	}
	return list.NumFields()
}

// declaredIn returns the names that files declare at their top, imports included.
func declaredIn(files []*ast.File) map[string]bool {
	declared := make(map[string]bool)
	for _, file := range files {
		for _, spec := range file.Imports {
			if spec.Name != nil {
				declared[spec.Name.Name] = true
			}
		}
		for _, decl := range file.Decls {
			for _, name := range declaredNames(decl) {
				declared[name.Name] = true
			}
		}
	}
	return declared
}

func declaredNames(decl ast.Decl) (names []*ast.Ident) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Recv == nil {
			names = append(names, decl.Name)
		}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name)
			case *ast.ValueSpec:
				names = append(names, spec.Names...)
			}
		}
	}
	return names
}
