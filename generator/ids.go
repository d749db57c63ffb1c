package generator

import (
	"fmt"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/model"
)

// checkIDs reports functions that are known by a name that others of their kind have: in
// one process they would have their settings and figures in common, and in a store their
// results. Profiles may, as their calls are then counted together.
func checkIDs(facts *model.Facts, packages []*model.Package, problems *diag.List) {
	ours := make(map[*model.Package]bool)
	for _, pkg := range packages {
		ours[pkg] = true
	}
	known := make(map[string][]*model.Wrapper)
	for _, w := range facts.All() {
		for _, id := range registered(w) {
			for _, other := range known[id] {
				if d, same := sameID(other, w, ours); same {
					problems.Add(d)
					break
				}
			}
			known[id] = append(known[id], w)
		}
	}
}

// registered lists under what a wrapper is known, each kind by itself.
func registered(w *model.Wrapper) []string {
	var ids []string
	for _, directive := range w.Directives {
		switch {
		case directive == "cached" && w.Cached != nil, directive == "batch", directive == "loader", directive == "pool":
			ids = append(ids, directive+" "+w.ID)
		}
	}
	return ids
}

// sameID returns the problem of two functions with one name. It stands at a name= of the
// later one, if that has it and is to be generated for, or else of the other.
func sameID(first, later *model.Wrapper, ours map[*model.Package]bool) (diag.Diagnostic, bool) {
	if first.Func.Pos == later.Func.Pos && first.Name == later.Name || !meet(first.Func, later.Func) {
		return diag.Diagnostic{}, false
	}
	if _, _, named := nameArg(later); !named || !ours[later.Func.File.Package] {
		first, later = later, first
	}
	a, arg, named := nameArg(later)
	if !named || !ours[later.Func.File.Package] {
		return diag.Diagnostic{}, false
	}
	place := decorator.Place(first.Func.Pos)
	if pkg := first.Func.File.Package; pkg.Path != later.Func.File.Package.Path {
		place += " in package " + pkg.Path
	}
	too := "too"
	if _, _, named := nameArg(first); !named {
		too = "without a name="
	}
	return a.Problem(arg.ValuePos, len(arg.Raw), fmt.Sprintf(
		"%s at %s has the name %s, %s: settings, metrics and stores tell functions apart by it, so give each its own",
		first.Func.Symbol(), place, later.ID, too)), true
}

// nameArg finds what gives a function its name, with the directive that it is in.
func nameArg(w *model.Wrapper) (annotations.Annotation, annotations.Arg, bool) {
	for _, a := range w.Func.Chain {
		if arg, ok := a.Arg("name"); ok && !arg.Flag && arg.Value == w.ID {
			return a, arg, true
		}
	}
	return annotations.Annotation{}, annotations.Arg{}, false
}

// meet tells whether two functions can be in one process: those of tests and programs are
// only in their own.
func meet(a, b *model.Func) bool {
	confined := func(fn *model.Func) bool { return fn.File.Test || fn.File.Package.Name == "main" }
	return a.File.Package.Dir == b.File.Package.Dir || !confined(a) || !confined(b)
}
