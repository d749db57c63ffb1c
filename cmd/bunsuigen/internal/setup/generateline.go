package setup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// generateLine lets one process serve the whole module, which is faster than a line
// for each package.
const generateLine = "//go:generate go tool bunsuigen ./..."

// ourLine finds a line of any form, such as go run …/cmd/bunsuigen.
var ourLine = regexp.MustCompile(`(?m)^//go:generate\s.*\bbunsuigen\b.*$`)

// errFound ends a search.
var errFound = errors.New("found")

// addGenerateLine lets go generate ./... do our work, too.
func (s *setup) addGenerateLine(ctx context.Context) Step {
	const failure = "the go:generate line"
	if file, line, err := s.findGenerateLine(ctx); err != nil {
		return failed(failure, err)
	} else if file != "" {
		return Step{State: Present, Text: s.Show(file) + ": " + line}
	}
	file, content, err := s.withGenerateLine()
	if err != nil {
		return Step{
			State: ToDo, Text: failure + ": " + err.Error(),
			Details: []string{"put this line into a Go file of the module:", "  " + generateLine},
		}
	}
	if err := s.save(ctx, file, content); err != nil {
		return failed(failure, err, "put this line into a Go file of the module:", "  "+generateLine)
	}
	return Step{State: Done, Text: s.Show(file) + ": " + generateLine}
}

// findGenerateLine searches the module's own packages, and returns "" if there is no
// line.
func (s *setup) findGenerateLine(ctx context.Context) (file, line string, err error) {
	err = filepath.WalkDir(s.module.root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return s.enter(ctx, path, entry.Name())
		}
		if !strings.HasSuffix(path, ".go") || !entry.Type().IsRegular() {
			return nil
		}
		content, err := os.ReadFile(path)
		if found := ourLine.Find(content); err == nil && found != nil {
			file, line, err = path, string(bytes.TrimRight(found, "\r")), errFound
		}
		return err
	})
	if err == errFound { //nolint:errorlint // nothing wraps it
		err = nil
	}
	return file, line, err
}

// enter returns fs.SkipDir for a folder that go generate ./... does not enter.
func (s *setup) enter(ctx context.Context, dir, name string) error {
	if dir == s.module.root {
		return nil
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "vendor" {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

// withGenerateLine chooses the file at the root of the module, and returns what it is
// going to hold.
func (s *setup) withGenerateLine() (file string, content []byte, err error) {
	for _, name := range []string{"generate.go", "doc.go"} {
		file = filepath.Join(s.module.root, name)
		content, err = readFile(file)
		if err != nil {
			return "", nil, err
		}
		if content == nil {
			continue
		}
		if content, ok := insertLine(content); ok {
			return file, content, nil
		}
		if name == "generate.go" {
			return "", nil, fmt.Errorf("%s is there, and is not for every build", s.Show(file))
		}
	}
	file = filepath.Join(s.module.root, "generate.go")
	pkg, err := build.ImportDir(s.module.root, 0)
	var none *build.NoGoError
	switch {
	case errors.As(err, &none) && len(none.Dir) > 0 && !s.hasTests():
		name := packageName(s.module.path)
		about := fmt.Sprintf("// Package %s has nothing but the line that generates code for the whole module.", name)
		return file, appendLines(nil, about, "package "+name, "", generateLine), nil
	case err != nil && pkg.Name == "":
		return "", nil, fmt.Errorf("the package in %s: %w", s.Show(s.module.root), err)
	}
	return file, appendLines(nil, "package "+pkg.Name, "", generateLine), nil
}

// hasTests tells whether the root has Go files for tests only, or for other builds,
// whose package is not ours to name.
func (s *setup) hasTests() bool {
	files, _ := filepath.Glob(filepath.Join(s.module.root, "*.go"))
	return len(files) > 0
}

// insertLine puts the line below the package clause, unless the file is not part of
// every build, or is generated.
func insertLine(content []byte) ([]byte, bool) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", content, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil {
		return nil, false
	}
	at := fset.Position(f.Name.End()).Offset
	head := content[:at]
	if bytes.Contains(head, []byte("//go:build")) || bytes.Contains(head, []byte("// +build")) || bytes.Contains(head, []byte("// Code generated ")) {
		return nil, false
	}
	end := lineEnd(content)
	if i := bytes.IndexByte(content[at:], '\n'); i >= 0 {
		at += i + 1
		return slices.Concat(content[:at], []byte(end+generateLine+end), content[at:]), true
	}
	return slices.Concat(content, []byte(end+end+generateLine+end)), true
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// packageName makes a package name of a module path: its last part that is no
// version, with what a name cannot have left out.
func packageName(modulePath string) string {
	base := path.Base(modulePath)
	if majorVersion.MatchString(base) {
		base = path.Base(path.Dir(modulePath))
	}
	base, _, _ = strings.Cut(base, ".")
	name := strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, base)
	name = strings.TrimLeftFunc(name, unicode.IsDigit)
	if name == "main" || !token.IsIdentifier(name) {
		return "generate"
	}
	return name
}
