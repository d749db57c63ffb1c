package load

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"regexp"
	"strings"

	"github.com/bunsui/bunsui-go/generator/model"
)

// collectNames fills in the names that the user's files take. It reads them from
// the syntax, because files that build constraints exclude have no types.
func (l *loader) collectNames(pkg *model.Package, u *unit) {
	pkg.Declared = make(map[string]token.Position)
	pkg.FileImports = make(map[string]token.Position)
	pkg.Members = make(map[string]map[string]token.Position)
	n := names{loader: l, pkg: pkg}
	for _, s := range u.siblings {
		for _, spec := range s.syntax.Imports {
			n.addImport(u, spec)
		}
		for _, decl := range s.syntax.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				n.addFunc(decl)
			case *ast.GenDecl:
				n.addGroup(decl)
			}
		}
	}
	n.addInherited()
}

type names struct {
	loader *loader
	pkg    *model.Package
}

func (n names) addFunc(decl *ast.FuncDecl) {
	if decl.Recv == nil {
		if decl.Name.Name != "init" {
			n.declare(decl.Name)
		}
		return
	}
	if len(decl.Recv.List) > 0 {
		n.addMember(baseName(decl.Recv.List[0].Type), decl.Name)
	}
}

func (n names) addGroup(decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				n.declare(name)
			}
		case *ast.TypeSpec:
			n.declare(spec.Name)
			if structure, ok := spec.Type.(*ast.StructType); ok {
				n.addFields(spec.Name.Name, structure)
			}
		}
	}
}

func (n names) addFields(typeName string, structure *ast.StructType) {
	for _, field := range structure.Fields.List {
		for _, name := range field.Names {
			n.addMember(typeName, name)
		}
		if len(field.Names) == 0 {
			if name := embeddedName(field.Type); name != nil {
				n.addMember(typeName, name)
			}
		}
	}
}

// addInherited adds the fields of types that are defined by another type's name,
// type A B, which only the type checker knows.
func (n names) addInherited() {
	scope := n.pkg.Types.Scope()
	for _, typeName := range scope.Names() {
		object, ok := scope.Lookup(typeName).(*types.TypeName)
		if !ok || object.IsAlias() {
			continue
		}
		structure, ok := object.Type().Underlying().(*types.Struct)
		if !ok {
			continue
		}
		for field := range structure.Fields() {
			n.addMemberAt(typeName, field.Name(), n.loader.position(field.Pos()))
		}
	}
}

// addImport notes the names that an import declares in its file: its own, or for
// a dot import those of everything that it exports. A file that was not
// type-checked gives only the path to guess from.
func (n names) addImport(u *unit, spec *ast.ImportSpec) {
	name := ""
	switch {
	case spec.Name != nil:
		name = spec.Name.Name
	case u.checked.info.Implicits[spec] != nil:
		name = u.checked.info.Implicits[spec].Name()
	default:
		name = guessName(importPath(spec))
	}
	switch name {
	case "_", "":
	case ".":
		if imported, ok := u.checked.info.Defs[spec.Name].(*types.PkgName); ok {
			for _, name := range imported.Imported().Scope().Names() {
				if token.IsExported(name) {
					n.addFileName(name, spec)
				}
			}
		}
	default:
		n.addFileName(name, spec)
	}
}

func (n names) addFileName(name string, spec *ast.ImportSpec) {
	if _, taken := n.pkg.FileImports[name]; !taken {
		n.pkg.FileImports[name] = n.loader.position(spec.Pos())
	}
}

func (n names) declare(name *ast.Ident) {
	if _, taken := n.pkg.Declared[name.Name]; !taken && name.Name != "_" {
		n.pkg.Declared[name.Name] = n.loader.position(name.Pos())
	}
}

func (n names) addMember(typeName string, name *ast.Ident) {
	n.addMemberAt(typeName, name.Name, n.loader.position(name.Pos()))
}

func (n names) addMemberAt(typeName, name string, pos token.Position) {
	if typeName == "" || name == "_" {
		return
	}
	members := n.pkg.Members[typeName]
	if members == nil {
		members = make(map[string]token.Position)
		n.pkg.Members[typeName] = members
	}
	if _, taken := members[name]; !taken {
		members[name] = pos
	}
}

// baseName returns the name of a receiver's type, or "".
func baseName(expr ast.Expr) string {
	if name := embeddedName(expr); name != nil {
		return name.Name
	}
	return ""
}

// embeddedName returns the name that a type expression ends in, which is that of
// an embedded field: T for T, *T, pkg.T and T[X].
func embeddedName(expr ast.Expr) *ast.Ident {
	for {
		switch e := expr.(type) {
		case *ast.Ident:
			return e
		case *ast.StarExpr:
			expr = e.X
		case *ast.ParenExpr:
			expr = e.X
		case *ast.SelectorExpr:
			return e.Sel
		case *ast.IndexExpr:
			expr = e.X
		case *ast.IndexListExpr:
			expr = e.X
		default:
			return nil
		}
	}
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// guessName returns the name that a package with this path most likely has.
func guessName(importPath string) string {
	dir, last := path.Split(importPath)
	if majorVersion.MatchString(last) && dir != "" {
		last = path.Base(dir)
	}
	last, _, _ = strings.Cut(last, ".v") // gopkg.in/yaml.v3
	return strings.TrimPrefix(last, "go-")
}
