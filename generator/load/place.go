package load

import (
	"bytes"
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/generator/model"
)

// belongsTo says where a directive of that name belongs; it ends what whyUnattached
// returns.
func belongsTo(directive string) string {
	if directive == model.DefaultsDirective {
		return ": bunsui:" + directive + " stands in the doc comment of the package clause"
	}
	if directive == model.Decorate {
		return ": bunsui:" + directive + " stands in the doc comment of an interface, type Name interface { … }"
	}
	return ": a directive stands in the doc comment of a function or method"
}

// whyUnattached says where a directive stands that is in no doc comment of what it
// could decorate, and what to do about it.
func (l *loader) whyUnattached(s *source, comment *ast.Comment) string {
	pos, directive := comment.Pos(), directiveName(comment)
	belongs := belongsTo(directive)
	if pos < s.syntax.Package && directive == model.DefaultsDirective {
		return "separated from the package clause: remove the blank line between the two"
	}
	if pos < s.syntax.Package {
		return "above the package clause" + belongs
	}
	for _, decl := range s.syntax.Decls {
		if decl.Pos() <= pos && pos < decl.End() {
			where := l.insideOf(decl, s, comment)
			if strings.HasPrefix(where, unnamed) {
				return where + ": declare it as a type, with //bunsui:" + model.Decorate + " as=Name in its doc comment"
			}
			return where + belongs
		}
	}
	if l.afterCode(s, pos) {
		return "behind code on the same line" + belongs
	}
	next := nextDecl(s.syntax, pos)
	switch decl := next.(type) {
	case nil:
		return "below the last declaration of the file" + belongs
	case *ast.FuncDecl:
		return "separated from func " + decl.Name.Name + " by a blank line: remove the blank line"
	case *ast.GenDecl:
		switch {
		case decl.Doc != nil && holds(decl.Doc, comment):
			return "on " + nameOfDecl(decl) + belongs
		case directive == model.Decorate && decl.Tok == token.TYPE && !decl.Lparen.IsValid():
			return "separated from " + nameOfDecl(decl) + " by a blank line: remove the blank line"
		}
		return "above " + nameOfDecl(decl) + belongs
	default:
		return "on no declaration" + belongs
	}
}

// insideOf names the part of decl that a directive stands in.
func (l *loader) insideOf(decl ast.Decl, s *source, comment *ast.Comment) string {
	if function, ok := decl.(*ast.FuncDecl); ok {
		if function.Body != nil && function.Body.Pos() <= comment.Pos() {
			return "inside the body of func " + function.Name.Name
		}
		return "inside the signature of func " + function.Name.Name
	}
	where := "inside " + nameOfDecl(decl.(*ast.GenDecl))
	if l.afterCode(s, comment.Pos()) {
		where = "behind code on the same line"
	}
	ast.Inspect(decl, func(n ast.Node) bool {
		if found := documented(n, comment); found != "" {
			where = found
		}
		return true
	})
	return where
}

// unnamed begins what is said of a directive on a method of an interface that is part
// of another type.
const unnamed = "on a method of an interface without a name"

// documented names n if comment is in its doc comment, and returns "" if not.
func documented(n ast.Node, comment *ast.Comment) string {
	switch n := n.(type) {
	case *ast.TypeSpec:
		if holds(n.Doc, comment) {
			return "on type " + n.Name.Name
		}
	case *ast.ValueSpec:
		if holds(n.Doc, comment) {
			return "on the declaration of " + n.Names[0].Name
		}
	case *ast.ImportSpec:
		if holds(n.Doc, comment) {
			return "on an import"
		}
	case *ast.StructType:
		return documentedField(n, comment)
	case *ast.InterfaceType:
		if slices.ContainsFunc(n.Methods.List, func(f *ast.Field) bool { return holds(f.Doc, comment) }) {
			return unnamed
		}
	}
	return ""
}

func documentedField(structure *ast.StructType, comment *ast.Comment) string {
	for _, field := range structure.Fields.List {
		if !holds(field.Doc, comment) {
			continue
		}
		if len(field.Names) == 0 {
			return "on an embedded type"
		}
		return "on field " + field.Names[0].Name
	}
	return ""
}

// nameOfDecl names a declaration: type User, const max, the declarations of a
// group, or the imports.
func nameOfDecl(decl *ast.GenDecl) string {
	if decl.Tok == token.IMPORT {
		return "an import"
	}
	if decl.Lparen.IsValid() || len(decl.Specs) != 1 {
		return "a group of " + decl.Tok.String() + " declarations"
	}
	switch spec := decl.Specs[0].(type) {
	case *ast.TypeSpec:
		return "type " + spec.Name.Name
	case *ast.ValueSpec:
		return decl.Tok.String() + " " + spec.Names[0].Name
	}
	return "a declaration"
}

// nextDecl returns the first declaration after pos, or nil.
func nextDecl(file *ast.File, pos token.Pos) ast.Decl {
	for _, decl := range file.Decls {
		if decl.Pos() > pos {
			return decl
		}
	}
	return nil
}

// afterCode tells whether something else comes before pos on its line.
func (l *loader) afterCode(s *source, pos token.Pos) bool {
	place := l.position(pos)
	line := s.content[place.Offset-(place.Column-1) : place.Offset]
	return len(bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff")))) > 0
}

func holds(group *ast.CommentGroup, comment *ast.Comment) bool {
	return group != nil && group.Pos() <= comment.Pos() && comment.End() <= group.End()
}
