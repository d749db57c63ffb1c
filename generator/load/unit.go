package load

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/bunsui/bunsui-go/generator/diag"
)

// A unit is one package to describe: that of a folder, with its in-package
// tests if some of them are annotated, or the external test package.
type unit struct {
	folder *folder
	// listed is the package as go list knows it: the variant for tests if
	// sources holds tests.
	listed *packages.Package
	// sources are type-checked together.
	sources []*source
	// siblings are all files of the package, sources included, whose names the
	// package's other files have to keep clear of.
	siblings []*source
	checked  *checked
	// problems are those that were found in a unit that nothing is generated for.
	problems diag.List
	// cycles are the wrappers that directives name and must not, as they are written.
	cycles map[string]bool
}

// units returns the packages with annotated functions, or defaults for them.
func (l *loader) units(ctx context.Context, folders []*folder) ([]*unit, error) {
	variants, err := l.listVariants(ctx, folders)
	if err != nil {
		return nil, err
	}
	var units []*unit
	for _, f := range folders {
		l.reportStrangers(f)
		for _, u := range f.units(variants[f.listed.PkgPath]) {
			broken := u.syntaxErrors()
			switch {
			case !u.annotated():
			case len(broken) > 0:
				l.problems.Add(broken...)
			default:
				units = append(units, u)
			}
		}
		if len(l.problems) > 0 {
			continue // which may be why, and nothing is written
		}
		if err := l.missingVariant(ctx, f, variants[f.listed.PkgPath]); err != nil {
			return nil, err
		}
	}
	return units, nil
}

// units returns the packages of a folder, annotated or not.
func (f *folder) units(tested variants) []*unit {
	inside, outside := f.split()
	first := &unit{folder: f, listed: f.listed}
	if tested.inside != nil {
		first.listed = tested.inside
	}
	first.take(inside)
	units := []*unit{first}
	if tested.outside != nil {
		second := &unit{folder: f, listed: tested.outside}
		second.take(outside)
		units = append(units, second)
	}
	return units
}

// take sets the unit's files: those of its package, of which the ones that the
// build constraints allow are type-checked, in-package tests only if the unit
// has them.
func (u *unit) take(siblings []*source) {
	u.siblings = siblings
	for _, s := range siblings {
		if !s.excluded && (u.listed.ForTest != "" || !s.test) {
			u.sources = append(u.sources, s)
		}
	}
}

// syntaxErrors returns those of the files that are to be type-checked.
func (u *unit) syntaxErrors() diag.List {
	var all diag.List
	for _, s := range u.sources {
		all.Add(s.problems...)
	}
	return all
}

// split divides the files into those of the package and those of its external
// test package. Files of a third package, such as a program marked
// //go:build ignore, are in neither.
func (f *folder) split() (inside, outside []*source) {
	name := f.packageName()
	for _, s := range f.sources {
		switch clause := s.syntax.Name.Name; {
		case clause == name:
			inside = append(inside, s)
		case s.test && clause == name+"_test":
			outside = append(outside, s)
		}
	}
	return inside, outside
}

// reportStrangers reports annotated files that the build takes for part of the
// package and that have another package clause.
func (l *loader) reportStrangers(f *folder) {
	name := f.packageName()
	for _, s := range f.sources {
		clause := s.syntax.Name
		if s.excluded || len(s.problems) > 0 || !s.annotated() || clause.Name == name ||
			s.test && clause.Name == name+"_test" {
			continue
		}
		l.problems.Add(diag.Diagnostic{
			Pos: l.position(clause.Pos()), Width: len(clause.Name),
			Message: "package " + clause.Name + " in the directory of package " + name,
		})
	}
}

// packageName returns the name of the package as the user's files have it: go
// list may have it from an output of ours.
func (f *folder) packageName() string {
	if len(f.sources) == 0 {
		return f.listed.Name
	}
	best := slices.MinFunc(f.sources, func(a, b *source) int {
		return cmp.Compare(a.rank(), b.rank())
	})
	name := best.syntax.Name.Name
	if best.test {
		return strings.TrimSuffix(name, "_test")
	}
	return name
}

// rank orders files by how well they tell the name of their package.
func (s *source) rank() int {
	switch {
	case !s.test && !s.excluded:
		return 0
	case s.test && !s.excluded:
		return 1
	case !s.test:
		return 2
	default:
		return 3
	}
}

func (u *unit) annotated() bool {
	return slices.ContainsFunc(u.sources, (*source).annotated)
}
