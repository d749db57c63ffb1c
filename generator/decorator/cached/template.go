package cached

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
)

// addTemplate resolves key="…{param.Field}…".
func (k *key) addTemplate(p *decorator.Pass, t *annotations.Template, fields map[string]bool) {
	seen := make(map[string]bool)
	holes := 0
	for _, hole := range t.Parts {
		if len(hole.Path) == 0 {
			continue
		}
		holes++
		text := strings.Join(hole.Path, ".")
		if seen[text] {
			continue
		}
		seen[text] = true
		k.addHole(p, hole, text, fields)
	}
	if holes == 0 && len(p.Func.Args()) > 0 {
		p.ReportOption("key", nil, "key %q names no parameter, so all calls would share one entry%s", t.Text, braces(p, t.Text))
	}
}

func braces(p *decorator.Pass, text string) string {
	root, _, _ := strings.Cut(text, ".")
	if argIndex(p.Func, root) >= 0 {
		return fmt.Sprintf(" (did you mean \"{%s}\"?)", text)
	}
	return ""
}

func (k *key) addHole(p *decorator.Pass, hole annotations.Part, text string, fields map[string]bool) {
	report := func(format string, args ...any) { p.ReportAt(hole.Pos, hole.Width, nil, format, args...) }
	at, t, ok := k.resolve(p, hole, report)
	if !ok {
		return
	}
	how, why := spellable(p, t)
	if counted, ok := elements(t); ok && (why != "" || how != nil) {
		how, why = counted, ""
	}
	if why != "" {
		report("{%s} cannot be part of the key: %s %s", text, p.TypeString(t), why)
		return
	}
	k.needs(at.param)
	steps, name := hole.Path, ""
	if at.param < 0 {
		steps = steps[1:] // the receiver's name says nothing
	}
	for _, step := range steps {
		name += exported(step, "Part")
	}
	k.add(part{text: text, typ: t, how: how, path: &at}, name, fields)
}

// resolve follows a path from a parameter or the receiver through fields, and
// notes the pointers on the way.
func (k *key) resolve(p *decorator.Pass, hole annotations.Part, report func(string, ...any)) (path, types.Type, bool) {
	root := hole.Path[0]
	at := path{param: argIndex(p.Func, root)}
	var t types.Type
	switch {
	case at.param >= 0:
		t = p.Func.Args()[at.param].Type
	case p.Func.Recv != nil && p.Func.Recv.Name == root && root != "":
		t = p.Func.Recv.Type
	case p.Func.HasContext() && p.Func.Params[0].Name == root:
		report("the context is never part of the key: vary=fn adds a value that it carries")
		return at, nil, false
	default:
		report("%s has no parameter %s%s", p.Func.Name, root, suggestParam(p.Func, root))
		return at, nil, false
	}
	for _, name := range hole.Path[1:] {
		next, ok := k.step(p, &at, t, name, report)
		if !ok {
			return at, nil, false
		}
		t = next
	}
	return at, t, true
}

// step selects one field. Embedded fields on the way are made explicit, so that
// each pointer among them can be guarded.
func (k *key) step(p *decorator.Pass, at *path, t types.Type, name string, report func(string, ...any)) (types.Type, bool) {
	obj, index, _ := types.LookupFieldOrMethod(t, true, p.Func.File.Package.Types, name)
	switch obj.(type) {
	case *types.Var:
	case *types.Func:
		report("%s is a method of %s, and a key template names fields: use key=fn for more", name, p.TypeString(t))
		return nil, false
	default:
		if hidden, _, _ := types.LookupFieldOrMethod(t, true, foreign(t), name); hidden != nil {
			report("%s.%s is not exported by package %s", p.TypeString(t), name, hidden.Pkg().Path())
		} else {
			report("%s has no field %s%s", p.TypeString(t), name, suggestField(p, t, name))
		}
		return nil, false
	}
	for _, i := range index {
		if ptr, ok := t.Underlying().(*types.Pointer); ok {
			k.guard(*at)
			t = ptr.Elem()
		}
		field := t.Underlying().(*types.Struct).Field(i)
		at.fields = append(at.fields[:len(at.fields):len(at.fields)], field.Name())
		t = field.Type()
	}
	return t, true
}

func (k *key) guard(at path) {
	for _, other := range k.guards {
		if other.param == at.param && strings.Join(other.fields, ".") == strings.Join(at.fields, ".") {
			return
		}
	}
	k.guards = append(k.guards, at)
}

// foreign is the package that declares t, or *t.
func foreign(t types.Type) *types.Package {
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Obj().Pkg()
	}
	return nil
}

func suggestField(p *decorator.Pass, t types.Type, name string) string {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return ""
	}
	var names []string
	for field := range s.Fields() {
		if field.Exported() || field.Pkg() == p.Func.File.Package.Types {
			names = append(names, field.Name())
		}
	}
	if near := annotations.Suggest(name, names); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}
