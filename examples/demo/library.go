package main

import (
	"context"
	"fmt"
	"go/ast"
	"go/build"
	"go/doc"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Library reads the documentation of Go packages from their sources, below one
// folder.
type Library struct{ root string }

// A Package is what a documentation site knows of a package.
type Package struct {
	Path, Synopsis string
	// docs holds doc comments by name: "Printf", or "Builder.Reset" for a method.
	docs    map[string]string
	printer *doc.Package
}

// goRoot asks the go command where its standard library is.
//
//bunsui:cached ttl=forever
func goRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOROOT: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// open parses the sources of a package and collects its documentation.
//
//bunsui:cached ttl=10m receiver=instance alias
//bunsui:profile
func (l *Library) open(ctx context.Context, path string) (*Package, error) {
	dir := filepath.Join(l.root, filepath.FromSlash(path))
	found, err := build.Default.ImportDir(dir, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range found.GoFiles {
		if err := ctx.Err(); err != nil {
			return nil, err // everybody who asked has left
		}
		file, err := parser.ParseFile(fset, filepath.Join(dir, name), nil, parser.ParseComments)
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", path, err)
		}
		files = append(files, file)
	}
	parsed, err := doc.NewFromFiles(fset, files, path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return newPackage(parsed), nil
}

// explain returns the documentation of one symbol as HTML.
//
//bunsui:profile
//bunsui:cached ttl=10m receiver=instance max_entries=1000
func (l *Library) explain(ctx context.Context, path, symbol string) (html string, err error) {
	pkg, err := l.Open(ctx, path)
	if err != nil {
		return "", err
	}
	text, ok := pkg.docs[symbol]
	if !ok {
		return "", fmt.Errorf("package %s has no %s", path, symbol)
	}
	return string(pkg.printer.HTML(text)), nil
}

func newPackage(parsed *doc.Package) *Package {
	p := &Package{
		Path: parsed.ImportPath, Synopsis: parsed.Synopsis(parsed.Doc),
		docs: make(map[string]string), printer: parsed,
	}
	p.addFuncs("", parsed.Funcs)
	p.addValues(parsed.Consts)
	p.addValues(parsed.Vars)
	for _, t := range parsed.Types {
		p.docs[t.Name] = t.Doc
		p.addFuncs("", t.Funcs)
		p.addFuncs(t.Name+".", t.Methods)
		p.addValues(t.Consts)
		p.addValues(t.Vars)
	}
	return p
}

func (p *Package) addFuncs(prefix string, funcs []*doc.Func) {
	for _, f := range funcs {
		p.docs[prefix+f.Name] = f.Doc
	}
}

func (p *Package) addValues(values []*doc.Value) {
	for _, v := range values {
		for _, name := range v.Names {
			p.docs[name] = v.Doc
		}
	}
}
