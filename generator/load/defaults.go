package load

import (
	"fmt"
	"go/ast"
	"path/filepath"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/model"
)

// attachDefaults is attach for the package's doc comment in s.
func (l *loader) attachDefaults(s *source, attached map[*ast.Comment]bool) {
	for _, comment := range directivesIn(s.syntax.Doc) {
		if !isOfDefaults(directiveName(comment)) {
			continue
		}
		attached[comment] = true
		before := len(l.problems)
		a, ok := l.parseDirective(comment)
		a.Broken = a.Broken || len(l.problems) > before
		switch {
		case !ok:
		case a.Name != model.DefaultsDirective:
			l.problems.Add(annotations.Unknown(a, []string{model.DefaultsDirective}))
		default:
			s.defaults = append(s.defaults, a)
		}
	}
}

// isOfDefaults tells whether a directive's name is that of defaults, or was most likely
// meant to be.
func isOfDefaults(name string) bool {
	return annotations.Suggest(name, []string{model.DefaultsDirective}) != ""
}

// checkDefaults finds out whether something was reported of the defaults in s.
func (s *source) checkDefaults(near diag.List) {
	meant := 0
	for _, comment := range s.directives {
		if isOfDefaults(directiveName(comment)) {
			meant++
		}
	}
	for _, d := range near {
		if isOfDefaults(strings.TrimPrefix(d.Rule, "bunsui:")) {
			meant++
		}
	}
	s.brokenDefaults = meant > len(s.defaults)
}

// describeDefaults finds the defaults of a package. Two for one directive are reported,
// and so are those in a test of the package, whose other functions they would concern
// as well.
func (l *loader) describeDefaults(pkg *model.Package, u *unit) {
	before := len(l.problems)
	for _, s := range u.siblings {
		pkg.BrokenDefaults = pkg.BrokenDefaults || s.brokenDefaults
		for _, a := range s.defaults {
			pkg.BrokenDefaults = pkg.BrokenDefaults || a.Broken
			switch {
			case s.excluded:
				l.warnings = append(l.warnings, l.position(s.syntax.Package).Filename+": the defaults there do not count, as the build constraints of this run exclude the file")
			case s.test && pkg.Name == u.folder.packageName():
				l.problems.Add(a.Problem(a.Pos, len(a.Text)+2, "in a test: the defaults of package "+pkg.Name+" stand in a file that is no test"))
			default:
				l.takeDefaults(pkg, u, s, a)
			}
		}
	}
	pkg.BrokenDefaults = pkg.BrokenDefaults || len(l.problems) > before
}

func (l *loader) takeDefaults(pkg *model.Package, u *unit, s *source, a annotations.Annotation) {
	of, problems, ok := annotations.SplitDefaults(a)
	l.problems.Add(problems...)
	if !ok {
		return
	}
	if first, twice := pkg.Defaults[of.Name]; twice {
		l.problems.Add(a.Problem(of.NamePos, len(of.Name), "package "+pkg.Name+" has defaults for "+of.Name+" already, at "+
			fmt.Sprintf("%s:%d", filepath.Base(first.File.Path), first.Annotation.Pos.Line)+": put them together"))
		return
	}
	if pkg.Defaults == nil {
		pkg.Defaults = make(map[string]model.Defaults)
	}
	pkg.Defaults[of.Name] = model.Defaults{Annotation: of, File: fileOf(pkg, u, s)}
}
