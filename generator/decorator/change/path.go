package change

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// rootKind tells where a path begins.
type rootKind int

const (
	fromReceiver rootKind = iota
	fromArgument
	fromResult
)

// A root is a variable of the annotated function that directives can name.
type root struct {
	name string
	kind rootKind
	// index is that of the argument after the context, or of the result.
	index int
	typ   types.Type
}

// rootsOf lists the variables of fn. A final error is none: what follows a call
// has no use for it.
func rootsOf(fn *model.Func) []root {
	var roots []root
	add := func(name string, kind rootKind, i int, t types.Type) {
		taken := slices.ContainsFunc(roots, func(r root) bool { return r.name == name })
		if name != "" && !taken {
			roots = append(roots, root{name, kind, i, t})
		}
	}
	if fn.Recv != nil {
		add(fn.Recv.Name, fromReceiver, 0, fn.Recv.Type)
	}
	for i, arg := range fn.Args() {
		add(arg.Name, fromArgument, i, arg.Type)
	}
	for i, r := range fn.Values() {
		add(r.Name, fromResult, i, r.Type)
	}
	for i, r := range fn.Values() {
		if r.Name == "" {
			add(emit.ResultName(fn, i), fromResult, i, r.Type)
		}
	}
	return roots
}

// A path is a root and the fields selected from it, embedded ones included.
type path struct {
	root   root
	fields []string
}

func (p path) text() string {
	return strings.Join(append([]string{p.root.name}, p.fields...), ".")
}

// A place is a part of a directive, for messages.
type place struct {
	pos   token.Position
	width int
}

func (c *checker) report(at place, notes []string, format string, args ...any) {
	c.pass.ReportAt(at.pos, max(at.width, 1), notes, format, args...)
}

func (c *checker) root(name string) (root, bool) {
	i := slices.IndexFunc(c.roots, func(r root) bool { return r.name == name })
	if i < 0 {
		return root{}, false
	}
	return c.roots[i], true
}

// resolve follows a path through fields, and notes in made the pointers that must
// not be nil on the way.
func (c *checker) resolve(idents []string, at place, made *change) (path, types.Type, bool) {
	start, ok := c.root(idents[0])
	if !ok {
		c.report(at, nil, "%s", c.noRoot(idents[0]))
		return path{}, nil, false
	}
	found, t := path{root: start}, start.typ
	for _, name := range idents[1:] {
		next, ok := c.field(&found, t, name, at, made)
		if !ok {
			return path{}, nil, false
		}
		t = next
	}
	return found, t, true
}

// noRoot says that a name is no variable of the function.
func (c *checker) noRoot(name string) string {
	fn := c.pass.Func
	switch {
	case fn.HasContext() && fn.Params[0].Name == name:
		return fmt.Sprintf("%s is the context, which is handed on by itself", name)
	case fn.HasError() && fn.Results[len(fn.Results)-1].Name == name:
		return fmt.Sprintf("%s is the error, which has nothing to do with a key", name)
	}
	var names []string
	for _, r := range c.roots {
		names = append(names, r.name)
	}
	message := fmt.Sprintf("%s has no parameter or result %s", fn.Name, name)
	if near := annotations.Suggest(name, names); near != "" {
		return message + fmt.Sprintf(" (did you mean %q?)", near)
	}
	if len(names) == 0 {
		return message
	}
	return message + " (it has " + strings.Join(names, ", ") + ")"
}

// field selects one field. Embedded fields on the way are made explicit, so that
// each pointer among them can be guarded.
func (c *checker) field(at *path, t types.Type, name string, where place, made *change) (types.Type, bool) {
	obj, index, _ := types.LookupFieldOrMethod(t, true, c.pass.Func.File.Package.Types, name)
	switch obj.(type) {
	case *types.Var:
	case *types.Func:
		c.report(where, nil, "%s is a method of %s: directives select fields only", name, c.pass.TypeString(t))
		return nil, false
	default:
		c.report(where, nil, "%s", c.noField(t, name))
		return nil, false
	}
	for _, i := range index {
		if ptr, ok := t.Underlying().(*types.Pointer); ok {
			made.guard(*at)
			t = ptr.Elem()
		}
		field := t.Underlying().(*types.Struct).Field(i)
		at.fields = append(at.fields[:len(at.fields):len(at.fields)], field.Name())
		t = field.Type()
	}
	return t, true
}

func (c *checker) noField(t types.Type, name string) string {
	base := t
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		base = ptr.Elem()
	}
	if named, ok := types.Unalias(base).(*types.Named); ok && !ast.IsExported(name) {
		if hidden, _, _ := types.LookupFieldOrMethod(t, true, named.Obj().Pkg(), name); hidden != nil {
			return fmt.Sprintf("%s.%s is not exported by package %s", c.pass.TypeString(t), name, hidden.Pkg().Path())
		}
	}
	message := fmt.Sprintf("%s has no field %s", c.pass.TypeString(t), name)
	s, ok := base.Underlying().(*types.Struct)
	if !ok {
		return message
	}
	var names []string
	for field := range s.Fields() {
		if field.Exported() || field.Pkg() == c.pass.Func.File.Package.Types {
			names = append(names, field.Name())
		}
	}
	return message + didYouMean(name, names)
}

// guard notes a pointer, once. A field of it comes after it.
func (c *change) guard(at path) {
	if !slices.ContainsFunc(c.guards, func(other path) bool { return other.text() == at.text() }) {
		c.guards = append(c.guards, at)
	}
}

// didYouMeanAny is didYouMean for words that stand for what to write.
func didYouMeanAny(word string, near map[string]string) string {
	if best := annotations.Suggest(word, slices.Sorted(maps.Keys(near))); best != "" {
		return fmt.Sprintf(" (did you mean %q?)", near[best])
	}
	return ""
}

func didYouMean(word string, words []string) string {
	if near := annotations.Suggest(word, words); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}
