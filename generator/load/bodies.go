package load

import (
	"context"
	"go/types"
	"strings"

	"github.com/bunsui/bunsui-go/generator/diag"
)

// checkBodies type-checks all folders as the compiler would see them: with
// function bodies, tests and our own output. It shares nothing with what the
// rest of load has checked, where output counts as absent.
func (l *loader) checkBodies(ctx context.Context, folders []*folder) (diag.List, error) {
	pkgs, err := l.list(ctx, true, l.cfg.Patterns...)
	if err == nil && len(pkgs) == 0 { // though there are some without tests
		err = l.listingFailed(ctx, l.cfg.Patterns, l.whyNothing(ctx, "no packages match", l.cfg.Patterns, "-test"))
	}
	if err != nil {
		return nil, err
	}
	variants := variantsOf(pkgs)
	var problems diag.List
	var units []*unit
	for _, f := range folders {
		whole := f.withOutputs()
		if err := l.parseAll(ctx, whole.sources); err != nil {
			return nil, err
		}
		for _, u := range whole.units(variants[f.listed.PkgPath]) {
			problems.Add(u.syntaxErrors()...)
			units = append(units, u)
		}
	}
	if _, err := l.checkUnits(ctx, units, true); err != nil {
		return nil, err
	}
	for _, u := range units {
		problems.Add(l.typeErrors(u.checked.errors)...)
	}
	return problems.Sorted(), nil
}

// withOutputs returns the folder with our files among its sources.
func (f *folder) withOutputs() *folder {
	whole := &folder{dir: f.dir, listed: f.listed}
	whole.sources = append(whole.sources, f.sources...)
	ignored := f.ignored()
	for _, path := range f.outputs {
		whole.sources = append(whole.sources, &source{
			path: path, test: strings.HasSuffix(path, "_test.go"), excluded: ignored[path],
		})
	}
	return whole
}

// typeErrors turns the type checker's errors into diagnostics. Errors that only
// continue the one before, which begin with a tab, become its notes.
func (l *loader) typeErrors(all []types.Error) diag.List {
	var problems diag.List
	for _, e := range all {
		message, continues := strings.CutPrefix(e.Msg, "\t")
		if continues && len(problems) > 0 {
			last := &problems[len(problems)-1]
			last.Notes = append(last.Notes, l.position(e.Pos).String()+": "+message)
			continue
		}
		problems.Add(diag.Diagnostic{Pos: l.position(e.Pos), Message: message})
	}
	return problems
}
