package load

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/generator/diag"
)

// A part is one type in a signature, with the name that messages give it.
type part struct {
	name string
	expr ast.Expr
	typ  types.Type
}

// validSignature tells whether a wrapper can repeat all types in a function's
// signature, and reports those that it cannot.
func (l *loader) validSignature(u *unit, decl *ast.FuncDecl, object *types.Func) bool {
	signature := object.Signature()
	valid := l.validParts(u, partsOf(decl, signature))
	if valid && decl.Recv != nil && (signature.Recv() == nil || recvOf(signature).TypeName == "") {
		l.problems.Add(l.invalidReceiver(u, decl))
		return false
	}
	return valid
}

// validParts reports the types that a wrapper cannot repeat.
func (l *loader) validParts(u *unit, parts []part) bool {
	valid := true
	for _, p := range parts {
		if d, wrong := l.invalidPart(u, p); wrong {
			l.problems.Add(d)
			valid = false
		}
	}
	return valid
}

// invalidReceiver reports a method that no type of the package can have.
func (l *loader) invalidReceiver(u *unit, decl *ast.FuncDecl) diag.Diagnostic {
	message := "method has no receiver"
	at := ast.Node(decl.Name)
	if len(decl.Recv.List) > 0 {
		receiver := decl.Recv.List[0].Type
		message, at = "receiver: "+types.ExprString(receiver)+" cannot have methods here", receiver
		if e, ok := errorIn(u.checked.errors, receiver); ok {
			message = "receiver: " + e.Msg
		}
	}
	return diag.Diagnostic{Pos: l.position(at.Pos()), Width: int(at.End() - at.Pos()), Message: message}
}

// partsOf lists the receiver, the constraints of type parameters, the parameters
// and the results.
func partsOf(decl *ast.FuncDecl, signature *types.Signature) []part {
	var parts []part
	if recv := signature.Recv(); recv != nil && decl.Recv != nil && len(decl.Recv.List) > 0 {
		parts = append(parts, part{"receiver", decl.Recv.List[0].Type, recv.Type()})
	}
	parts = appendParts(parts, "type parameter", decl.Type.TypeParams, constraintsOf(signature.TypeParams()))
	return appendSignature(parts, decl.Type, signature)
}

func constraintsOf(params *types.TypeParamList) []types.Type {
	var constraints []types.Type
	for p := range params.TypeParams() {
		constraints = append(constraints, p.Constraint())
	}
	return constraints
}

// appendSignature adds the parameters and the results.
func appendSignature(parts []part, syntax *ast.FuncType, signature *types.Signature) []part {
	parts = appendParts(parts, "parameter", syntax.Params, typesOf(signature.Params()))
	return appendParts(parts, "result", syntax.Results, typesOf(signature.Results()))
}

// appendParts pairs each field with its type; a field of several names is one
// part, because it has one type expression.
func appendParts(parts []part, kind string, fields *ast.FieldList, all []types.Type) []part {
	if fields == nil {
		return parts
	}
	index := 0
	for _, field := range fields.List {
		name := fmt.Sprintf("%s %d", kind, index+1)
		if len(field.Names) > 0 && field.Names[0].Name != "_" {
			name = kind + " " + field.Names[0].Name
		}
		if index < len(all) {
			parts = append(parts, part{name, field.Type, all[index]})
		}
		index += max(1, len(field.Names))
	}
	return parts
}

func typesOf(tuple *types.Tuple) []types.Type {
	var all []types.Type
	for v := range tuple.Variables() {
		all = append(all, v.Type())
	}
	return all
}

// invalidPart tells what is wrong with one type of a signature.
func (l *loader) invalidPart(u *unit, p part) (diag.Diagnostic, bool) {
	culprit := findInvalid(p.typ, l.madeByUs)
	if culprit == nil {
		return diag.Diagnostic{}, false
	}
	d := diag.Diagnostic{Pos: l.position(p.expr.Pos()), Width: int(p.expr.End() - p.expr.Pos())}
	at, reason := l.reasonFor(u, p, culprit)
	if at != nil {
		d.Pos, d.Width = l.position(at.Pos()), int(at.End()-at.Pos())
	}
	d.Message = p.name + ": " + reason.message
	d.Notes = reason.notes
	return d, true
}

