package adopt

import (
	"cmp"
	"context"
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator/all"
)

// Adopt plans to give functions a wrapper of their own name. The error is a
// *UsageError if the request makes no sense.
func Adopt(ctx context.Context, r Request) (*Plan, error) {
	r, err := r.prepared()
	if err != nil {
		return nil, err
	}
	directives, err := directivesOf(r.With)
	if err != nil {
		return nil, err
	}
	if len(r.Names) == 0 {
		return nil, usage("name the functions to adopt, such as GetUser, Store.GetUser or ./store.GetUser")
	}
	s := newSession(r)
	if err := s.listNames(ctx, r.Names); err != nil {
		return nil, err
	}
	candidates, err := s.adoptable(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range candidates {
		c.directives = directives
		s.name(c, false)
	}
	return s.settle(ctx, candidates)
}

// directivesOf checks directives as the user gave them, and returns the comments
// to write.
func directivesOf(with []string) ([]string, error) {
	var comments []string
	for _, text := range with {
		text = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(text), "//"), "bunsui:")
		comment := "//bunsui:" + text
		if err := checkDirective(comment); err != nil {
			return nil, usage("-with %q: %v", text, err)
		}
		comments = append(comments, comment)
	}
	return comments, nil
}

func checkDirective(comment string) error {
	if strings.ContainsAny(comment, "\n\r") {
		return fmt.Errorf("a directive is one line")
	}
	a, problems := annotations.Parse(position(comment), comment)
	var names []string
	for _, d := range all.Decorators() {
		names = append(names, d.Schema.Name)
		if d.Schema.Name == a.Name && len(problems) == 0 {
			given := a
			given.Broken = true // what is missing may be a default of the package
			_, problems = d.Schema.Decode(given)
		}
	}
	if len(problems) == 0 && !slices.Contains(names, a.Name) {
		problems.Add(annotations.Unknown(a, names))
	}
	if len(problems) > 0 {
		return fmt.Errorf("%s", strings.Join(append([]string{problems[0].Message}, problems[0].Notes...), "; "))
	}
	if makes(a.Name) {
		return fmt.Errorf("bunsui:%s makes functions of another signature beside the function, which keeps its name: write it above by hand", a.Name)
	}
	if _, ok := a.Arg("as"); ok {
		return fmt.Errorf("as= is for adopt to choose: the wrapper has the function's name")
	}
	return nil
}

// adoptable finds the functions that the request names, and refuses what can be
// refused without generating.
func (s *session) adoptable(ctx context.Context) ([]*candidate, error) {
	var found []*candidate
	seen := make(map[*function]bool)
	for _, name := range s.request.Names {
		all, why, err := s.resolve(name, (*folder).find)
		switch {
		case err != nil:
			return nil, err
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case len(all) == 0:
			s.refuseName(why)
			continue
		}
		fn := all[0]
		if seen[fn] {
			continue
		}
		seen[fn] = true
		if why := cmp.Or(refuse(fn, all), s.checkStack(fn)); why != nil {
			s.refuse(fn, why)
			continue
		}
		found = append(found, &candidate{fn: fn})
	}
	slices.SortFunc(found, func(a, b *candidate) int {
		return cmp.Or(cmp.Compare(a.fn.file.path, b.fn.file.path), cmp.Compare(a.fn.decl.Pos(), b.fn.decl.Pos()))
	})
	return found, nil
}

// name chooses the new name of c and makes its edits.
func (s *session) name(c *candidate, long bool) {
	u := c.fn.file.unit
	if u.names == nil {
		u.names = newNames(u)
	}
	chosen := u.names.take(c.fn, long)
	c.to, c.long = chosen.name, long || strings.HasSuffix(chosen.name, suffix)
	directives := slices.Clone(c.directives)
	if chosen.as != "" {
		directives[0] += " as=" + chosen.as
	}
	// refuse has made sure that there is a place for directives.
	c.edits, _ = adopting(c.fn.file, c.fn.decl, c.to, directives)
}

// callsItself tells whether the function's body names it.
func (fn *function) callsItself() bool {
	found := false
	ast.Inspect(fn.decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			found = found || fn.decl.Recv != nil && n.Sel.Name == fn.decl.Name.Name
		case *ast.Ident:
			found = found || fn.decl.Recv == nil && n.Name == fn.decl.Name.Name
		}
		return !found
	})
	return found
}
