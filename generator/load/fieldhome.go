package load

import (
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/model"
)

// fieldHomes describes the fields in which structs of a package keep what their
// methods need, as in=s.caches asks for. It reads them from the syntax: their types
// are those that are going to be generated.
type fieldHomes struct {
	loader *loader
	unit   *unit
	pkg    *model.Package
	// known are the fields that were looked at, as Struct.field, and types those of
	// them that have a type to make, by its name.
	known, types map[string]*model.Home
}

// A fieldRequest is in=s.caches on a method.
type fieldRequest struct {
	fn         *model.Func
	annotation annotations.Annotation
	arg        annotations.Arg
	field      annotations.Field
}

// describeFields adds to a package the types of fields, and the files with the structs
// that have them.
func (l *loader) describeFields(pkg *model.Package, u *unit) {
	h := fieldHomes{
		loader: l, unit: u, pkg: pkg,
		known: make(map[string]*model.Home), types: make(map[string]*model.Home),
	}
	for _, file := range slices.Clone(pkg.Files) {
		for _, fn := range file.Funcs {
			if r, ok := h.request(fn); ok {
				fn.Home = h.of(r)
			}
		}
	}
	slices.SortStableFunc(pkg.Files, func(a, b *model.File) int { return strings.Compare(a.Path, b.Path) })
}

// request finds what the directives of a function ask for. What is no field is left
// to be reported with the other options, and in= on a method of an interface with
// what else does not fit there.
func (h fieldHomes) request(fn *model.Func) (fieldRequest, bool) {
	found, some := fieldRequest{fn: fn}, false
	if fn.Implements() {
		return found, false
	}
	for _, a := range fn.Chain {
		arg, ok := a.Arg("in")
		if !ok || arg.Flag || arg.Broken {
			continue
		}
		field, ok := annotations.ParseField(arg.Value)
		switch {
		case !ok:
		case !some:
			found, some = fieldRequest{fn, a, arg, field}, true
		case field != found.field:
			h.report(fieldRequest{fn, a, arg, field}, wholeField, nil,
				"one method has one place for what it needs, and bunsui:%s says in=%s", found.annotation.Name, found.arg.Value)
		}
	}
	return found, some
}

// of returns the home that is asked for. One that was reported is broken.
func (h fieldHomes) of(r fieldRequest) *model.Home {
	if !h.fitsReceiver(r) {
		return h.broken(r)
	}
	owner := r.fn.Recv.TypeName
	at := owner + "." + r.field.Name
	home := h.known[at]
	if home == nil {
		home = h.describe(r, owner)
		h.known[at] = home
	}
	if !home.Broken && !h.fitsFile(r, home.File) {
		return h.broken(r)
	}
	return home
}

func (h fieldHomes) broken(r fieldRequest) *model.Home {
	return &model.Home{File: r.fn.File, Type: proposedType(r), Pos: r.fn.Pos, Field: r.field.Name, Broken: true}
}

// proposedType is the type that messages propose for the field.
func proposedType(r fieldRequest) string {
	if r.fn.Recv == nil {
		return model.Capital(r.field.Name)
	}
	return r.fn.Recv.TypeName + model.Capital(r.field.Name)
}

// The part of in=s.caches that a report is about.
type fieldPart int

const (
	wholeField fieldPart = iota
	receiverPart
	namePart
)

func (h fieldHomes) report(r fieldRequest, part fieldPart, notes []string, format string, args ...any) {
	pos, width := r.arg.ValuePos, len(r.arg.Raw)
	switch dot := len(r.field.Receiver); part {
	case receiverPart:
		pos, width = r.arg.At(0), dot
	case namePart:
		pos, width = r.arg.At(dot+1), len(r.field.Name)
	}
	h.loader.problems.Add(r.annotation.Problem(pos, width, fmt.Sprintf(format, args...), notes...))
}

