package generator

import (
	"go/token"
	"strings"

	"github.com/bunsui/bunsui-go/generator/decorator"
)

// A Wrapper describes one decorated function, for bunsuigen list and -v.
type Wrapper struct {
	// Package is the import path.
	Package string
	// Pos is the place of the function's name.
	Pos token.Position
	// Func is the decorated function, Type.Func for a method, and Name its wrapper.
	Func, Name string
	// Companions are functions beside the wrapper, called as Name is.
	Companions []string
	// Exported tells that the wrapper can be called from other packages.
	Exported bool
	// Chain are the directives as written, outermost first.
	Chain []string
	// Places are those of the directives, behind their slashes.
	Places []token.Position
	// Key tells by what results are told apart; empty if nothing is kept.
	Key string
	// ID is the name in a running process.
	ID string
	// Home is what holds the function's state where that is no variable of the package:
	// the field of a struct, as Store.caches, or the generated type around an interface.
	// Constructor is the generated function that makes it. Both are empty otherwise.
	Home, Constructor string
	// Options are those in force, in the order of the directives.
	Options []Option
	// Objectives are what the function should keep to.
	Objectives []decorator.Objective
	// Notes are sentences for the function's author, such as that callers share a
	// result.
	Notes []string
}

// An Option is one option of a decorated function.
type Option struct {
	// Directive and Name say which one, and Value is as it was written: "true" for a bare
	// flag, and the whole call for a call, which has no name.
	Directive, Name, Value string
	// From says where it comes from.
	From Origin
	// Pos is the place there, unless it is built in.
	Pos token.Position
}

// Origin is what an option in force comes from.
type Origin string

// The origins of options.
const (
	FromDirective Origin = "directive"
	FromDefaults  Origin = "defaults"
	FromBuiltIn   Origin = "built-in"
)

// inForce lists the options of a directive, given or not.
func (s step) inForce() []Option {
	var all []Option
	a := s.pass.Annotation
	for _, arg := range a.Args {
		o := Option{Directive: a.Name, Name: arg.Key, Value: arg.Raw, From: FromDirective, Pos: arg.KeyPos}
		switch {
		case arg.Call != nil:
			o.Name = ""
		case arg.Flag && s.entry.Schema.Option(arg.Key) == nil:
			o.Name, o.Value = "", arg.Key
		case arg.Flag:
			o.Value = "true"
		}
		if arg.Default {
			o.From = FromDefaults
		}
		all = append(all, o)
	}
	for _, o := range s.entry.Schema.Options {
		if _, given := a.Arg(o.Name); !given && o.Default != "" {
			all = append(all, Option{Directive: a.Name, Name: o.Name, Value: o.Default, From: FromBuiltIn})
		}
	}
	return all
}

func (c *chain) wrapper() Wrapper {
	w := Wrapper{
		Package: c.fn.File.Package.Path, Pos: c.fn.Pos, Func: c.fn.Source().Symbol(), Name: c.names.Wrapper, ID: c.id,
		Exported: token.IsExported(c.names.Wrapper) && (c.fn.Recv == nil || token.IsExported(c.fn.Recv.TypeName)),
	}
	w.Name = c.qualified(w.Name)
	if c.home != nil {
		w.Home, w.Constructor = c.home.place(), c.home.construct
	}
	for _, s := range c.steps {
		w.Chain = append(w.Chain, strings.TrimPrefix(s.pass.Annotation.Text, "bunsui:"))
		w.Places = append(w.Places, behindSlashes(s.pass.Annotation.Pos))
		w.Options = append(w.Options, s.inForce()...)
	}
	for _, l := range c.layers {
		if keyed, ok := l.plan.(decorator.Keyed); ok {
			w.Key = keyed.KeyText()
		}
		if companion, ok := l.plan.(decorator.Companion); ok {
			for _, name := range companion.Companions() {
				w.Companions = append(w.Companions, c.qualified(name))
			}
		}
		if aimed, ok := l.plan.(decorator.Aimed); ok {
			w.Objectives = append(w.Objectives, aimed.Objectives()...)
		}
		if n, ok := l.plan.(decorator.Noter); ok {
			w.Notes = append(w.Notes, n.Notes()...)
		}
	}
	return w
}

// qualified puts the receiver's type before the name of a method.
func (c *chain) qualified(name string) string {
	if c.fn.Recv == nil {
		return name
	}
	return c.fn.Recv.TypeName + "." + name
}

func behindSlashes(comment token.Position) token.Position {
	comment.Offset += len("//")
	comment.Column += len("//")
	return comment
}
