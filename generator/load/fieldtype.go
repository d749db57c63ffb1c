package load

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
)

// structure returns the fields of the struct that the receiver is, or reports that it
// is none.
func (h fieldHomes) structure(r fieldRequest, spec *ast.TypeSpec) (*ast.StructType, bool) {
	if spec == nil {
		h.report(r, receiverPart, nil, "%s is not declared in a file of this build, so its field cannot be found", r.fn.Recv.TypeName)
		return nil, false
	}
	structure, ok := ast.Unparen(spec.Type).(*ast.StructType)
	if !ok {
		h.report(r, receiverPart, nil, "%s is declared as %s, and in= needs a field in type %s struct { … }",
			spec.Name.Name, types.ExprString(spec.Type), spec.Name.Name)
	}
	return structure, ok
}

// fieldNamed returns the field of a struct that has a name, embedded ones included, or
// nil.
func fieldNamed(structure *ast.StructType, name string) *ast.Field {
	for _, field := range structure.Fields.List {
		if len(field.Names) == 0 {
			if of := embeddedName(field.Type); of != nil && of.Name == name {
				return field
			}
		}
		if slices.ContainsFunc(field.Names, func(id *ast.Ident) bool { return id.Name == name }) {
			return field
		}
	}
	return nil
}

// reportMissing reports a field that is not there, and tells how to declare it.
func (h fieldHomes) reportMissing(r fieldRequest, spec *ast.TypeSpec, structure *ast.StructType) {
	add := "add to " + spec.Name.Name + ": " + r.field.Name + " " + h.wantedType(r, spec)
	var names []string
	for _, field := range structure.Fields.List {
		for _, id := range field.Names {
			names = append(names, id.Name)
		}
	}
	switch near := annotations.Suggest(r.field.Name, names); {
	case h.isPromoted(r):
		h.report(r, namePart, []string{add}, "%s is a field of what %s embeds: in= needs one of its own", r.field.Name, spec.Name.Name)
	case near != "":
		h.report(r, namePart, []string{"or " + add}, "%s has no field %s (did you mean %q?)", spec.Name.Name, r.field.Name, near)
	default:
		h.report(r, namePart, nil, "%s has no field %s: %s", spec.Name.Name, r.field.Name, add)
	}
}

func (h fieldHomes) isPromoted(r fieldRequest) bool {
	found, _, _ := types.LookupFieldOrMethod(r.fn.Recv.Type, true, h.pkg.Types, r.field.Name)
	_, ok := found.(*types.Var)
	return ok
}

// wantedType spells the type that messages propose for the field.
func (h fieldHomes) wantedType(r fieldRequest, spec *ast.TypeSpec) string {
	return "*" + proposedType(r) + typeArgsFor(spec)
}

// typeArgsFor spells the type parameters of a declaration as arguments.
func typeArgsFor(spec *ast.TypeSpec) string {
	var names []string
	for _, id := range typeParamNames(spec) {
		names = append(names, id.Name)
	}
	if len(names) == 0 {
		return ""
	}
	return "[" + strings.Join(names, ", ") + "]"
}

func typeParamNames(spec *ast.TypeSpec) []*ast.Ident {
	if spec.TypeParams == nil {
		return nil
	}
	var names []*ast.Ident
	for _, field := range spec.TypeParams.List {
		names = append(names, field.Names...)
	}
	return names
}

// typeName returns the name of the type to make, or reports what the field has
// instead, and returns nil.
func (h fieldHomes) typeName(r fieldRequest, spec *ast.TypeSpec, field *ast.Field) *ast.Ident {
	at := spec.Name.Name + "." + r.field.Name
	if len(field.Names) == 0 {
		h.report(r, namePart, nil, "%s is embedded, so that its methods would be those of %s: give it a name, such as caches %s",
			at, spec.Name.Name, types.ExprString(field.Type))
		return nil
	}
	declared := types.ExprString(field.Type)
	pointer, ok := ast.Unparen(field.Type).(*ast.StarExpr)
	if !ok {
		want := h.wantedType(r, spec)
		if ownType(spec, field.Type) != nil {
			want = "*" + declared
		}
		h.report(r, namePart, nil, "%s is %s, and caches are reached by a pointer: make it %s", at, declared, want)
		return nil
	}
	name := ownType(spec, pointer.X)
	if name == nil {
		h.report(r, namePart, nil, "%s is %s, and in= needs a type of this package that bunsuigen makes: make it %s",
			at, declared, h.wantedType(r, spec))
		return nil
	}
	if want := name.Name + typeArgsFor(spec); types.ExprString(ast.Unparen(pointer.X)) != want {
		h.report(r, namePart, nil, "%s is %s, and has to have the type parameters of %s: make it *%s", at, declared, spec.Name.Name, want)
		return nil
	}
	return name
}

// ownType returns the name of a type that this package may declare, which is used in
// the declaration of another; or nil.
func ownType(in *ast.TypeSpec, expr ast.Expr) *ast.Ident {
	expr = ast.Unparen(expr)
	switch e := expr.(type) {
	case *ast.IndexExpr:
		expr = e.X
	case *ast.IndexListExpr:
		expr = e.X
	}
	name, ok := expr.(*ast.Ident)
	isParam := func(p *ast.Ident) bool { return p.Name == name.Name }
	if !ok || types.Universe.Lookup(name.Name) != nil || slices.ContainsFunc(typeParamNames(in), isParam) {
		return nil
	}
	return name
}
