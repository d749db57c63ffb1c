package load

import (
	"cmp"
	"context"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A Config says what to load.
type Config struct {
	// Dir is where relative patterns start; empty means the current directory.
	Dir string
	// Env is the environment of the go command; nil means the process's own.
	Env []string
	// Patterns are package patterns as the go command has them; none means the
	// package in Dir.
	Patterns []string
	// Tags are build tags, separated by commas, as for go build -tags.
	Tags string
	// Overlay holds, by absolute path, content to read instead of a file's. Nil
	// content means that the file does not exist.
	Overlay map[string][]byte
	// Bodies asks for Result.TypeErrors.
	Bodies bool
}

// A Result is what the patterns match.
type Result struct {
	// Packages are the packages with annotated functions or defaults for them, ordered by
	// path.
	Packages []*model.Package
	// Referenced are packages of which nothing is wanted but what directives in
	// Packages refer to, ordered by path. One that is also in Packages may be among
	// them, as another build of it has it.
	Referenced []*model.Package
	// Whole tells that the patterns match every package of the module.
	Whole bool
	// Dirs are the directories of all packages that match, ordered by path.
	Dirs []Dir
	// TypeErrors are the errors of a full type check of all packages that match,
	// function bodies, tests and bunsuigen's output included, sorted. It is
	// empty unless Config.Bodies is set.
	TypeErrors diag.List
	// Warnings tell what was passed over, such as an unrelated package with a
	// syntax error, a line each.
	Warnings []string
}

// A Dir is one package directory.
type Dir struct {
	// Path is absolute.
	Path string
	// PkgPath is the import path of the package. It is empty if build constraints
	// exclude all files: then only Excluded is set.
	PkgPath string
	// Outputs are bunsuigen's own files in the directory, by absolute path.
	Outputs []string
	// Excluded are the files, by absolute path, that have directives, or a struct that
	// a method with in= keeps its results in, and that the build constraints of this
	// run exclude.
	Excluded []string
}

// Load loads the packages that cfg's patterns match. The list holds what is
// wrong in the user's code; packages that it concerns may be missing from the
// result, so nothing may be written unless it is empty. An error tells that
// loading itself failed: a pattern that matches nothing, no go command, no
// go.mod, or ctx having ended. Load may be called concurrently.
func Load(ctx context.Context, cfg Config) (*Result, diag.List, error) {
	l, err := newLoader(cfg)
	if err != nil {
		return nil, nil, err
	}
	l.survey = l.startSurvey(ctx)
	roots, err := l.listRoots(ctx)
	l.survey.finish()
	if err != nil {
		return nil, nil, err
	}
	folders, err := l.readFolders(ctx, roots)
	if err != nil {
		return nil, nil, err
	}
	annotated, err := l.scanFolders(ctx, folders)
	if err != nil {
		return nil, nil, err
	}
	result := &Result{Dirs: l.dirsOf(folders), Whole: l.matchesModule(roots)}
	l.folders = annotated
	if err := l.loadPackages(ctx, annotated, result); err != nil {
		return nil, nil, err
	}
	if cfg.Bodies {
		if result.TypeErrors, err = l.checkBodies(ctx, folders); err != nil {
			return nil, nil, err
		}
	}
	slices.Sort(l.warnings)
	result.Warnings = slices.Compact(l.warnings)
	return result, l.problems.Sorted(), nil
}

// A loader is the state of one Load.
type loader struct {
	cfg  Config
	fset *token.FileSet
	// listed are all packages that go list named, dependencies included, by path.
	listed map[string]*packages.Package
	survey *survey
	// imports are what packages import, as cycle finds it, by ID.
	imports map[string][]*packages.Package
	// folders are those with directives that the patterns match.
	folders  []*folder
	problems diag.List
	warnings []string
}

func newLoader(cfg Config) (*loader, error) {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, err
	}
	cfg.Dir = dir
	if cfg.Env == nil {
		cfg.Env = os.Environ()
	}
	if len(cfg.Patterns) == 0 {
		cfg.Patterns = []string{"."}
	}
	for _, pattern := range cfg.Patterns {
		if strings.HasSuffix(pattern, ".go") {
			return nil, fmt.Errorf("%s is a file: name its package, such as ./%s",
				pattern, filepath.ToSlash(filepath.Dir(pattern)))
		}
	}
	return &loader{
		cfg: cfg, fset: token.NewFileSet(), listed: make(map[string]*packages.Package),
		imports: make(map[string][]*packages.Package),
	}, nil
}

// loadPackages type-checks the annotated folders and what they refer to, and
// describes their functions.
func (l *loader) loadPackages(ctx context.Context, annotated []*folder, result *Result) error {
	units, err := l.units(ctx, annotated)
	if err != nil {
		return err
	}
	targets, err := l.checkUnits(ctx, units, false)
	if err != nil {
		return err
	}
	for _, u := range units {
		if pkg := l.describe(u); len(pkg.Files)+len(pkg.Defaults) > 0 {
			result.Packages = append(result.Packages, pkg)
		}
	}
	for _, u := range targets {
		result.Referenced = append(result.Referenced, l.describeTarget(u))
	}
	byPath := func(a, b *model.Package) int { return cmp.Compare(a.Path, b.Path) }
	slices.SortStableFunc(result.Packages, byPath)
	slices.SortStableFunc(result.Referenced, byPath)
	return nil
}

// position returns the place of pos in its file; //line comments are ignored,
// as the user has to find the place in the file that holds it.
func (l *loader) position(pos token.Pos) token.Position {
	return l.fset.PositionFor(pos, false)
}

// dirsOf lists the folders, and the directories that the build constraints
// exclude as a whole.
func (l *loader) dirsOf(folders []*folder) []Dir {
	dirs := l.survey.unlisted(folders)
	for _, f := range folders {
		d := Dir{Path: f.dir, PkgPath: f.listed.PkgPath, Outputs: f.outputs}
		for _, s := range f.sources {
			if s.excluded && len(s.directives) > 0 {
				d.Excluded = append(d.Excluded, s.path)
			}
		}
		d.Excluded = append(d.Excluded, f.unbuiltHomes()...)
		dirs = append(dirs, d)
	}
	for _, d := range dirs {
		slices.Sort(d.Excluded)
	}
	slices.SortFunc(dirs, func(a, b Dir) int { return cmp.Compare(a.Path, b.Path) })
	return dirs
}
