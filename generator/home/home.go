// Package home writes the generated structs that hold what functions keep, where
// that is no variable of the package: the type of a field of the user's struct, or
// the type around an interface. What they hold is for the decorators to say; who
// may have which name was decided before.
package home

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A Plan is a home that is to be written.
type Plan struct {
	*model.Home
	// Next is the embedded field, and the alias of the interface that it is named for,
	// that has what an interface's methods are passed on to.
	Next string
	// Construct is the constructor.
	Construct string
	// Layers are those of all functions whose state the home holds, in the order of
	// the sources.
	Layers []Layer
}

// A Layer is one layer of a function, which may need fields of the home.
type Layer struct {
	decorator.Layer
	Entry decorator.Entry
	// Plan is what Entry has planned for the layer.
	Plan any
}

// Emit writes the struct, its constructor and the methods that reach its fields.
func Emit(out *emit.File, plan Plan) {
	h := &plan
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

// fields are those that all layers need. One that several need is there once.
func (h *Plan) fields(out *emit.File) []decorator.Field {
	var fields []decorator.Field
	known := make(map[string]bool)
	for _, l := range h.Layers {
		for _, f := range l.Entry.Fields(out, l.Layer, l.Plan) {
			if !known[f.Name] {
				known[f.Name] = true
				fields = append(fields, f)
			}
		}
	}
	return fields
}

// fn stands for the home where code needs its type parameters.
func (h *Plan) fn() *model.Func { return &model.Func{File: h.File, TypeParams: h.TypeParams} }

// nameTypeParams lets what is planned for a method stand in the home: the method has
// names of its own for the type parameters of its receiver.
func (h *Plan) nameTypeParams(w *emit.Func) {
	for _, l := range h.Layers {
		w.Same(l.Pass.Func.AllTypeParams(), h.TypeParams)
	}
}

// typeOf spells the home's type, without the pointer.
func (h *Plan) typeOf(w *emit.Func) *jen.Statement { return w.Ident(h.Type).Add(w.TypeArgList(h.fn())) }

// alias names the interface so that it can be embedded without being exported:
//
//	type usersNext = Users
func (h *Plan) alias(out *emit.File) jen.Code {
	return out.Func(h.fn(), func(w *emit.Func) jen.Code {
		about := fmt.Sprintf("%s gives %s every method of %s, also those that come later.", h.Next, h.Type, h.Interface.Name)
		return jen.Add(emit.Comment(about), jen.Line(),
			jen.Type().Id(h.Next).Add(w.TypeParamList(h.fn())).Op("=").Add(w.Type(h.Interface.Type)))
	})
}

func (h *Plan) structType(out *emit.File, fields []decorator.Field) jen.Code {
	return out.Func(h.fn(), func(w *emit.Func) jen.Code {
		h.nameTypeParams(w)
		var codes []jen.Code
		if h.Interface != nil {
			codes = append(codes, w.Ident(h.Next).Add(w.TypeArgList(h.fn())))
		}
		for _, f := range fields {
			codes = append(codes, jen.Id(f.Name).Add(f.Type(w)))
		}
		return jen.Add(emit.Comment(h.about()), jen.Line(),
			jen.Type().Id(h.Type).Add(w.TypeParamList(h.fn())).Struct(codes...))
	})
}

func (h *Plan) about() string {
	if h.Interface == nil {
		return fmt.Sprintf("%s holds the caches of one %s. It belongs in %s.%s.", h.Type, h.Owner, h.Owner, h.Field)
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
func (h *Plan) constructor(out *emit.File, fields []decorator.Field) jen.Code {
	return out.Func(h.fn(), func(w *emit.Func) jen.Code {
		h.nameTypeParams(w)
		made, manager, next := w.Local("made"), w.Local("m"), w.Local("next")
		params := []jen.Code{jen.Id(manager).Op("*").Add(w.Runtime("cache", "Manager"))}
		var body, first []jen.Code
		if h.Interface != nil {
			params = append(params, jen.Id(next).Add(w.Type(h.Interface.Type)))
			failure := fmt.Sprintf("%s.%s: %s is nil: it must be what %s calls", h.File.Package.Name, h.Construct, next, h.Type)
			body = append(body, jen.If(jen.Id(next).Op("==").Add(w.Ident("nil"))).Block(w.Ident("panic").Call(jen.Lit(failure))))
			first = []jen.Code{jen.Id(h.Next).Op(":").Id(next)}
		}
		body = append(body, jen.Id(made).Op(":=").Op("&").Add(h.typeOf(w)).Values(first...))
		for _, f := range fields {
			body = append(body, jen.Id(made).Dot(f.Name).Op("=").Add(f.Value(w, made, manager)))
		}
		body = append(body, jen.Return(jen.Id(made)))
		return jen.Add(emit.Comment(h.aboutConstructor(fields, manager, next)), jen.Line(),
			jen.Func().Id(h.Construct).Add(w.TypeParamList(h.fn())).Params(params...).Op("*").Add(h.typeOf(w)).Block(body...))
	})
}

func (h *Plan) aboutConstructor(fields []decorator.Field, manager, next string) string {
	where := fmt.Sprintf("in %s, or in cache.Default() if that is nil", manager)
	about := fmt.Sprintf("%s makes caches for one %s, %s.", h.Construct, h.Owner, where)
	if h.Interface != nil {
		about = fmt.Sprintf("%s puts a %s around %s, which must not be nil. Its caches are its own, %s.", h.Construct, h.Type, next, where)
	}
	var shared []string
	for _, f := range fields {
		if f.Shared {
			shared = append(shared, f.Accessor)
		}
	}
	if len(shared) == 0 {
		return about
	}
	return about + fmt.Sprintf(" What %s reaches is shared with other processes, where it is found by its name: "+
		"a second %s on one manager needs a scope of its own, as %s.Scope(\"eu\"), or %s panics.",
		strings.Join(shared, " and "), h.Type, manager, h.Construct)
}

// accessor writes a method that returns a field.
func (h *Plan) accessor(out *emit.File, f decorator.Field) jen.Code {
	return out.Func(h.fn(), func(w *emit.Func) jen.Code {
		h.nameTypeParams(w)
		self := w.Local("c")
		body := []jen.Code{jen.Return(jen.Id(self).Dot(f.Name))}
		if h.Interface == nil {
			failure := fmt.Sprintf("%s.%s.%s is nil: set it to %s(m)", h.File.Package.Name, h.Owner, h.Field, h.Construct)
			isNil := jen.If(jen.Id(self).Op("==").Add(w.Ident("nil"))).Block(w.Ident("panic").Call(jen.Lit(failure)))
			body = append([]jen.Code{isNil}, body...)
		}
		return jen.Add(emit.Comment(f.Doc), jen.Line(),
			jen.Func().Params(jen.Id(self).Op("*").Add(h.typeOf(w))).Id(f.Accessor).Params().Add(f.Type(w)).Block(body...))
	})
}
