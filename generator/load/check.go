package load

import (
	"context"
	"go/ast"
	"go/types"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// checkUnits type-checks the units, each in the universe that it is built in. It
// returns the units, type-checked too, that their directives refer to besides.
func (l *loader) checkUnits(ctx context.Context, units []*unit, bodies bool) ([]*unit, error) {
	extra, err := l.listExtra(ctx, units)
	if err != nil {
		return nil, err
	}
	var targets []*unit
	byBuild := make(map[string][]*unit)
	for _, u := range units {
		build := buildOf(u.listed)
		byBuild[build] = append(byBuild[build], u)
	}
	for _, build := range slices.Sorted(maps.Keys(byBuild)) {
		world := l.newUniverse(ctx, bodies)
		world.extra = extra
		all := byBuild[build]
		if !bodies {
			added, err := l.addTargets(ctx, world, all)
			if err != nil {
				return nil, err
			}
			targets = append(targets, added...)
			all = slices.Concat(all, added)
		}
		l.checkIn(world, all)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
	return targets, nil
}

// buildOf returns the path of the package whose test program p is compiled for
// in a way that differs from how other programs see it, or "". Only what imports
// a package that was recompiled for a test is so: an in-package test is itself
// recompiled, but its imports are as everywhere.
func buildOf(p *packages.Package) string {
	for _, imported := range p.Imports {
		if imported.ForTest != "" {
			return p.ForTest
		}
	}
	return ""
}

func (l *loader) newUniverse(ctx context.Context, bodies bool) *universe {
	world := &universe{
		ctx: ctx, fset: l.fset, sizes: l.sizes(), changed: l.overlaid, listed: l.listed,
		units: make(map[string]*unit), wanted: make(map[string]bool),
	}
	if !bodies {
		world.promised = l.promised
	}
	world.bodies = func(p *packages.Package) bool { return bodies && world.units[p.ID] != nil }
	world.parse = func(p *packages.Package) []*ast.File {
		if u := world.units[p.ID]; u != nil {
			return u.files()
		}
		return l.parseDependency(ctx, p, bodies)
	}
	world.reset()
	return world
}

// sizes returns those of GOARCH. That they are not asked of packages.Load is a
// matter of time: it would have the go command run cgo.
func (l *loader) sizes() types.Sizes {
	arch := l.getenv("GOARCH")
	if arch == "" {
		arch = runtime.GOARCH
	}
	return types.SizesFor("gc", arch)
}

// checkIn type-checks units, a second time without export data if some of it
// turns out to be unreadable: what was read until then may be incomplete.
func (l *loader) checkIn(world *universe, units []*unit) {
	for _, u := range units {
		world.units[u.listed.ID] = u
	}
	for _, u := range units {
		u.checked = world.check(u.listed)
	}
	if world.unreadable == nil {
		return
	}
	l.warnings = append(l.warnings, "loading from source, which takes long: "+world.unreadable.Error())
	world.reset()
	world.sourceOnly, world.unreadable = true, nil
	for _, u := range units {
		u.checked = world.check(u.listed)
	}
}

// overlaid tells whether the overlay changes a package.
func (l *loader) overlaid(p *packages.Package) bool {
	for path := range l.cfg.Overlay {
		if filepath.Dir(path) == p.Dir {
			return true
		}
	}
	return false
}

// listExtra lists the packages that units import and that go list did not name
// as their imports. There are some only if an overlay has imports of its own.
func (l *loader) listExtra(ctx context.Context, units []*unit) (map[string]*packages.Package, error) {
	missing := make(map[string]bool)
	for _, u := range units {
		for _, path := range missingImports(u.listed, u.sources) {
			missing[path] = true
		}
	}
	if len(missing) == 0 {
		return nil, nil
	}
	pkgs, err := l.list(ctx, false, slices.Sorted(maps.Keys(missing))...)
	if err != nil {
		return nil, err
	}
	extra := make(map[string]*packages.Package)
	for _, p := range pkgs {
		extra[p.PkgPath] = p
	}
	return extra, nil
}

// files returns the parsed files of the unit.
func (u *unit) files() []*ast.File {
	files := make([]*ast.File, 0, len(u.sources))
	for _, s := range u.sources {
		files = append(files, s.syntax)
	}
	return files
}

// parseDependency parses a package that is in no unit and has no usable export
// data. Files that cannot be read or parsed are left out or incomplete: if that
// matters, a type comes out invalid. Our output counts only in other people's
// modules, and where compiling is the question.
func (l *loader) parseDependency(ctx context.Context, p *packages.Package, outputs bool) []*ast.File {
	paths := slices.Clone(p.GoFiles)
	outputs = outputs || !l.isOwn(p)
	for path := range l.cfg.Overlay {
		if filepath.Dir(path) == p.Dir && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	paths = slices.Compact(paths)
	parsed := make([]*ast.File, len(paths))
	inParallel(ctx, len(paths), func(i int) {
		content, err := l.read(paths[i])
		if err != nil || content == nil || !outputs && IsOutput(paths[i], content) {
			return
		}
		parsed[i], _ = parseFile(l.fset, paths[i], content)
	})
	return slices.DeleteFunc(parsed, func(file *ast.File) bool { return file == nil })
}
