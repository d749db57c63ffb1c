package load

import (
	"context"
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/tools/go/packages"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/diag"
)

// A folder is a directory that the patterns match.
type folder struct {
	dir string
	// listed is the package as go list knows it, without its tests.
	listed *packages.Package
	// sources are the user's Go files by path, tests and files that build
	// constraints exclude included.
	sources []*source
	// outputs are the paths of our own files.
	outputs []string
}

// A source is one Go file of the user's.
type source struct {
	path     string
	test     bool // a _test.go file
	excluded bool // by build constraints
	mentions bool // see mentionsUs
	content  []byte
	// syntax is nil until the file has been parsed; problems are then its syntax
	// errors.
	syntax   *ast.File
	problems diag.List
	// directives are all directive comments of the file, and funcs the functions
	// and methods of interfaces that they are attached to.
	directives []*ast.Comment
	funcs      []annotated
	// defaults are the directives in the package's doc comment that give defaults, and
	// brokenDefaults tells that something was reported of what is or was meant as one.
	defaults       []annotations.Annotation
	brokenDefaults bool
}

// annotated tells whether something of the source has directives that concern its
// package.
func (s *source) annotated() bool { return len(s.funcs)+len(s.defaults) > 0 }

// annotated is a function with directives, or a method of an interface: then decl is
// nil.
type annotated struct {
	decl   *ast.FuncDecl
	method *ast.Field
	of     *decorated
	chain  []annotations.Annotation
}

func (a annotated) name() *ast.Ident {
	if a.decl == nil {
		return a.method.Names[0]
	}
	return a.decl.Name
}

// typeName is the name of the type that has the method, or empty for a function.
func (a annotated) typeName() string {
	switch {
	case a.decl == nil:
		return a.of.homeName()
	case a.decl.Recv == nil || len(a.decl.Recv.List) == 0:
		return ""
	}
	return baseName(a.decl.Recv.List[0].Type)
}

// readFolders reads the Go files of all roots.
func (l *loader) readFolders(ctx context.Context, roots []*packages.Package) ([]*folder, error) {
	var folders []*folder
	byDir := make(map[string]bool)
	for _, p := range roots {
		if !byDir[p.Dir] {
			byDir[p.Dir] = true
			folders = append(folders, &folder{dir: p.Dir, listed: p})
		}
	}
	slices.SortFunc(folders, func(a, b *folder) int { return strings.Compare(a.dir, b.dir) })
	failures := make([]error, len(folders))
	inParallel(ctx, len(folders), func(i int) { failures[i] = l.readFolder(folders[i]) })
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	for i, f := range folders {
		if failures[i] != nil {
			return nil, failures[i]
		}
		l.warnOf(f)
	}
	return folders, nil
}

func (l *loader) readFolder(f *folder) error {
	names, err := l.goFiles(f.dir)
	if err != nil {
		return err
	}
	ignored := f.ignored()
	for _, name := range names {
		path := filepath.Join(f.dir, name)
		s, output := l.survey.sources[path], l.survey.outputs[path]
		if s == nil && !output {
			if s, output, err = l.open(path); err != nil {
				return fmt.Errorf("reading a source file: %w", err)
			}
		}
		if output {
			f.outputs = append(f.outputs, path)
			continue
		}
		s.excluded = ignored[path]
		f.sources = append(f.sources, s)
	}
	forgetUnmentioned(f.sources)
	return nil
}

// forgetUnmentioned lets go of the content of a directory's files if none of them
// mentions us; else all are going to be parsed.
func forgetUnmentioned(sources []*source) {
	if slices.ContainsFunc(sources, func(s *source) bool { return s.mentions }) {
		return
	}
	for _, s := range sources {
		s.content = nil
	}
}

// open reads a file as far as is needed to tell whether it is ours, and if not,
// whether it could have directives.
func (l *loader) open(path string) (s *source, output bool, err error) {
	content, err := l.read(path)
	if err != nil {
		return nil, false, err
	}
	if IsOutput(path, content) {
		return nil, true, nil
	}
	s = &source{
		path: path, test: strings.HasSuffix(path, "_test.go"),
		mentions: mentionsUs(content), content: content,
	}
	return s, false, nil
}

// ignored returns the files that build constraints exclude, tests included.
func (f *folder) ignored() map[string]bool {
	ignored := make(map[string]bool)
	for _, path := range f.listed.IgnoredFiles {
		ignored[path] = true
	}
	return ignored
}

// goFiles returns the names of the Go files in dir that the go command would
// look at, whether or not build constraints exclude them, sorted.
func (l *loader) goFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("reading a package directory: %w", err)
	}
	var names []string
	for _, entry := range entries {
		if !entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	for path := range l.cfg.Overlay {
		if filepath.Dir(path) == dir {
			names = append(names, filepath.Base(path))
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return slices.DeleteFunc(names, func(name string) bool {
		content, over := l.cfg.Overlay[filepath.Join(dir, name)]
		return !strings.HasSuffix(name, ".go") || name[0] == '_' || name[0] == '.' || over && content == nil
	}), nil
}

// read returns the content of a file, from the overlay if it is there.
func (l *loader) read(path string) ([]byte, error) {
	if content, ok := l.cfg.Overlay[path]; ok {
		return content, nil
	}
	return os.ReadFile(path)
}

// inParallel calls f for 0 to n-1 on all processors, and stops early once ctx
// has ended.
func inParallel(ctx context.Context, n int, f func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	workers.Wait()
}
