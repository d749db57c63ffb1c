package generator

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/emit"
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
}

// planHomes finds the homes of functions, and takes the names that they are going to
// declare, or reports what else has one.
func planHomes(chains []*chain, problems *diag.List) []*home {
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
			h.claim(c.claims, problems)
		}
		h.chains = append(h.chains, c)
		c.home = h
	}
	return homes
}

// claim takes the names of the type, of its constructor and of the embedded field.
func (h *home) claim(claims *decorator.Claims, problems *diag.List) {
	take := func(name, what string) {
		by := &model.Func{File: h.File, Name: h.of(), Pos: h.Pos}
		if other, taken := claims.TakeFunc(by, name, what); taken {
			d := diag.Diagnostic{Pos: h.Pos, Width: len(h.of()), Message: fmt.Sprintf("%s of %s would be called %s, but %s", what, h.of(), name, other)}
			if h.Interface != nil {
				d.Pos, d.Width, d.Rule = h.Interface.Directive.NamePos, len(h.Interface.Directive.Name), "bunsui:decorate"
				d.Notes = []string{"give the type another name with as=, or rename the other"}
			}
			problems.Add(d)
		}
	}
	take(h.Type, "the generated type")
	take(h.construct, "its constructor")
	if h.Interface != nil {
		h.next = claims.Free(decorator.Unexport(h.Interface.Name) + "Next")
		take(h.next, "the embedded interface")
	}
}

// of names what the home is for.
func (h *home) of() string {
	if h.Interface != nil {
		return h.Interface.Name
	}
	return h.Owner
}

// constructorOf is the name of the function that makes a home.
func constructorOf(typeName string) string {
	if decorator.Export(typeName) == typeName {
		return "New" + typeName
	}
	return "new" + decorator.Export(typeName)
}

// emit writes the struct, its constructor and the methods that reach its fields.
func (h *home) emit(out *emit.File) {
	fields := h.fields(out)
	if h.Interface != nil {
		out.Add(h.alias(out))
	}
	out.Add(h.structType(out, fields), h.constructor(out, fields))
	for _, f := range fields {
		if f.Accessor != "" {
			out.Add(h.accessor(out, f))
		}
	}
}

// fields are those that the layers of all functions need. One that several need is
// there once.
func (h *home) fields(out *emit.File) []decorator.Field {
	var fields []decorator.Field
	known := make(map[string]bool)
	for _, c := range h.chains {
		for i, l := range c.layers {
			s := c.steps[l.first]
			layer := decorator.Layer{Pass: s.pass, Names: c.layerNames(i)}
			for _, f := range s.entry.Fields(out, layer, l.plan) {
				if !known[f.Name] {
					known[f.Name] = true
					fields = append(fields, f)
				}
			}
		}
	}
	return fields
}

// fn stands for the home where code needs its type parameters.
func (h *home) fn() *model.Func { return &model.Func{File: h.File, TypeParams: h.TypeParams} }

// typeOf spells the home's type, without the pointer.
func (h *home) typeOf(w *emit.Func) *jen.Statement { return w.Ident(h.Type).Add(w.TypeArgList(h.fn())) }

// alias names the interface so that it can be embedded without being exported:
//
//	type usersNext = Users
func (h *home) alias(out *emit.File) jen.Code {
	return out.Func(h.fn(), func(w *emit.Func) jen.Code {
		about := fmt.Sprintf("%s gives %s every method of %s, also those that come later.", h.next, h.Type, h.Interface.Name)
		return jen.Add(emit.Comment(about), jen.Line(),
			jen.Type().Id(h.next).Add(w.TypeParamList(h.fn())).Op("=").Add(w.Type(h.Interface.Type)))
	})
}

func (h *home) structType(out *emit.File, fields []decorator.Field) jen.Code {
	return out.Func(h.fn(), func(w *emit.Func) jen.Code {
		var codes []jen.Code
		if h.Interface != nil {
			codes = append(codes, w.Ident(h.next).Add(w.TypeArgList(h.fn())))
		}
		for _, f := range fields {
			codes = append(codes, jen.Id(f.Name).Add(f.Type(w)))
		}
		return jen.Add(emit.Comment(h.about()), jen.Line(),
			jen.Type().Id(h.Type).Add(w.TypeParamList(h.fn())).Struct(codes...))
	})
}