// fitsReceiver tells whether the field is one of the receiver.
func (h fieldHomes) fitsReceiver(r fieldRequest) bool {
	recv := r.fn.Recv
	switch {
	case recv == nil:
		h.report(r, wholeField, []string{"without in=, results are kept in a variable of the package"},
			"in= names a field of the receiver, and %s is a function, which has none: make it a method, or leave in= out", r.fn.Name)
	case recv.Name == "":
		star := ""
		if recv.Pointer {
			star = "*"
		}
		h.report(r, receiverPart, nil, "the receiver of %s has no name: write func (%s %s%s) %s",
			r.fn.Symbol(), r.field.Receiver, star, recv.TypeName, r.fn.Name)
	case recv.Name != r.field.Receiver:
		h.report(r, receiverPart, nil, "%s is not the receiver of %s (did you mean %q?)",
			r.field.Receiver, r.fn.Symbol(), recv.Name+"."+r.field.Name)
	default:
		return true
	}
	return false
}

// describe makes the home of a field that nobody has asked for yet.
func (h fieldHomes) describe(r fieldRequest, owner string) *model.Home {
	home := h.broken(r)
	s, spec := h.unit.structOf(owner)
	structure, ok := h.structure(r, spec)
	if !ok {
		return home
	}
	field := fieldNamed(structure, r.field.Name)
	if field == nil {
		h.reportMissing(r, spec, structure)
		return home
	}
	name := h.typeName(r, spec, field)
	if name == nil {
		return home
	}
	object, ok := h.unit.checked.info.Defs[spec.Name].(*types.TypeName)
	if !ok {
		return home // declared twice, which the compiler reports
	}
	var params []model.TypeParam
	if named, ok := object.Type().(*types.Named); ok {
		params = typeParamsOf(named.TypeParams())
	}
	made := &model.Home{
		Type: name.Name, Pos: h.loader.position(name.Pos()), TypeParams: params,
		Owner: owner, Field: r.field.Name,
	}
	if !h.isFree(r, made) {
		return home
	}
	made.File = h.file(s)
	made.File.Homes = append(made.File.Homes, made)
	slices.SortStableFunc(made.File.Homes, func(a, b *model.Home) int { return a.Pos.Offset - b.Pos.Offset })
	h.types[made.Type] = made
	return made
}

// file returns the model of a source, which may not have had any directive.
func (h fieldHomes) file(s *source) *model.File {
	i := slices.IndexFunc(h.pkg.Files, func(f *model.File) bool { return f.Path == s.path })
	if i >= 0 {
		return h.pkg.Files[i]
	}
	made := fileOf(h.pkg, h.unit, s)
	h.pkg.Files = append(h.pkg.Files, made)
	return made
}

// isFree tells whether a type can be made.
func (h fieldHomes) isFree(r fieldRequest, made *model.Home) bool {
	at := made.Owner + "." + made.Field
	pos, taken := h.pkg.Declared[made.Type]
	if !taken {
		pos, taken = h.pkg.FileImports[made.Type]
	}
	if taken {
		h.report(r, namePart, []string{"rename that one, or write " + at + " with the name of a type that there is not"},
			"%s has the type %s, which bunsuigen is going to make, but that is declared at %s:%d:%d",
			at, made.Type, filepath.Base(pos.Filename), pos.Line, pos.Column)
		return false
	}
	if other := h.types[made.Type]; other != nil {
		h.report(r, namePart, []string{"such as " + made.Field + " *" + proposedType(r)},
			"%s has the type %s, which is made for %s.%s: give it one of its own", at, made.Type, other.Owner, other.Field)
		return false
	}
	return true
}

// structOf returns the declaration of a type, and its file, or nil.
func (u *unit) structOf(name string) (*source, *ast.TypeSpec) {
	for _, s := range u.sources {
		if spec := typeSpec(s.syntax, name); spec != nil {
			return s, spec
		}
	}
	return nil, nil
}

// typeSpec returns the declaration of a type at the top of a file, or nil.
func typeSpec(file *ast.File, name string) *ast.TypeSpec {
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range group.Specs {
			if spec, ok := spec.(*ast.TypeSpec); ok && spec.Name.Name == name {
				return spec
			}
		}
	}
	return nil
}
