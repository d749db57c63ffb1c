// Package decorate is the directive //bunsui:decorate, which asks for a type around
// an interface. It reads the directive and says what the type can be called. Which
// methods have directives, and what comes of them, is not its business.
package decorate

import (
	_ "embed"
	"go/token"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/model"
)

//go:embed doc.md
var doc string

// Options are the arguments of //bunsui:decorate.
type Options struct {
	As string `bunsui:"as,required" also:"name,type,struct,impl" doc:"The name of the type. Its constructor is called the same with New before it, or new if the name is not exported."`
}

// Schema returns what the directive accepts.
func Schema() *annotations.Schema {
	schema, err := annotations.SchemaOf(model.Decorate, doc, Options{})
	if err != nil {
		panic(err)
	}
	return schema
}

// Check reads the directive of a home that is for an interface, and returns what is
// wrong. A home with problems has no name of its own.
func Check(h *model.Home) diag.List {
	a := h.Interface.Directive
	options, problems := Schema().Decode(a)
	for i, d := range problems {
		if d.Pos == a.NamePos { // as= is missing
			problems[i].Message = "the type around " + h.Interface.Name + " needs a name: add as=" + model.HomeName(h.Interface.Name)
		}
	}
	as := options.(*Options).As
	if len(problems) > 0 || as == "" {
		return problems
	}
	if why := unfit(as, h.Interface.Name); why != "" {
		pos, width := a.Place("as")
		problems.Add(a.Problem(pos, width, why))
	}
	return problems
}

// unfit says why a type around the interface cannot have a name, or nothing.
func unfit(as, name string) string {
	switch {
	case !token.IsIdentifier(as) || as == "_":
		return `"` + as + `" cannot name a type`
	case as == name:
		return as + " is the interface itself: the type around it needs another name, such as " + model.HomeName(name)
	case decorator.IsPredeclared(as):
		return as + " would hide Go's own " + as + " in the whole package: the type needs another name"
	case as == "init" || as == "main":
		return as + " is a function that Go calls by itself: the type needs another name"
	}
	return ""
}