func (h *home) about() string {
	if h.Interface == nil {
		return fmt.Sprintf("%s holds the caches of one %s. It belongs into %s.%s.", h.Type, h.Owner, h.Owner, h.Field)
	}
	return fmt.Sprintf("%s puts what the directives of %s say around another %s. What has no directive passes through. "+
		"It is safe for concurrent use if that one is.", h.Type, h.Interface.Name, h.Interface.Name)
}

// constructor writes the function that makes the home:
//
//	func NewCachedUsers(m *cache.Manager, next Users) *CachedUsers {
//		if next == nil {
//			panic("store.NewCachedUsers: next is nil")
//		}
//		c := &CachedUsers{usersNext: next}
//		c.getUserHandle = &CachedUsersGetUserCacheHandle{of: c, entries: cache.New(…)}
//		return c
//	}
func (h *home) constructor(out *emit.File, fields []decorator.Field) jen.Code {
	return out.Func(h.fn(), func(w *emit.Func) jen.Code {
		made, manager, next := w.Local("made"), w.Local("m"), w.Local("next")
		params := []jen.Code{jen.Id(manager).Op("*").Add(w.Runtime("cache", "Manager"))}
		var body, first []jen.Code
		if h.Interface != nil {
			params = append(params, jen.Id(next).Add(w.Type(h.Interface.Type)))
			failure := fmt.Sprintf("%s.%s: %s is nil: it must be what %s calls", h.File.Package.Name, h.construct, next, h.Type)
			body = append(body, jen.If(jen.Id(next).Op("==").Add(w.Ident("nil"))).Block(w.Ident("panic").Call(jen.Lit(failure))))
			first = []jen.Code{jen.Id(h.next).Op(":").Id(next)}
		}
		body = append(body, jen.Id(made).Op(":=").Op("&").Add(h.typeOf(w)).Values(first...))
		for _, f := range fields {
			body = append(body, jen.Id(made).Dot(f.Name).Op("=").Add(f.Value(w, made, manager)))
		}
		body = append(body, jen.Return(jen.Id(made)))
		return jen.Add(emit.Comment(h.aboutConstructor(manager, next)), jen.Line(),
			jen.Func().Id(h.construct).Add(w.TypeParamList(h.fn())).Params(params...).Op("*").Add(h.typeOf(w)).Block(body...))
	})
}

func (h *home) aboutConstructor(manager, next string) string {
	where := fmt.Sprintf("in %s, or in cache.Default() if that is nil", manager)
	if h.Interface == nil {
		return fmt.Sprintf("%s makes caches for one %s, %s.", h.construct, h.Owner, where)
	}
	return fmt.Sprintf("%s puts a %s around %s, which must not be nil. Its caches are its own, %s.", h.construct, h.Type, next, where)
}

// accessor writes a method that returns a field.
func (h *home) accessor(out *emit.File, f decorator.Field) jen.Code {
	return out.Func(h.fn(), func(w *emit.Func) jen.Code {
		self := w.Local("c")
		body := []jen.Code{jen.Return(jen.Id(self).Dot(f.Name))}
		if h.Interface == nil {
			failure := fmt.Sprintf("%s.%s.%s is nil: set it to %s(m)", h.File.Package.Name, h.Owner, h.Field, h.construct)
			isNil := jen.If(jen.Id(self).Op("==").Add(w.Ident("nil"))).Block(w.Ident("panic").Call(jen.Lit(failure)))
			body = append([]jen.Code{isNil}, body...)
		}
		return jen.Add(emit.Comment(f.Doc), jen.Line(),
			jen.Func().Params(jen.Id(self).Op("*").Add(h.typeOf(w))).Id(f.Accessor).Params().Add(f.Type(w)).Block(body...))
	})
}
