package adopt

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/load"
)

// A folder is a package directory with all Go files in it, those that build
// constraints exclude included.
type folder struct {
	listed
	// inside is the package with its in-package tests, and outside its external
	// tests; files of a third package are in neither.
	inside, outside *unit
}

// A unit is the files of one package clause.
type unit struct {
	folder *folder
	files  []*file
	// functions are all functions with a name, by symbol: Func or Type.Func.
	functions map[string][]*function
	names     *names // made when needed
	byMethod  map[string][]*function
	values    *funcValues
}

// A file is one Go source.
type file struct {
	unit     *unit
	path     string
	content  []byte
	tokens   *token.File
	syntax   *ast.File
	broken   error // why it could not be parsed as a whole
	test     bool
	excluded bool // by build constraints
	output   bool // written by bunsuigen
	// functions are those that the file declares, in its order.
	functions []*function
}

// A function is a declaration of a function or method.
type function struct {
	file   *file
	decl   *ast.FuncDecl
	symbol string
}

// survey reads and parses the Go files of a package.
func survey(p listed) (*folder, error) {
	f := &folder{listed: p}
	f.inside = &unit{folder: f, functions: make(map[string][]*function)}
	f.outside = &unit{folder: f, functions: make(map[string][]*function)}
	entries, err := os.ReadDir(p.Dir)
	if err != nil {
		return nil, fmt.Errorf("reading a package directory: %w", err)
	}
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || !strings.HasSuffix(name, ".go") || name[0] == '_' || name[0] == '.' {
			continue
		}
		if err := f.read(name); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *folder) read(name string) error {
	src := &file{path: filepath.Join(f.Dir, name), test: strings.HasSuffix(name, "_test.go")}
	src.excluded = slices.Contains(f.IgnoredGoFiles, name)
	content, err := os.ReadFile(src.path)
	if err != nil {
		return fmt.Errorf("reading a source file: %w", err)
	}
	src.output = load.IsOutput(src.path, content)
	src.parse(content)
	if src.syntax == nil {
		return nil
	}
	clause := src.syntax.Name.Name
	if f.Name == "" && !src.test { // nobody has asked the go command
		f.Name = clause
	}
	switch {
	case clause == f.Name:
		f.inside.add(src)
	case src.test && clause == f.Name+"_test":
		f.outside.add(src)
	}
	return nil
}

func (f *file) parse(content []byte) {
	fset := token.NewFileSet()
	f.content = content
	f.syntax, f.broken = parser.ParseFile(fset, f.path, content, parser.ParseComments|parser.SkipObjectResolution)
	if f.syntax != nil {
		f.tokens = fset.File(f.syntax.FileStart)
	}
}

func (u *unit) add(f *file) {
	f.unit = u
	u.files = append(u.files, f)
	for _, decl := range f.syntax.Decls {
		if decl, ok := decl.(*ast.FuncDecl); ok {
			fn := &function{file: f, decl: decl, symbol: symbolOf(decl)}
			f.functions = append(f.functions, fn)
			u.functions[fn.symbol] = append(u.functions[fn.symbol], fn)
		}
	}
}

func (f *file) offset(pos token.Pos) int { return f.tokens.Offset(pos) }

// position returns a place in the file, whatever //line comments say.
func (f *file) position(pos token.Pos) token.Position { return f.tokens.PositionFor(pos, false) }

// find returns the declarations of a symbol: those of the package before those
// of its external tests. If it is the name of a wrapper, generated or not, the
// function behind it is all there is to find.
func (f *folder) find(symbol string) []*function {
	var found []*function
	for _, u := range []*unit{f.inside, f.outside} {
		if len(found) == 0 {
			found = slices.Clone(u.functions[symbol])
		}
	}
	if !slices.ContainsFunc(found, func(fn *function) bool { return !fn.file.output }) {
		if behind := f.findDecorated(symbol); len(behind) > 0 {
			return behind
		}
	}
	// Of several, the one that is compiled is meant.
	slices.SortStableFunc(found, func(a, b *function) int {
		return cmp.Compare(a.file.rank(), b.file.rank())
	})
	return slices.DeleteFunc(found, func(fn *function) bool { return fn.file.output && fn != found[0] })
}

func (f *file) rank() int {
	switch {
	case f.output:
		return 2
	case f.excluded:
		return 1
	}
	return 0
}

// methods returns the methods of all types by their own name.
func (u *unit) methods() map[string][]*function {
	if u.byMethod != nil {
		return u.byMethod
	}
	u.byMethod = make(map[string][]*function)
	for _, f := range u.files {
		for _, fn := range f.functions {
			if fn.decl.Recv != nil {
				u.byMethod[fn.decl.Name.Name] = append(u.byMethod[fn.decl.Name.Name], fn)
			}
		}
	}
	return u.byMethod
}

// importPath returns what the file imports under a name, or "".
func (f *file) importPath(name string) string {
	for _, spec := range f.syntax.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		if spec.Name != nil && spec.Name.Name == name || spec.Name == nil && path.Base(imported) == name {
			return imported
		}
	}
	return ""
}

func symbolOf(decl *ast.FuncDecl) string {
	if decl.Recv == nil || len(decl.Recv.List) == 0 {
		return decl.Name.Name
	}
	return typeName(decl.Recv.List[0].Type) + "." + decl.Name.Name
}

// typeName returns the name of a receiver's type.
func typeName(expr ast.Expr) string {
	for {
		switch e := expr.(type) {
		case *ast.Ident:
			return e.Name
		case *ast.StarExpr:
			expr = e.X
		case *ast.ParenExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.IndexListExpr:
			expr = e.X
		default:
			return ""
		}
	}
}

// directives returns the directives in the function's doc comment.
func (fn *function) directives() []*ast.Comment {
	if fn.decl.Doc == nil {
		return nil
	}
	var found []*ast.Comment
	for _, comment := range fn.decl.Doc.List {
		if annotations.IsDirective(comment.Text) {
			found = append(found, comment)
		}
	}
	return found
}

// pos is the place of the function's name.
func (fn *function) pos() token.Position { return fn.file.position(fn.decl.Name.Pos()) }
