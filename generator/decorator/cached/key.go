package cached

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A key is the plan of what tells results apart.
type key struct {
	parts []part
	// params are the indexes, among the arguments after the context, of those that
	// the key needs, and receiver tells whether it needs the receiver: together the
	// parameters of the handle's methods.
	params   []int
	receiver bool
	// guards are pointers on the way to a field: if one is nil, there is no key and
	// the call is not cached.
	guards []path
	// whole tells that the key holds every argument unchanged, so that a load can
	// be made from the key alone.
	whole bool
}

// A part is one field of the key, or the key itself if it is the only one.
type part struct {
	field string
	// text says what it is, for people.
	text string
	typ  types.Type
	how  conversion
	// Exactly one of these tells where the value comes from.
	path *path
	vary types.Object
	fn   *keyFunc
}

// A path is a parameter or the receiver, and fields below it.
type path struct {
	// param is the index among the arguments after the context, or -1 for the
	// receiver.
	param  int
	fields []string
}

// A keyFunc is a function of the user's that makes the key.
type keyFunc struct {
	object   types.Object
	ctx      bool
	receiver bool
}

func (k *key) hasVary() bool {
	return slices.ContainsFunc(k.parts, func(p part) bool { return p.vary != nil })
}

// needs notes a parameter that the key is made of.
func (k *key) needs(param int) {
	if param < 0 {
		k.receiver = true
		return
	}
	if !slices.Contains(k.params, param) {
		k.params = append(k.params, param)
		slices.Sort(k.params)
	}
}

func planKey(p *decorator.Pass, o *Options, receiver string) key {
	k := key{}
	fields := make(map[string]bool)
	skipped := checkSkip(p, o)
	if receiver == receiverInstance {
		k.receiver = true
	}
	switch {
	case o.Key.Template != nil:
		k.addReceiver(p, receiver, fields)
		k.addTemplate(p, o.Key.Template, fields)
	case o.Key.Set:
		k.addFunc(p, o.Key.Name, receiver, fields)
	default:
		k.addReceiver(p, receiver, fields)
		k.addArgs(p, skipped, fields)
	}
	k.addVary(p, o.Vary, fields)
	k.whole = k.isWhole(p.Func)
	return k
}

func (k *key) isWhole(fn *model.Func) bool {
	if fn.Recv != nil || len(fn.TypeParams) > 0 || fn.Variadic || len(k.parts) != len(fn.Args()) {
		return false
	}
	for i, part := range k.parts {
		if part.path == nil || part.path.param != i || len(part.path.fields) > 0 || part.how != nil {
			return false
		}
	}
	return true
}

func checkSkip(p *decorator.Pass, o *Options) map[string]bool {
	skipped := make(map[string]bool)
	if len(o.Skip) > 0 && o.Key.Set {
		p.ReportOption("skip", nil, "skip= and key= exclude each other: a key says by itself what it is made of")
	}
	for _, param := range o.Skip {
		switch {
		case skipped[param.Name]:
			p.ReportAt(param.Pos, len(param.Name), nil, "parameter %s is skipped twice", param.Name)
		case p.Func.HasContext() && p.Func.Params[0].Name == param.Name:
			p.ReportAt(param.Pos, len(param.Name), nil, "the context %s is never part of the key", param.Name)
		case argIndex(p.Func, param.Name) < 0:
			p.ReportAt(param.Pos, len(param.Name), nil, "%s has no parameter %s%s", p.Func.Name, param.Name, suggestParam(p.Func, param.Name))
		}
		skipped[param.Name] = true
	}
	return skipped
}

func (k *key) addReceiver(p *decorator.Pass, receiver string, fields map[string]bool) {
	if receiver != receiverKey || p.Func.Recv.Pointer {
		return
	}
	recv := p.Func.Recv
	if s, ok := recv.Type.Underlying().(*types.Struct); ok && s.NumFields() == 0 {
		return
	}
	how, why := keyable(p, recv.Type)
	if why != "" {
		return // checkReceiver has said so
	}
	k.needs(-1)
	k.add(part{text: p.TypeString(recv.Type), typ: recv.Type, how: how, path: &path{param: -1}},
		exported(recv.Name, "Receiver"), fields)
}

// add appends a part. A struct that == does not compare by value comes in field
// by field.
func (k *key) add(p part, name string, fields map[string]bool) {
	mirror, ok := p.how.(structKey)
	if !ok || p.path == nil {
		p.field = unique(name, fields)
		k.parts = append(k.parts, p)
		return
	}
	for _, f := range mirror.fields {
		at := path{param: p.path.param, fields: append(slices.Clip(p.path.fields), f.name)}
		k.add(part{text: p.text + "." + f.name, typ: f.typ, how: f.how, path: &at}, name+exported(f.name, "Field"), fields)
	}
}

func (k *key) addArgs(p *decorator.Pass, skipped map[string]bool, fields map[string]bool) {
	for i, arg := range p.Func.Args() {
		// A blank parameter cannot change a result.
		if arg.Name == "" || skipped[arg.Name] {
			continue
		}
		how, why := keyable(p, arg.Type)
		if isContext(arg.Type) {
			p.Report(nil,
				"parameter %s is a context, which stays out of the key only as a first parameter of type context.Context: make it that, or leave it out with skip=%s",
				arg.Name, arg.Name)
			continue
		}
		if why != "" {
			p.Report(keyNotes(p, arg),
				"parameter %s cannot be part of the key: %s %s: say what it stands for with key=, or leave it out with skip=%s",
				arg.Name, p.TypeString(arg.Type), why, arg.Name)
			continue
		}
		k.needs(i)
		k.add(part{text: arg.Name, typ: arg.Type, how: how, path: &path{param: i}},
			exported(arg.Name, fmt.Sprintf("Arg%d", i+1)), fields)
	}
}

// keyNotes shows a key that names all arguments of the function, culprit among
// them if a template can.
func keyNotes(p *decorator.Pass, culprit model.Param) []string {
	var holes []string
	for _, arg := range p.Func.Args() {
		if path := keyPath(p, arg); arg.Name != "" && path != "" {
			holes = append(holes, "{"+path+"}")
		}
	}
	byFunc := "key=keyOf, where keyOf takes the same parameters and returns a comparable value"
	if keyPath(p, culprit) == "" {
		return []string{"such as " + byFunc}
	}
	return []string{fmt.Sprintf("such as key=%q", strings.Join(holes, ":")), "or " + byFunc}
}

// keyPath gives what a template could say of an argument: itself if it can be
// part of the key, else a field of it.
func keyPath(p *decorator.Pass, arg model.Param) string {
	if _, why := keyable(p, arg.Type); why == "" {
		return arg.Name
	}
	if _, ok := elements(arg.Type); ok {
		return arg.Name
	}
	t := arg.Type.Underlying()
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem().Underlying()
	}
	s, ok := t.(*types.Struct)
	if !ok {
		return ""
	}
	for field := range s.Fields() {
		visible := field.Exported() || field.Pkg() == p.Func.File.Package.Types
		if _, why := spellable(p, field.Type()); visible && why == "" && field.Name() != "_" {
			return arg.Name + "." + field.Name()
		}
	}
	return ""
}
