// Package codec writes the functions that turn a result into bytes and back: for
// each type that a result is made of, one that appends a value as MessagePack and
// one that reads it, without reflection. It decides whether a type can be carried
// at all, and says which field is to blame where it cannot. What bytes look like
// and how hostile ones are kept out is the business of runtime/cache/codec, which
// the functions call; what is done with the bytes is the business of caches.
package codec

import (
	"fmt"
	"go/types"
	"maps"

	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A Set plans the codecs of one generated file. Results that are made of the same
// types share the functions for those, within the file: another one may be
// excluded by build constraints.
type Set struct {
	// own is the path of the package that the file belongs to.
	own  string
	pick func(want, what string) string
	// nodes are the types so far, by their identity.
	nodes map[string]*node
}

// NewSet prepares the codecs of one file. own is the import path of its package.
// pick is called for each package-level name that the codecs declare, in an order
// that depends on the types only; it returns want, or a name like it that nothing
// in the package has. what tells what the name is for.
func NewSet(own string, pick func(want, what string) string) *Set {
	return &Set{own: own, pick: pick, nodes: make(map[string]*node)}
}

// A Plan is the codec of one type.
type Plan struct {
	// Type is the name of the type to be emitted, an empty value of which is a
	// codec.Codec[V].
	Type string
	// Schema is the fingerprint of what the bytes mean: it changes with every name
	// and kind of field, in other packages too.
	Schema string
	value  types.Type
	root   *node
	// owned are the types whose functions are emitted with this plan.
	owned []*node
}

// A Problem is a part of a type that cannot be carried.
type Problem struct {
	// Path leads to the part: User.Owner.Notify.
	Path string
	// Why completes a sentence that begins with the path: "is a channel".
	Why string
	// Advice tells how to mend it.
	Advice string
}

// String says what is wrong in a sentence.
func (p Problem) String() string { return p.Path + " " + p.Why }

// Plan decides how values of type t are carried by a codec called name, such as
// getUserCodec. If there are problems, the plan is nil and nothing is declared.
func (s *Set) Plan(name string, t types.Type) (*Plan, []Problem) {
	b := &builder{set: s, nodes: maps.Clone(s.nodes)}
	root := b.node(t, model.RootPath(t), model.RootPath(t))
	if len(b.problems) > 0 {
		return nil, b.problems
	}
	s.nodes = b.nodes
	p := &Plan{Schema: fingerprint(root), value: t, root: root, owned: b.made}
	analyse(b.made)
	p.Type = s.pick(name, "the codec")
	for _, n := range b.made {
		if n.how == nil {
			n.appendFunc = s.pick("append"+n.name(), fmt.Sprintf("the function that writes %s", n.typ))
			n.decodeFunc = s.pick("decode"+n.name(), fmt.Sprintf("the function that reads %s", n.typ))
		}
	}
	return p, nil
}

// Results is the type of several results, for which the decorator declares a
// struct called name with these fields.
func Results(pkg *types.Package, name string, fields []string, results []types.Type) types.Type {
	vars := make([]*types.Var, len(fields))
	for i, field := range fields {
		vars[i] = types.NewField(0, pkg, field, results[i], false)
	}
	return types.NewNamed(types.NewTypeName(0, pkg, name, nil), types.NewStruct(vars, nil), nil)
}

// Emit writes the codec's type and the functions that no earlier plan of the set
// has declared.
func (p *Plan) Emit(f *emit.File) []emit.Code {
	w := writer{file: f}
	codes := []emit.Code{w.codecType(p)}
	for _, n := range p.owned {
		if n.how == nil {
			codes = append(codes, w.appendFunc(n), w.decodeFunc(n))
		}
	}
	return codes
}
