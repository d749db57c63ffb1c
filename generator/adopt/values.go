package adopt

import "go/ast"

// funcValues are the functions of a unit that are used as values, and the names
// of the fields that hold functions: a call of such a field may be of any of them.
type funcValues struct {
	fields map[string]bool
	used   []*function
}

// funcValues returns what is known of functions as values.
func (u *unit) funcValues() *funcValues {
	if u.values != nil {
		return u.values
	}
	u.values = &funcValues{fields: make(map[string]bool)}
	seen := make(map[string]bool)
	for _, f := range u.files {
		called := make(map[ast.Node]bool)
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				called[ast.Unparen(n.Fun)] = true
			case *ast.StructType:
				u.values.addFields(n)
			case *ast.SelectorExpr:
				if name := n.Sel.Name; !called[n] && !seen[name] {
					seen[name] = true
					u.values.used = append(u.values.used, u.methods()[name]...)
				}
			}
			return true
		})
	}
	return u.values
}

func (v *funcValues) addFields(structure *ast.StructType) {
	for _, field := range structure.Fields.List {
		if _, ok := field.Type.(*ast.FuncType); !ok {
			continue
		}
		for _, name := range field.Names {
			v.fields[name.Name] = true
		}
	}
}
