package load

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"io"
	"os"
	"slices"

	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/go/packages"
)

// A universe holds the types of one build: at most one package for each path,
// so that equal types are identical. Packages that a test recompiles make a
// universe of their own.
//
// Packages are read from the export data that the compiler left for them. Those
// that have none, as they do not compile, and those that differ from what was
// compiled are type-checked from source; so is then everything that imports
// them, since its export data would bring along a second copy of them.
type universe struct {
	ctx  context.Context
	fset *token.FileSet
	// sizes are those of the system that is built for.
	sizes types.Sizes
	// parse returns the files of a package that is type-checked from source.
	parse func(*packages.Package) []*ast.File
	// changed tells that a package differs from its export data.
	changed func(*packages.Package) bool
	// promised declares what is going to be generated in a package. It is nil where what
	// was generated is checked.
	promised func(*packages.Package, *unit, []*ast.File) *ast.File
	// bodies tells for which packages function bodies are checked too.
	bodies func(*packages.Package) bool
	// units are the packages to describe, and wanted tells which of them are needed
	// as their importers see them; both by ID.
	units  map[string]*unit
	wanted map[string]bool
	// extra are packages that go list was asked for later, and listed all that it
	// named, by path.
	extra, listed map[string]*packages.Package

	// sourceOnly makes the universe do without export data.
	sourceOnly bool
	// unreadable is why some export data could not be read: the go command is
	// newer than this program, say.
	unreadable error

	exported   map[string]*types.Package // by path; gcexportdata adds to it
	checked    map[string]*checked       // by ID
	fromSource map[string]bool           // by ID
}

// checked is a package type-checked from source.
type checked struct {
	types  *types.Package
	info   *types.Info
	files  []*ast.File
	errors []types.Error
}

func (u *universe) reset() {
	u.exported = make(map[string]*types.Package)
	u.checked = make(map[string]*checked)
	u.fromSource = make(map[string]bool)
}

// needsSource tells whether p cannot be read from export data.
func (u *universe) needsSource(p *packages.Package) bool {
	if p.PkgPath == "unsafe" {
		return false
	}
	if u.sourceOnly {
		return true
	}
	needs, known := u.fromSource[p.ID]
	if known {
		return needs
	}
	u.fromSource[p.ID] = false // an import cycle ends here
	needs = p.ExportFile == "" || u.wanted[p.ID] || u.changed(p)
	for _, imported := range p.Imports {
		needs = u.needsSource(imported) || needs
	}
	u.fromSource[p.ID] = needs
	return needs
}

// load returns the types of p as its importers see them.
func (u *universe) load(p *packages.Package) (*types.Package, error) {
	switch {
	case p.PkgPath == "unsafe":
		return types.Unsafe, nil
	case u.needsSource(p):
		if len(p.GoFiles) == 0 && len(p.Errors) > 0 {
			return nil, p.Errors[0]
		}
		return u.check(p).types, nil
	}
	if done := u.exported[p.PkgPath]; done != nil && done.Complete() {
		return done, nil
	}
	pkg, err := u.readExport(p)
	if err != nil {
		u.unreadable = err
	}
	return pkg, err
}

func (u *universe) readExport(p *packages.Package) (*types.Package, error) {
	file, err := os.Open(p.ExportFile)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := exportData(file)
	if err != nil {
		return nil, fmt.Errorf("reading export data of %s: %w", p.PkgPath, err)
	}
	pkg, err := gcexportdata.Read(data, u.fset, u.exported, p.PkgPath)
	if err != nil {
		return nil, fmt.Errorf("reading export data of %s: %w", p.PkgPath, err)
	}
	return pkg, nil
}

// exportData finds the export data in a file that the go command names: an archive
// of the compiler's up to Go 1.27, the data alone since.
func exportData(file io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(file)
	if magic, _ := buffered.Peek(len("!<arch>")); string(magic) != "!<arch>" {
		return buffered, nil
	}
	//lint:ignore SA1019 deprecated for Go versions that write no archives
	return gcexportdata.NewReader(buffered)
}

// check type-checks p from source, once. Errors are kept, not reported.
func (u *universe) check(p *packages.Package) *checked {
	if done := u.checked[p.ID]; done != nil {
		return done
	}
	c := &checked{
		types: types.NewPackage(p.PkgPath, p.Name),
		info: &types.Info{
			Defs:      make(map[*ast.Ident]types.Object),
			Implicits: make(map[ast.Node]types.Object),
			Scopes:    make(map[ast.Node]*types.Scope),
		},
		files: u.parse(p),
	}
	u.checked[p.ID] = c // what an import cycle comes back to
	if len(c.files) > 0 {
		c.types = types.NewPackage(p.PkgPath, c.files[0].Name.Name)
	}
	from := importer{universe: u, from: p}
	if !u.bodies(p) {
		from.needed = neededImports(p, c.files)
	}
	config := types.Config{
		Importer:         from,
		FakeImportC:      true,
		IgnoreFuncBodies: !u.bodies(p),
		Sizes:            u.sizes,
		Error: func(err error) {
			if e := (types.Error{}); errors.As(err, &e) {
				c.errors = append(c.errors, e)
			}
		},
	}
	u.run(types.NewChecker(&config, u.fset, c.types, c.info), p, c)
	return c
}

// run type-checks the files of a package, and what is going to be generated for them.
// All errors go to the checker's collector.
func (u *universe) run(checker *types.Checker, p *packages.Package, c *checked) {
	if u.promised != nil {
		if file := u.promised(p, u.units[p.ID], c.files); file != nil {
			_ = checker.Files(append(slices.Clip(c.files), file))
			promise(file, c.info)
			return
		}
	}
	_ = checker.Files(c.files)
}

// importer resolves the imports of one package.
type importer struct {
	universe *universe
	from     *packages.Package
	// needed are the paths whose packages must have contents; nil means all.
	needed map[string]bool
}

func (i importer) Import(path string) (*types.Package, error) {
	if err := i.universe.ctx.Err(); err != nil {
		return nil, err // the check comes to an end without further imports
	}
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	p := i.resolve(path)
	if p == nil {
		return nil, fmt.Errorf("the go command does not know package %s", path)
	}
	if i.needed != nil && !i.needed[path] && len(p.Errors) == 0 {
		empty := types.NewPackage(p.PkgPath, p.Name)
		empty.MarkComplete()
		return empty, nil
	}
	return i.universe.load(p)
}

// resolve returns the package that path means in an import declaration, or nil.
func (i importer) resolve(path string) *packages.Package {
	if p := i.from.Imports[path]; p != nil {
		return p
	}
	if p := i.universe.extra[path]; p != nil {
		return p
	}
	// packages.Load leaves out an import that closes a cycle, as output of ours that
	// is out of date can do.
	return i.universe.listed[path]
}
