package adopt

import (
	"cmp"
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
)

// Eject plans to take functions out of their wrappers: their directives go, and
// they get the name that their wrapper has. Names are those of wrappers or of the
// functions under them; a package pattern means all decorated functions in it.
// The error is a *UsageError if the request makes no sense.
func Eject(ctx context.Context, r Request) (*Plan, error) {
	r, err := r.prepared()
	if err != nil {
		return nil, err
	}
	if len(r.Names) == 0 {
		return nil, usage("name the functions or packages to eject, such as GetUser, Store.GetUser or ./...")
	}
	s := newSession(r)
	s.verb = "eject"
	functions, err := s.decorated(ctx)
	if err != nil {
		return nil, err
	}
	var candidates []*candidate
	for _, fn := range functions {
		if c := s.ejectable(fn); c != nil {
			candidates = append(candidates, c)
		}
	}
	if s.also, err = s.callers(ctx, candidates); err != nil {
		return nil, err
	}
	return s.settle(ctx, candidates)
}

// decorated finds the functions that the request names, ordered by place.
func (s *session) decorated(ctx context.Context) ([]*function, error) {
	var names, patterns []string
	for _, name := range s.request.Names {
		if s.isPattern(name) {
			patterns = append(patterns, name)
		} else {
			names = append(names, name)
		}
	}
	if err := s.listNames(ctx, names); err != nil {
		return nil, err
	}
	var found []*function
	for _, name := range names {
		all, why, err := s.resolve(name, (*folder).findDecorated)
		if err != nil {
			return nil, err
		}
		if why != "" {
			s.refuseName(why)
		}
		found = append(found, s.onlyDecorated(all)...)
	}
	inPackages, err := s.decoratedIn(ctx, patterns)
	if err != nil {
		return nil, err
	}
	found = append(found, inPackages...)
	slices.SortFunc(found, func(a, b *function) int {
		return cmp.Or(cmp.Compare(a.file.path, b.file.path), cmp.Compare(a.decl.Pos(), b.decl.Pos()))
	})
	return slices.Compact(found), nil
}

// isPattern tells whether an argument of Eject means packages.
func (s *session) isPattern(name string) bool {
	if strings.Contains(name, "...") || name == "." || name == ".." {
		return true
	}
	path := filepath.FromSlash(name)
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.request.Dir, path)
	}
	info, err := os.Stat(path)
	return strings.ContainsAny(name, `/\`) && err == nil && info.IsDir()
}

// findDecorated returns the functions that have a symbol or whose wrapper has it:
// if one of them is decorated, that one.
func (f *folder) findDecorated(symbol string) []*function {
	var others []*function
	for _, u := range []*unit{f.inside, f.outside} {
		for _, file := range u.files {
			for _, fn := range file.functions {
				if file.output || fn.symbol != symbol && fn.wrapper() != symbol {
					continue
				}
				if len(fn.directives()) > 0 {
					return []*function{fn}
				}
				others = append(others, fn)
			}
		}
	}
	return others
}

// onlyDecorated refuses functions without directives.
func (s *session) onlyDecorated(all []*function) []*function {
	var found []*function
	for _, fn := range all {
		if len(fn.directives()) > 0 {
			found = append(found, fn)
			continue
		}
		s.refuse(fn, fn.refused(fn.decl.Name, "it is not decorated"))
		break
	}
	return found
}

func (s *session) decoratedIn(ctx context.Context, patterns []string) ([]*function, error) {
	if len(patterns) == 0 {
		return nil, nil
	}
	if err := s.list(ctx, patterns); err != nil {
		return nil, err
	}
	var found []*function
	for _, pattern := range patterns {
		if len(s.packages[pattern]) == 0 {
			s.refuseName(pattern + ": it matches no packages")
		}
		for _, p := range s.packages[pattern] {
			if !p.own() {
				continue
			}
			f, err := s.folder(p)
			if err != nil {
				return nil, err
			}
			found = append(found, f.allDecorated()...)
		}
	}
	return found, nil
}

func (f *folder) allDecorated() []*function {
	var found []*function
	for _, u := range []*unit{f.inside, f.outside} {
		for _, file := range u.files {
			if file.output || file.excluded {
				continue
			}
			for _, fn := range file.functions {
				if len(fn.directives()) > 0 {
					found = append(found, fn)
				}
			}
		}
	}
	return found
}

// wrapper returns the symbol of the function's wrapper, or "" if it has none.
func (fn *function) wrapper() string {
	directives := fn.directives()
	if len(directives) == 0 {
		return ""
	}
	first, _ := annotations.Parse(fn.file.position(directives[0].Pos()), directives[0].Text)
	if as, ok := first.Arg("as"); ok {
		return rename(fn.symbol, as.Value)
	}
	return rename(fn.symbol, decorator.Export(fn.decl.Name.Name))
}

// ejectable makes a candidate of a decorated function, or refuses it.
func (s *session) ejectable(fn *function) *candidate {
	if r := checkPackage(fn); r != nil {
		s.refuse(fn, r)
		return nil
	}
	if fn.file.broken != nil || fn.file.excluded {
		s.refuse(fn, checkFile(fn))
		return nil
	}
	wrapper := fn.wrapper()
	name := wrapper[strings.LastIndexByte(wrapper, '.')+1:]
	switch {
	case !decorator.IsIdentifier(name):
		s.refuse(fn, fn.refused(fn.decl.Name, "%q is no name for it", name))
		return nil
	case name == fn.decl.Name.Name:
		s.refuse(fn, fn.refused(fn.decl.Name, "its wrapper has no other name: mend its directives or remove them by hand"))
		return nil
	}
	if r := fn.bypassedUnseen(); r != nil && !s.request.Force {
		s.refuse(fn, r)
		return nil
	}
	return &candidate{fn: fn, to: name, edits: ejecting(fn.file, fn.decl, name)}
}

// bypassedUnseen looks for calls of the function itself in files that build
// constraints exclude, which are not type-checked.
func (fn *function) bypassedUnseen() *refusal {
	for _, f := range fn.file.unit.files {
		if !f.excluded || f.output {
			continue
		}
		var found *refusal
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && id.Name == fn.decl.Name.Name && found == nil {
				pos := f.position(id.Pos())
				found = fn.refused(fn.decl.Name, "%s may be used at %s:%d, which the build constraints of this run exclude",
					id.Name, filepath.Base(pos.Filename), pos.Line)
			}
			return found == nil
		})
		if found != nil {
			return found
		}
	}
	return nil
}

// callers returns the directories of packages that may use what goes away with a
// wrapper: an exported function under it, or companions such as GetUserCache.
func (s *session) callers(ctx context.Context, candidates []*candidate) ([]string, error) {
	paths := make(map[string]bool)
	for _, c := range candidates {
		if token.IsExported(c.fn.decl.Name.Name) || token.IsExported(c.to) && !c.onlyProfiled() {
			paths[c.fn.file.unit.folder.ImportPath] = true
		}
	}
	if len(paths) == 0 {
		return nil, nil
	}
	dirs, err := importers(ctx, s.request, paths)
	if err != nil {
		return nil, fmt.Errorf("looking for importers: %w", err)
	}
	return dirs, nil
}

// onlyProfiled tells that a function has no directive but profile, which gives it
// no companion that others can name.
func (c *candidate) onlyProfiled() bool {
	for _, directive := range c.fn.directives() {
		if word := strings.Fields(directive.Text)[0]; word != "//bunsui:profile" {
			return false
		}
	}
	return true
}
