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
	// Notes are sentences for the function's author, such as that callers share a
	// result.
	Notes []string
}

func (c *chain) wrapper() Wrapper {
	w := Wrapper{
		Package: c.fn.File.Package.Path, Pos: c.fn.Pos, Func: c.fn.Symbol(), Name: c.names.Wrapper, ID: c.id,
		Exported: token.IsExported(c.names.Wrapper) && (c.fn.Recv == nil || token.IsExported(c.fn.Recv.TypeName)),
	}
	if c.fn.Recv != nil {
		w.Name = c.fn.Recv.TypeName + "." + w.Name
	}
	for _, s := range c.steps {
		w.Chain = append(w.Chain, strings.TrimPrefix(s.pass.Annotation.Text, "bunsui:"))
		w.Places = append(w.Places, behindSlashes(s.pass.Annotation.Pos))
	}
	for _, l := range c.layers {
		if keyed, ok := l.plan.(decorator.Keyed); ok {
			w.Key = keyed.KeyText()
		}
		if n, ok := l.plan.(decorator.Noter); ok {
			w.Notes = append(w.Notes, n.Notes()...)
		}
	}
	return w
}

func behindSlashes(comment token.Position) token.Position {
	comment.Offset += len("//")
	comment.Column += len("//")
	return comment
}
