package load

import (
	"context"

	"golang.org/x/tools/go/packages"
)

// variants are a package as its own test program has it.
type variants struct {
	inside, outside *packages.Package
}

// listVariants lists the packages again, with tests, that have annotated tests.
// Most have none, and tests have dependencies of their own that take time.
func (l *loader) listVariants(ctx context.Context, folders []*folder) (map[string]variants, error) {
	var paths []string
	for _, f := range folders {
		if inside, outside := f.annotatedTests(); inside || outside {
			paths = append(paths, f.listed.PkgPath)
		}
	}
	if len(paths) == 0 {
		return nil, nil
	}
	pkgs, err := l.list(ctx, true, paths...)
	if err != nil {
		return nil, err
	}
	found := variantsOf(pkgs)
	for _, f := range folders {
		if inside, _ := f.annotatedTests(); !inside {
			// What is annotated is outside; the package itself needs no tests.
			v := found[f.listed.PkgPath]
			v.inside = nil
			found[f.listed.PkgPath] = v
		}
	}
	return found, nil
}

// annotatedTests tells whether tests of the package, and its external tests, have
// directives.
func (f *folder) annotatedTests() (inside, outside bool) {
	name := f.packageName()
	for _, s := range f.sources {
		if s.test && !s.excluded && s.annotated() {
			clause := s.syntax.Name.Name
			inside = inside || clause == name
			outside = outside || clause == name+"_test"
		}
	}
	return inside, outside
}

// missingVariant returns an error if the go command has not listed a package that
// annotated tests are in. Without it, nothing would be generated for them, and what was
// would be taken for out of date.
func (l *loader) missingVariant(ctx context.Context, f *folder, found variants) error {
	inside, outside := f.annotatedTests()
	if (!inside || found.inside != nil) && (!outside || found.outside != nil) {
		return nil
	}
	path := f.listed.PkgPath
	return l.listingFailed(ctx, []string{path}, l.whyNothing(ctx, "its tests are not listed", []string{path}, "-test"))
}

func variantsOf(pkgs []*packages.Package) map[string]variants {
	found := make(map[string]variants)
	for _, p := range pkgs {
		v := found[p.ForTest]
		switch p.PkgPath {
		case p.ForTest:
			v.inside = p
		case p.ForTest + "_test":
			v.outside = p
		default:
			continue
		}
		found[p.ForTest] = v
	}
	return found
}
