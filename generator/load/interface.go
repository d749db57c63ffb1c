package load

import (
	"go/ast"
	"go/token"
	"strconv"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/model"
)

// decorated is an interface whose doc comment asks for a type that implements it.
type decorated struct {
	spec      *ast.TypeSpec
	doc       *ast.CommentGroup
	directive annotations.Annotation
}

// attachTypes is attach for a declaration of types: it collects the methods with
// directives of decorated interfaces.
func (l *loader) attachTypes(s *source, decl *ast.GenDecl, attached map[*ast.Comment]bool) {
	if decl.Tok != token.TYPE {
		return
	}
	for _, spec := range decl.Specs {
		spec, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		doc := spec.Doc
		if !decl.Lparen.IsValid() {
			doc = decl.Doc
		}
		t := typeDirectives{loader: l, source: s, spec: spec, doc: doc, attached: attached}
		t.attach()
	}
}

// typeDirectives are the directives on one type and on the methods in it.
type typeDirectives struct {
	loader   *loader
	source   *source
	spec     *ast.TypeSpec
	doc      *ast.CommentGroup
	attached map[*ast.Comment]bool
	// refused tells that a directive on the type was reported.
	refused bool
}

func (t *typeDirectives) attach() {
	of := t.onType()
	literal, ok := ast.Unparen(t.spec.Type).(*ast.InterfaceType)
	if !ok {
		return
	}
	var first *annotations.Annotation
	found := false
	for _, field := range literal.Methods.List {
		chain, some := t.onMethod(field)
		found = found || some
		if first == nil && len(chain) > 0 {
			first = &chain[0]
		}
		if of != nil && len(chain) > 0 {
			t.source.funcs = append(t.source.funcs, annotated{method: field, of: of, chain: chain})
		}
	}
	switch {
	case of == nil && first != nil && !t.refused:
		t.report(*first, "on a method of "+t.name()+", which is not decorated: "+t.howTo())
	case of != nil && !found:
		t.report(of.directive, t.nothingIn(literal))
	}
}

func (t *typeDirectives) name() string { return t.spec.Name.Name }

// howTo says how the interface is decorated.
func (t *typeDirectives) howTo() string {
	add := "add //bunsui:" + model.Decorate + " as=" + model.HomeName(t.name()) + " to the doc comment of type " + t.name()
	if t.spec.Assign.IsValid() {
		return "it is an alias, so declare type " + t.name() + " interface without =, and " + add
	}
	return add
}

// report reports a directive for what it stands on.
func (t *typeDirectives) report(a annotations.Annotation, why string) {
	t.loader.problems.Add(a.Problem(a.Pos, len(a.Text)+2, why))
}

// onType returns the interface if its doc comment decorates it, and reports
// directives that do not fit the type.
func (t *typeDirectives) onType() *decorated {
	var found *decorated
	for _, comment := range directivesIn(t.doc) {
		what, fits := t.kind()
		if directiveName(comment) != model.Decorate && !fits {
			continue // the place is wrong for it, whatever the type
		}
		t.attached[comment] = true
		a, ok := t.loader.parseDirective(comment)
		switch {
		case !ok:
			t.refused = true
		case annotations.Suggest(a.Name, []string{model.Decorate}) != "" && a.Name != model.Decorate:
			t.refused = true
			t.loader.problems.Add(annotations.Unknown(a, []string{model.Decorate}))
		case a.Name == model.DefaultsDirective:
			t.report(a, "on "+what+belongsTo(a.Name))
		case a.Name != model.Decorate:
			t.refused = true
			t.report(a, "on "+what+": it stands in the doc comment of a method, and on the interface itself only bunsui:"+model.Decorate)
		case !fits:
			t.refused = true
			t.report(a, "on "+what+belongsTo(a.Name))
		case found != nil:
			t.report(a, "stands twice on "+t.name()+" (first at line "+strconv.Itoa(found.directive.Pos.Line)+
				"): declare another interface that embeds it for a second type")
		default:
			found = &decorated{spec: t.spec, doc: t.doc, directive: a}
		}
	}
	return found
}

// kind names the type, and tells whether it is declared as an interface.
func (t *typeDirectives) kind() (what string, fits bool) {
	_, isInterface := ast.Unparen(t.spec.Type).(*ast.InterfaceType)
	switch t.spec.Type.(type) {
	case *ast.StructType:
		what = "struct "
	default:
		what = "type "
	}
	switch {
	case t.spec.Assign.IsValid():
		return "alias " + t.name(), false
	case isInterface:
		return "interface " + t.name(), true
	}
	return what + t.name(), false
}

// nothingIn says why no method of a decorated interface has a directive.
func (t *typeDirectives) nothingIn(literal *ast.InterfaceType) string {
	for _, field := range literal.Methods.List {
		if len(field.Names) > 0 {
			return "no method of " + t.name() + " has a directive: put one into the doc comment of a method"
		}
	}
	return "no method of " + t.name() + " has a directive: write the methods that it is about in " + t.name() +
		" itself, each with its directives; those that are embedded may be written again"
}

// onMethod returns the directives of one element of an interface, and tells whether
// there were any, right or wrong.
func (t *typeDirectives) onMethod(field *ast.Field) (chain []annotations.Annotation, some bool) {
	for _, comment := range directivesIn(field.Doc) {
		some = true
		t.attached[comment] = true
		a, ok := t.loader.parseDirective(comment)
		switch {
		case !ok:
		case len(field.Names) == 0:
			t.report(a, "on what "+t.name()+" embeds, whose methods all pass through: write the method itself in "+t.name()+", with the directive")
		case field.Names[0].Name == "_":
			t.report(a, "on a blank method, which nothing can call")
		case a.Name == model.Decorate:
			t.report(a, "on a method"+belongsTo(a.Name))
		default:
			chain = append(chain, a)
		}
	}
	return chain, some
}

// insteadOf says what to do about a directive in a generated file.
func insteadOf(comment *ast.Comment) string {
	if directiveName(comment) != model.Decorate {
		return ""
	}
	return "; in a file of your own, declare an interface that embeds this one, and write there what has directives"
}

func directivesIn(doc *ast.CommentGroup) []*ast.Comment {
	if doc == nil {
		return nil
	}
	var found []*ast.Comment
	for _, comment := range doc.List {
		if annotations.IsDirective(comment.Text) {
			found = append(found, comment)
		}
	}
	return found
}

// directiveName reads the name alone.
func directiveName(comment *ast.Comment) string {
	a, _ := annotations.Parse(token.Position{}, comment.Text)
	return a.Name
}
