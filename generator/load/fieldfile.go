package load

import (
	"go/ast"
	"go/build"
	"io"
	"path/filepath"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/model"
)

// fitsFile tells whether the file of a struct is in all builds that the file of the
// method is in, and the other way round: what is generated for one of the two names
// what is generated for the other.
func (h fieldHomes) fitsFile(r fieldRequest, owner *model.File) bool {
	own := r.fn.File
	structFile, methodFile := filepath.Base(owner.Path), filepath.Base(own.Path)
	switch {
	case owner.Test && !own.Test:
		h.report(r, wholeField, nil, "%s is declared in a test, %s, which %s is not part of", r.fn.Recv.TypeName, structFile, methodFile)
	case own.Test && !owner.Test:
		h.report(r, wholeField, []string{"without in=, the results of a method in a test are kept in a variable of the test"},
			"%s is in a test, and %s, which declares %s, is not: what is generated there cannot have a field for it",
			r.fn.Symbol(), structFile, r.fn.Recv.TypeName)
	case own.Constraint != owner.Constraint || systemOf(own.Path) != systemOf(owner.Path):
		h.report(r, wholeField, []string{"let a method in " + structFile + " have the directive, and call what differs"},
			"%s is in %s and %s in %s, which have other build constraints, so that some builds have only one of the two",
			r.fn.Recv.TypeName, structFile, r.fn.Symbol(), methodFile)
	default:
		return true
	}
	return false
}

// systemOf returns the part of a file's name that restricts it to an operating system
// or an architecture, such as _linux or _linux_amd64, or nothing.
func systemOf(path string) string {
	name := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(path), ".go"), "_test")
	name, _, _ = strings.Cut(name, ".")
	found := ""
	for range 2 {
		at := strings.LastIndexByte(name, '_')
		if at < 0 || !isSystem(name[at+1:]) {
			break
		}
		name, found = name[:at], name[at:]+found
	}
	return found
}

// isSystem tells whether the go command knows a word as that of an operating system or
// an architecture.
func isSystem(word string) bool {
	nowhere := build.Default
	nowhere.GOOS, nowhere.GOARCH, nowhere.BuildTags = "none", "none", nil
	nowhere.OpenFile = func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("package p\n")), nil
	}
	matches, err := nowhere.MatchFile("", "p_"+word+".go")
	return err == nil && !matches
}

// unbuiltHomes returns the files that build constraints exclude and that declare the
// struct in which a method in an excluded file keeps its results: what was generated
// from them in another build is not out of date.
func (f *folder) unbuiltHomes() []string {
	owners := make(map[string]bool)
	for _, s := range f.sources {
		for _, a := range s.funcs {
			if s.excluded && keepsInField(a.chain) {
				owners[a.typeName()] = true
			}
		}
	}
	var paths []string
	for _, s := range f.sources {
		if s.excluded && len(s.directives) == 0 && len(owners) > 0 && declaresOne(s.syntax, owners) {
			paths = append(paths, s.path)
		}
	}
	return paths
}

func keepsInField(chain []annotations.Annotation) bool {
	for _, a := range chain {
		if _, ok := a.Arg("in"); ok {
			return true
		}
	}
	return false
}

func declaresOne(file *ast.File, names map[string]bool) bool {
	for name := range names {
		if typeSpec(file, name) != nil {
			return true
		}
	}
	return false
}
