package generator

import (
	"fmt"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/emit"
	homes "github.com/bunsui/bunsui-go/generator/home"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A home is a generated struct while it is checked and emitted.
type home struct {
	*model.Home
	// chains are the functions whose state it holds, in the order of the sources.
	chains []*chain
	// next is the embedded field, and the alias of the interface that it is named for,
	// that has what an interface's methods are passed on to.
	next string
	// construct is the constructor.
	construct string
	// nameless tells that the type around an interface cannot have its name, which was
	// reported, nor its methods theirs.
	nameless bool
}

// planHomes finds the homes of functions, and takes the names that they are going to
// declare, or reports what else has one. Those of nameless have none.
func planHomes(chains []*chain, nameless map[*model.Home]bool, problems *diag.List) []*home {
	known := make(map[*model.Home]*home)
	var homes []*home
	for _, c := range chains {
		if c.fn.Home == nil {
			continue
		}
		h := known[c.fn.Home]
		if h == nil {
			h = &home{Home: c.fn.Home, construct: constructorOf(c.fn.Home.Type)}
			known[c.fn.Home] = h
			homes = append(homes, h)
			h.nameless = nameless[h.Home]
			if !h.nameless && !h.Broken {
				h.claim(c.claims, problems)
			}
		}
		h.chains = append(h.chains, c)
		c.home = h
	}
	return homes
}

// claim takes the names of the type, of its constructor and of the embedded field.
func (h *home) claim(claims *decorator.Claims, problems *diag.List) {
	take := func(name, what string) (taken bool) {
		by := &model.Func{File: h.File, Name: h.of(), Pos: h.Pos}
		if other, twice := claims.TakeFunc(by, name, what); twice {
			d := diag.Diagnostic{Pos: h.Pos, Width: len(h.Type), Message: fmt.Sprintf("%s of %s would be called %s, but %s", what, h.of(), name, other)}
			if h.Interface != nil {
				pos, width := h.Interface.Directive.Place("as")
				d = h.Interface.Directive.Problem(pos, width, d.Message, "give the type another name with as=, or rename the other")
			}
			problems.Add(d)
			return false
		}
		return true
	}
	named := take(h.Type, "the generated type") && take(h.construct, "the constructor")
	h.nameless = h.Interface != nil && !named
	if h.Interface != nil {
		h.next = claims.FreeEmbedded(h.Home, decorator.Unexport(h.Interface.Name)+"Next")
		take(h.next, "the embedded interface")
		field := &model.Func{File: h.File, Name: h.of(), Pos: h.Pos, Recv: &model.Recv{TypeName: h.Type}}
		claims.TakeFunc(field, h.next, "the embedded interface")
	}
}

// of names what the home is for.
func (h *home) of() string {
	if h.Interface != nil {
		return h.Interface.Name
	}
	return h.Owner
}

// place says where the home is: in a field, or the type itself.
func (h *home) place() string {
	if h.Interface != nil {
		return h.Type
	}
	return h.Owner + "." + h.Field
}

// constructorOf is the name of the function that makes a home.
func constructorOf(typeName string) string {
	if decorator.Export(typeName) == typeName {
		return "New" + typeName
	}
	return "new" + decorator.Export(typeName)
}

// emit writes the struct with all that goes with it.
func (h *home) emit(out *emit.File) {
	homes.Emit(out, homes.Plan{Home: h.Home, Next: h.next, Construct: h.construct, Layers: h.layers()})
}

// layers are those of all functions.
func (h *home) layers() []homes.Layer {
	var layers []homes.Layer
	for _, c := range h.chains {
		for i, l := range c.layers {
			s := c.steps[l.first]
			layers = append(layers, homes.Layer{
				Layer: decorator.Layer{Pass: s.pass, Names: c.layerNames(i)}, Entry: s.entry, Plan: l.plan,
			})
		}
	}
	return layers
}