type reason struct {
	message string
	notes   []string
}

// reasonFor finds the place in the type expression and the words for what is
// wrong: what the type checker said there, or else what it kept silent about
// because the true error is elsewhere.
func (l *loader) reasonFor(u *unit, p part, culprit *invalid) (ast.Node, reason) {
	if at := cgoType(p.expr); at != nil {
		return at, reason{
			"C." + at.Sel.Name + " is a cgo type, which generated code cannot name",
			[]string{"use a Go type in the signature, and convert in the body"},
		}
	}
	if culprit.madeByUs != nil {
		name := culprit.madeByUs.Name()
		return identNamed(p.expr, name), generatedOnly(name)
	}
	if e, ok := errorIn(u.checked.errors, p.expr); ok {
		at := nodeAt(p.expr, e.Pos)
		if name := undefinedName(e.Msg); name != "" && l.onlyInOutput(u, at, name) {
			return at, generatedOnly(name)
		}
		return at, reason{message: e.Msg}
	}
	if at, reason := l.missingPackage(u, p.expr); at != nil {
		return at, reason
	}
	if culprit.alias != nil {
		name := culprit.alias.Name()
		return identNamed(p.expr, name), reason{"type " + name + " is not valid" + u.whyAlias(culprit.alias), nil}
	}
	return nil, reason{message: types.ExprString(p.expr) + " is not valid"}
}

// whyAlias says what is wrong with an alias of this package, after a colon.
func (u *unit) whyAlias(alias *types.TypeName) string {
	for _, s := range u.sources {
		if alias.Pos() < s.syntax.FileStart || s.syntax.FileEnd <= alias.Pos() {
			continue
		}
		for n := range ast.Preorder(s.syntax) {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || spec.Name.Pos() != alias.Pos() {
				continue
			}
			if at := cgoType(spec.Type); at != nil {
				return ": C." + at.Sel.Name + " is a cgo type"
			}
			if e, ok := errorIn(u.checked.errors, spec.Type); ok {
				return ": " + e.Msg
			}
		}
	}
	return ""
}

func generatedOnly(name string) reason {
	return reason{
		"type " + name + " is declared only by generated code",
		[]string{"bunsuigen does not read its own output; declare the type by hand or use another one"},
	}
}

// errorIn returns the first error of the type checker inside expr.
func errorIn(all []types.Error, expr ast.Expr) (types.Error, bool) {
	var inside []types.Error
	for _, e := range all {
		if expr.Pos() <= e.Pos && e.Pos < expr.End() {
			inside = append(inside, e)
		}
	}
	if len(inside) == 0 {
		return types.Error{}, false
	}
	return slices.MinFunc(inside, func(a, b types.Error) int { return cmp.Compare(a.Pos, b.Pos) }), true
}

// undefinedName returns X for the message "undefined: X" or "undefined: pkg.X".
func undefinedName(message string) string {
	name, ok := strings.CutPrefix(message, "undefined: ")
	if !ok {
		return ""
	}
	return name[strings.LastIndexByte(name, '.')+1:]
}

// nodeAt returns the smallest identifier or selector of expr that pos is in, or
// nil.
func nodeAt(expr ast.Expr, pos token.Pos) ast.Node {
	var found ast.Node
	ast.Inspect(expr, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() <= pos {
			return false
		}
		switch n.(type) {
		case *ast.SelectorExpr:
			found = n
			return false
		case *ast.Ident:
			found = n
		}
		return true
	})
	return found
}

func identNamed(expr ast.Expr, name string) ast.Node {
	var found ast.Node
	ast.Inspect(expr, func(n ast.Node) bool {
		if ident, ok := n.(*ast.Ident); ok && ident.Name == name && found == nil {
			found = ident
		}
		return true
	})
	return found
}

// cgoType returns the first C.name in expr, or nil.
func cgoType(expr ast.Expr) *ast.SelectorExpr {
	var found *ast.SelectorExpr
	ast.Inspect(expr, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok && found == nil {
			if pkg, ok := selector.X.(*ast.Ident); ok && pkg.Name == "C" {
				found = selector
			}
		}
		return true
	})
	return found
}
