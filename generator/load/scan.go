package load

import (
	"bytes"
	"context"
	"go/ast"
	"path/filepath"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/model"
)

// scanFolders looks at every comment that could be a directive, reports those
// that are attached to no function, and returns the folders with directives,
// all of their files parsed.
func (l *loader) scanFolders(ctx context.Context, folders []*folder) ([]*folder, error) {
	var mentioning []*source
	for _, f := range folders {
		for _, s := range f.sources {
			if s.mentions {
				mentioning = append(mentioning, s)
			}
		}
	}
	if err := l.parseAll(ctx, mentioning); err != nil {
		return nil, err
	}
	for _, s := range mentioning {
		l.scan(s)
	}
	var annotated []*folder
	for _, f := range folders {
		if !f.hasDirectives() {
			l.warnOfBroken(f)
			continue
		}
		annotated = append(annotated, f)
		if err := l.parseAll(ctx, f.sources); err != nil {
			return nil, err
		}
		l.reportBroken(f)
	}
	return annotated, nil
}

func (f *folder) hasDirectives() bool {
	for _, s := range f.sources {
		if len(s.directives) > 0 || s.brokenDirectives() {
			return true
		}
	}
	return false
}

// brokenDirectives tells whether a file with syntax errors seems to have
// directives: the parser may have lost them.
func (s *source) brokenDirectives() bool {
	return len(s.problems) > 0 && bytes.Contains(s.content, []byte("//bunsui:"))
}

// reportBroken reports the syntax errors of an annotated package. Those in tests
// and excluded files without directives are none of our business.
func (l *loader) reportBroken(f *folder) {
	for _, s := range f.sources {
		if s.brokenDirectives() || !s.test && !s.excluded {
			l.problems.Add(s.problems...)
		} else {
			l.warnOfProblems(s)
		}
	}
}

func (l *loader) warnOfBroken(f *folder) {
	for _, s := range f.sources {
		l.warnOfProblems(s)
	}
}

func (l *loader) warnOfProblems(s *source) {
	for _, d := range s.problems {
		l.warnings = append(l.warnings, d.Headline(l.cfg.Dir))
	}
}

// scan finds the directives of a file.
func (l *loader) scan(s *source) {
	var near diag.List
	defer func() { s.checkDefaults(near) }()
	for _, group := range s.syntax.Comments {
		for _, comment := range group.List {
			if annotations.IsDirective(comment.Text) {
				s.directives = append(s.directives, comment)
			} else if d, ok := annotations.NearMiss(l.position(comment.Pos()), comment.Text); ok {
				near.Add(d)
			}
		}
	}
	l.problems.Add(near...)
	if len(s.problems) > 0 || len(s.directives) == 0 {
		return // where a directive stands cannot be told in a broken file
	}
	if generator, generated := generatorOf(s.syntax); generated {
		for _, comment := range s.directives {
			l.misplaced(comment, "in a file that "+generator+" generates: it would be lost with the next run"+insteadOf(comment))
		}
		return
	}
	attached := l.attach(s)
	for _, comment := range s.directives {
		if !attached[comment] {
			l.misplaced(comment, l.whyUnattached(s, comment))
		}
	}
}

// attach collects the functions of s, and the methods of interfaces, with directives
// in their doc comments, and returns which directives these are.
func (l *loader) attach(s *source) map[*ast.Comment]bool {
	attached := make(map[*ast.Comment]bool)
	l.attachDefaults(s, attached)
	for _, decl := range s.syntax.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			l.attachFunc(s, decl, attached)
		case *ast.GenDecl:
			l.attachTypes(s, decl, attached)
		}
	}
	return attached
}

func (l *loader) attachFunc(s *source, function *ast.FuncDecl, attached map[*ast.Comment]bool) {
	var chain []annotations.Annotation
	for _, comment := range directivesIn(function.Doc) {
		attached[comment] = true
		if a, ok := l.parseDirective(comment); ok && l.callable(s, function, a) {
			chain = append(chain, a)
		}
	}
	if len(chain) > 0 {
		s.funcs = append(s.funcs, annotated{decl: function, chain: chain})
	}
}

func (l *loader) parseDirective(comment *ast.Comment) (annotations.Annotation, bool) {
	a, problems := annotations.Parse(l.position(comment.Pos()), comment.Text)
	l.problems.Add(problems...)
	return a, a.Name != ""
}

// callable reports a directive on a function that no wrapper could call, or that is
// for no function at all.
func (l *loader) callable(s *source, function *ast.FuncDecl, a annotations.Annotation) bool {
	if a.Name == model.Decorate {
		l.problems.Add(a.Problem(a.Pos, len(a.Text)+2, "on func "+function.Name.Name+belongsTo(a.Name)))
		return false
	}
	if function.Recv != nil {
		if function.Name.Name == "_" {
			l.problems.Add(a.Problem(a.Pos, len(a.Text)+2, "on a blank method, which nothing can call"))
		}
		return function.Name.Name != "_"
	}
	switch name := function.Name.Name; {
	case name == "_", name == "init":
		l.problems.Add(a.Problem(a.Pos, len(a.Text)+2, "on func "+name+", which nothing can call"))
		return false
	case name == "main" && s.syntax.Name.Name == "main":
		l.problems.Add(a.Problem(a.Pos, len(a.Text)+2, "on func main, which the program begins with: nothing calls it"))
		return false
	}
	return true
}

// misplaced reports a directive that decorates nothing. A directive that is also
// malformed is reported for that too, so that mending one does not bring up the
// other.
func (l *loader) misplaced(comment *ast.Comment, why string) {
	a, _ := l.parseDirective(comment)
	l.problems.Add(a.Problem(a.Pos, len(a.Text)+2, why))
}

// generatorOf tells whether a file is marked as generated, and by what as far as
// its header says so.
func generatorOf(file *ast.File) (string, bool) {
	if !ast.IsGenerated(file) {
		return "", false
	}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			_, by, ok := strings.Cut(comment.Text, "// Code generated by ")
			if !ok || comment.Pos() > file.Package {
				continue
			}
			name, _, _ := strings.Cut(by, " ")
			return filepath.Base(strings.TrimRight(name, ".,;")), true
		}
	}
	return "another tool", true
}
