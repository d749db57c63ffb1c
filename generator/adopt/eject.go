package adopt

import (
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
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
	case name == fn.decl.Name.Name && len(belowMakers(fn.directives())) > 0:
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
		if token.IsExported(c.fn.decl.Name.Name) || token.IsExported(c.to) && !c.onlyProfiled() || c.keptInField() {
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

// keptInField tells that a directive has in=, whose type and constructor others can
// name, however the function is called.
func (c *candidate) keptInField() bool {
	for _, directive := range c.fn.directives() {
		a, _ := annotations.Parse(token.Position{}, directive.Text)
		if _, ok := a.Arg("in"); ok {
			return true
		}
	}
	return false
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
