package adopt

import (
	"cmp"
	"context"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/decorator/all"
)

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

// wrapper returns the symbol of the function's wrapper, or "" if it has no directives.
// It is the function's own if what it has makes functions of other signatures only.
func (fn *function) wrapper() string {
	directives := fn.directives()
	if len(directives) == 0 {
		return ""
	}
	directives = belowMakers(directives)
	if len(directives) == 0 {
		return fn.symbol
	}
	first, _ := annotations.Parse(fn.file.position(directives[0].Pos()), directives[0].Text)
	if as, ok := first.Arg("as"); ok {
		return rename(fn.symbol, as.Value)
	}
	return rename(fn.symbol, decorator.Export(fn.decl.Name.Name))
}

// belowMakers are the directives whose wrapper has the function's own signature: those
// below the last one that makes functions of another.
func belowMakers(directives []*ast.Comment) []*ast.Comment {
	for i := len(directives) - 1; i >= 0; i-- {
		a, _ := annotations.Parse(token.Position{}, directives[i].Text)
		if makes(a.Name) {
			return directives[i+1:]
		}
	}
	return directives
}

// makes tells whether a directive makes functions of another signature.
func makes(name string) bool {
	return slices.ContainsFunc(all.Decorators(), func(d decorator.Entry) bool { return d.Schema.Name == name && d.Makes() })
}
