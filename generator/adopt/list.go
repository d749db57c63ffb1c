package adopt

import (
	"cmp"
	"context"
	"go/token"

	"github.com/bunsui/bunsui-go/generator/diag"
)

// An Adoptable is a function that Adopt would try.
type Adoptable struct {
	// Name is what Adopt takes from anywhere in the module:
	// import/path.GetUser or import/path.Store.GetUser.
	Name string
	Pos  token.Position
}

// List lists the functions of packages that Adopt would try, tests left out, by
// package, file and place, and why it would refuse the others. Whether a wrapper
// can be generated is not known before Adopt. Of the request it uses Dir, Env,
// Tags, Force and, as package patterns, Names; none means the current directory.
func List(ctx context.Context, r Request) ([]Adoptable, diag.List, error) {
	r, err := r.prepared()
	if err != nil {
		return nil, nil, err
	}
	if len(r.Names) == 0 {
		r.Names = []string{"."}
	}
	packages, err := goList(ctx, r, r.Names)
	if err != nil {
		return nil, nil, err
	}
	s := newSession(r)
	var found []Adoptable
	for _, p := range packages {
		f, err := s.folder(p)
		if err != nil {
			return nil, nil, err
		}
		found = append(found, s.adoptableIn(f)...)
	}
	return found, s.refused.Sorted(), nil
}

func (s *session) adoptableIn(f *folder) []Adoptable {
	var found []Adoptable
	for _, file := range f.inside.files {
		if file.test || file.output {
			continue
		}
		for _, fn := range file.functions {
			if why := cmp.Or(refuse(fn, f.find(fn.symbol)), s.checkStack(fn)); why != nil {
				s.refuse(fn, why)
				continue
			}
			found = append(found, Adoptable{Name: f.ImportPath + "." + fn.symbol, Pos: fn.pos()})
		}
	}
	return found
}
