package adopt

import (
	"go/ast"
	"go/token"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/bunsui/bunsui-go/generator/decorator"
)

// names are the names that mean something in a package, in any of its files.
type names struct {
	// scope are names of package-level declarations and of imports, those of our
	// own output included.
	scope map[string]bool
	// members are names of methods and fields, and whatever stands behind a dot:
	// a new method must not hide what is promoted from an embedded type, nor make
	// a type implement an interface.
	members map[string]bool
}

// newNames collects the names of a unit. In-package tests and files that build
// constraints exclude count.
func newNames(u *unit) *names {
	n := &names{scope: make(map[string]bool), members: make(map[string]bool)}
	for _, f := range u.files {
		for _, spec := range f.syntax.Imports {
			n.addImport(spec)
		}
		for _, decl := range f.syntax.Decls {
			n.addDecl(decl)
		}
		ast.Inspect(f.syntax, n.addMembers)
	}
	return n
}

// addImport notes the names that an import may have: without type-checking, that
// of a package is a guess.
func (n *names) addImport(spec *ast.ImportSpec) {
	if spec.Name != nil {
		n.scope[spec.Name.Name] = true
		return
	}
	path, _ := strconv.Unquote(spec.Path.Value)
	start := 0
	for i := range len(path) + 1 {
		if i == len(path) || !isLetterOrDigit(path[i]) {
			n.scope[path[start:i]] = true
			start = i + 1
		}
	}
}

func isLetterOrDigit(c byte) bool {
	return c == '_' || c >= utf8.RuneSelf || unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c))
}

func (n *names) addDecl(decl ast.Decl) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Recv == nil {
			n.scope[decl.Name.Name] = true
		} else {
			n.members[decl.Name.Name] = true
		}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				n.scope[spec.Name.Name] = true
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					n.scope[name.Name] = true
				}
			}
		}
	}
}

func (n *names) addMembers(node ast.Node) bool {
	switch node := node.(type) {
	case *ast.SelectorExpr:
		n.members[node.Sel.Name] = true
	case *ast.StructType:
		n.addFields(node.Fields)
	case *ast.InterfaceType:
		n.addFields(node.Methods)
	}
	return true
}

func (n *names) addFields(fields *ast.FieldList) {
	for _, field := range fields.List {
		for _, name := range field.Names {
			n.members[name.Name] = true
		}
		if name := typeName(field.Type); name != "" {
			n.members[name] = true
		}
	}
}

// A naming is a new name for a function, and the as= that its wrapper then needs
// in order to have the old one.
type naming struct{ name, as string }

// suffix makes a name that is hardly ever taken.
const suffix = "Undecorated"

// namings lists the names that a function could be given, the best first, without
// regard to what is taken.
func namings(old string) []naming {
	var found []naming
	if short := decorator.Unexport(old); short != old {
		as := old
		if decorator.Export(short) == old {
			as = ""
		}
		found = append(found, naming{short, as})
	}
	long := decorator.Unexport(old) + suffix
	return append(found, naming{long, old})
}

// take finds a name for a function and takes it. With long it does not look for a
// short one.
func (n *names) take(fn *function, long bool) naming {
	all := namings(fn.decl.Name.Name)
	if long {
		all = all[len(all)-1:]
	}
	for _, naming := range all {
		if n.free(fn, naming.name) {
			return n.taken(fn, naming)
		}
	}
	last := all[len(all)-1]
	for i := 2; ; i++ {
		numbered := naming{last.name + strconv.Itoa(i), last.as}
		if n.free(fn, numbered.name) {
			return n.taken(fn, numbered)
		}
	}
}

func (n *names) taken(fn *function, chosen naming) naming {
	if fn.decl.Recv == nil {
		n.scope[chosen.name] = true
	} else {
		n.members[chosen.name] = true
	}
	return chosen
}

func (n *names) free(fn *function, name string) bool {
	if !token.IsIdentifier(name) {
		return false
	}
	if fn.decl.Recv != nil {
		return !n.members[name]
	}
	return !n.scope[name] && !decorator.IsPredeclared(name) && name != "init" && name != "main"
}
