package cached

import (
	"fmt"
	"go/types"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A weight is the plan of how to count the bytes that a value holds beside its
// own size. The nil weight is that of a value that holds nothing.
type weight struct {
	typ types.Type
	// text tells a string, which holds its bytes.
	text bool
	// fields are those of a struct that hold something.
	fields []weighedField
	// key is that of a map, and elem that of an array, slice, map or pointer; both
	// are nil if they hold nothing.
	key, elem *weight
}

type weighedField struct {
	name string
	weight
}

// maxWeighed bounds the fields and elements of one value, so that types that
// unfold again and again do not fill the file.
const maxWeighed = 1000

// A weigher finds out how to weigh the values of a type.
type weigher struct {
	pass *decorator.Pass
	// why is the first reason for which it cannot be done.
	why string
	// within are the named types around the current one.
	within []*types.Named
	seen   int
}

// weightOf tells how to weigh a result of type t, or why it cannot be done.
func weightOf(p *decorator.Pass, t types.Type) (found *weight, why string) {
	w := weigher{pass: p}
	if found = w.of(t, w.root(t)); w.why != "" {
		return nil, w.why
	}
	return found, ""
}

// partWeight tells how to weigh a part of a key, or why it cannot be done.
func partWeight(p *decorator.Pass, t types.Type, how conversion) (found *weight, why string) {
	switch how := how.(type) {
	case nil:
		return weightOf(p, t)
	case elementsKey:
		return &weight{text: true}, ""
	case structKey:
		mirror := &weight{}
		for _, f := range how.fields {
			if inner, reason := partWeight(p, f.typ, f.how); inner != nil {
				mirror.fields = append(mirror.fields, weighedField{f.name, *inner})
			} else if why == "" {
				why = reason
			}
		}
		if mirror.fields == nil {
			return nil, why
		}
		return mirror, why
	}
	return nil, "" // floats and instants
}

// root names a value of type t in messages.
func (w *weigher) root(t types.Type) string {
	if ptr, ok := t.(*types.Pointer); ok {
		return w.root(ptr.Elem())
	}
	return w.pass.TypeString(t)
}

func (w *weigher) fail(format string, args ...any) *weight {
	if w.why == "" {
		w.why = fmt.Sprintf(format, args...)
	}
	return nil
}

// of tells how to weigh a value of type t, which messages call at.
func (w *weigher) of(t types.Type, at string) *weight {
	if w.why != "" || isWeightless(t) || isScalar(t) {
		return nil
	}
	if w.seen++; w.seen > maxWeighed {
		return w.fail("%s is one of more than %d fields and elements", at, maxWeighed)
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return w.ofType(t, at)
	}
	for _, outer := range w.within {
		if types.Identical(outer, named) {
			return w.fail("%s is a %s again, so that weighing a cyclic value would never end", at, w.pass.TypeString(named))
		}
	}
	w.within = append(w.within, named)
	defer func() { w.within = w.within[:len(w.within)-1] }()
	return w.ofType(t, at)
}

func (w *weigher) ofType(t types.Type, at string) *weight {
	if tp, ok := types.Unalias(t).(*types.TypeParam); ok {
		return w.ofTypeParam(tp, at)
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return w.ofBasic(t, u, at)
	case *types.Struct:
		return w.ofStruct(t, u, at)
	case *types.Array:
		if elem := w.ofArrayElem(u, at); elem != nil {
			return &weight{typ: t, elem: elem}
		}
		return nil
	case *types.Slice:
		return &weight{typ: t, elem: w.of(u.Elem(), w.element(t, u.Elem(), at, "[]"))}
	case *types.Pointer:
		return &weight{typ: t, elem: w.of(u.Elem(), at)}
	case *types.Map:
		return w.ofMap(t, u, at)
	case *types.Chan:
		return w.fail("%s is a channel", at)
	case *types.Signature:
		return w.fail("%s is a function", at)
	default:
		return w.fail("%s is an interface", at)
	}
}

// element names the elements of what messages call at: by their type, if at is no
// more than a type itself.
func (w *weigher) element(container, elem types.Type, at, index string) string {
	if _, named := types.Unalias(container).(*types.Named); !named && at == w.pass.TypeString(container) {
		return w.root(elem)
	}
	return at + index
}

func (w *weigher) ofArrayElem(t *types.Array, at string) *weight {
	if t.Len() == 0 {
		return nil
	}
	return w.of(t.Elem(), w.element(t, t.Elem(), at, "[]"))
}

func (w *weigher) ofBasic(t types.Type, basic *types.Basic, at string) *weight {
	switch {
	case basic.Info()&types.IsString != 0:
		return &weight{typ: t, text: true}
	case basic.Kind() == types.UnsafePointer:
		return w.fail("%s is an unsafe.Pointer", at)
	case basic.Kind() == types.Invalid:
		return w.fail("%s %s", at, model.NotValid(t))
	}
	return nil
}

func (w *weigher) ofTypeParam(t *types.TypeParam, at string) *weight {
	switch {
	case allTerms(t, isScalar):
		return nil
	case allTerms(t, isText):
		return &weight{typ: t, text: true}
	}
	return w.fail("%s is a type parameter, which may hold anything", at)
}

func (w *weigher) ofStruct(t types.Type, s *types.Struct, at string) *weight {
	found := &weight{typ: t}
	for field := range s.Fields() {
		name := at + "." + field.Name()
		switch {
		case field.Name() == "_":
		case visible(w.pass.Func, field):
			if inner := w.of(field.Type(), name); inner != nil {
				found.fields = append(found.fields, weighedField{field.Name(), *inner})
			}
		case mayHold(field.Type()):
			return w.fail("%s is a field that package %s does not export", name, field.Pkg().Path())
		}
	}
	if found.fields == nil {
		return nil
	}
	return found
}

func (w *weigher) ofMap(t types.Type, m *types.Map, at string) *weight {
	key := w.of(m.Key(), w.element(t, m.Key(), at, "[key]"))
	elem := w.of(m.Elem(), w.element(t, m.Elem(), at, "[]"))
	if why := w.pass.Unspellable(m.Key()); why != "" && isComposite(m.Key()) {
		return w.fail("%s is a map whose key %s", at, why)
	}
	return &weight{typ: t, key: key, elem: elem}
}
