package load

import (
	"context"
	"go/ast"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A reference is a directive's argument that names a wrapper of another package.
type reference struct {
	annotation annotations.Annotation
	// name is the wrapper as written, such as store.GetUser.
	name annotations.Name
	// target is the package that the qualifier stands for.
	target *packages.Package
}

// references returns what the directives of a unit name in other packages.
func (l *loader) references(world *universe, u *unit) []reference {
	var found []reference
	for _, s := range u.sources {
		for _, fn := range s.funcs {
			for _, a := range fn.chain {
				for _, p := range l.qualified(world, u, s, resourceName(fn, a)) {
					found = append(found, reference{a, resourceName(fn, a), p})
				}
				for _, arg := range a.Args {
					name := wrapperName(arg)
					for _, p := range l.qualified(world, u, s, name) {
						found = append(found, reference{a, name, p})
					}
				}
			}
		}
	}
	return found
}

// resourceName returns the type of the pooled resource that a function takes, where its
// package may have the pool, or nothing.
func resourceName(fn annotated, a annotations.Annotation) annotations.Name {
	if _, given := a.Arg("pool"); given || a.Name != model.Pooled || fn.decl == nil {
		return annotations.Name{}
	}
	for _, field := range fn.decl.Type.Params.List {
		expr := field.Type
		if star, ok := expr.(*ast.StarExpr); ok {
			expr = star.X
		}
		selector, ok := expr.(*ast.SelectorExpr)
		if !ok {
			return annotations.Name{}
		}
		if pkg, ok := selector.X.(*ast.Ident); ok && selector.Sel.Name != "Context" {
			return annotations.Name{Text: pkg.Name + "." + selector.Sel.Name, Pos: a.NamePos}
		}
	}
	return annotations.Name{}
}

// wrapperName returns the name of the wrapper that an argument is, with or without
// parentheses, or nothing.
func wrapperName(arg annotations.Arg) annotations.Name {
	switch {
	case arg.Key == "pool" && arg.Call == nil && !arg.Flag:
		return annotations.Name{Text: arg.Value, Pos: arg.ValuePos}
	case arg.Call != nil:
		return arg.Call.Name
	case arg.Flag && strings.Contains(arg.Key, "."):
		return annotations.Name{Text: arg.Key, Pos: arg.KeyPos}
	}
	return annotations.Name{}
}

// qualified returns the packages that a file imports under the qualifier of name.
func (l *loader) qualified(world *universe, u *unit, s *source, name annotations.Name) []*packages.Package {
	qualifier, _, ok := strings.Cut(name.Text, ".")
	if !ok {
		return nil
	}
	var found []*packages.Package
	for _, spec := range s.syntax.Imports {
		p := importer{universe: world, from: u.listed}.resolve(importPath(spec))
		if p == nil || p.Dir == "" {
			continue
		}
		local := p.Name
		if spec.Name != nil && spec.Name.Name != "_" {
			local = spec.Name.Name
		}
		if local == qualifier {
			found = append(found, p)
		}
	}
	return found
}

// addTargets returns units for the packages that directives of units name wrappers
// of and that are not among them. All such packages are then type-checked from
// source, so that the types in their signatures are those that the units see.
func (l *loader) addTargets(ctx context.Context, world *universe, units []*unit) ([]*unit, error) {
	known := make(map[string]*unit)
	for _, u := range units {
		known[u.listed.ID] = u
	}
	var added []*unit
	for _, u := range units {
		for _, ref := range l.references(world, u) {
			p := ref.target
			if cycle := l.cycle(p, u.listed.PkgPath); cycle != nil {
				l.reportCycle(ref, cycle)
				u.refuse(ref)
				continue
			}
			target, seen := known[p.ID]
			if !seen {
				made, err := l.targetUnit(ctx, p)
				if err != nil {
					return nil, err
				}
				known[p.ID], target = made, made
				if made != nil {
					added = append(added, made)
				}
			}
			if target != nil {
				world.wanted[p.ID] = true
			}
		}
	}
	return added, nil
}

// targetUnit returns a unit for a package that is only referred to, or nil if it
// has no directives.
func (l *loader) targetUnit(ctx context.Context, p *packages.Package) (*unit, error) {
	u := &unit{listed: p}
	for _, f := range l.folders {
		if f.dir == p.Dir {
			u.folder = f
		}
	}
	if u.folder == nil {
		u.folder = &folder{dir: p.Dir, listed: p}
		var err error
		u.problems, err = l.quietly(func() error { return l.readTarget(ctx, u.folder) })
		if err != nil {
			return nil, err
		}
	}
	if !u.folder.hasDirectives() {
		return nil, nil
	}
	inside, _ := u.folder.split()
	u.take(inside)
	if l.isOwn(p) {
		return u, nil
	}
	// What other modules generated belongs to them, as it does to their importers.
	for _, path := range u.folder.outputs {
		s := &source{path: path}
		if !strings.HasSuffix(path, "_test.go") && !u.folder.ignored()[path] && l.parse(s) == nil {
			u.sources = append(u.sources, s)
		}
	}
	return u, nil
}

// readTarget reads a folder that the patterns do not match, without its tests,
// which nobody else can refer to.
func (l *loader) readTarget(ctx context.Context, f *folder) error {
	if err := l.readFolder(f); err != nil {
		return err
	}
	f.sources = slices.DeleteFunc(f.sources, func(s *source) bool { return s.test })
	if !slices.ContainsFunc(f.sources, func(s *source) bool { return s.mentions }) {
		return nil
	}
	if err := l.parseAll(ctx, f.sources); err != nil {
		return err
	}
	for _, s := range f.sources {
		l.problems.Add(s.problems...)
		if s.mentions {
			l.scan(s)
		}
	}
	return nil
}

// quietly returns the problems that f finds instead of reporting them.
func (l *loader) quietly(f func() error) (diag.List, error) {
	kept := l.problems
	l.problems = nil
	err := f()
	found := l.problems
	l.problems = kept
	return found, err
}

// describeTarget describes a unit that nothing is generated for.
func (l *loader) describeTarget(u *unit) *model.Package {
	var pkg *model.Package
	found, _ := l.quietly(func() error {
		pkg = l.describe(u)
		return nil
	})
	pkg.Problems = append(u.problems, found...).Sorted()
	return pkg
}

// matchesModule tells whether the patterns match every package of the module that
// the roots are in.
func (l *loader) matchesModule(roots []*packages.Package) bool {
	for _, pattern := range l.cfg.Patterns {
		root, rest, recursive := strings.Cut(filepath.ToSlash(pattern), "...")
		switch {
		case roots[0].Module == nil:
			return false
		case pattern == "all", recursive && rest == "" && strings.TrimSuffix(root, "/") == roots[0].Module.Path:
			return true
		case !recursive || rest != "" || !strings.HasPrefix(root, ".") && !filepath.IsAbs(pattern):
			continue
		}
		root = filepath.FromSlash(root)
		if !filepath.IsAbs(root) {
			root = filepath.Join(l.cfg.Dir, root)
		}
		if filepath.Clean(root) == filepath.Clean(roots[0].Module.Dir) {
			return true
		}
	}
	return false
}
