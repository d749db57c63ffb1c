// Package all is the list of decorators that bunsuigen knows.
package all

import (
	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/decorator/batch"
	"github.com/bunsui/bunsui-go/generator/decorator/cached"
	"github.com/bunsui/bunsui-go/generator/decorator/change"
	"github.com/bunsui/bunsui-go/generator/decorator/decorate"
	"github.com/bunsui/bunsui-go/generator/decorator/defaults"
	"github.com/bunsui/bunsui-go/generator/decorator/loader"
	"github.com/bunsui/bunsui-go/generator/decorator/pool"
	"github.com/bunsui/bunsui-go/generator/decorator/pooled"
	"github.com/bunsui/bunsui-go/generator/decorator/profile"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/model"
)

// Decorators returns every decorator, in the order of the documentation.
func Decorators() []decorator.Entry {
	return []decorator.Entry{
		cached.Decorator,
		change.Invalidate,
		change.Put,
		profile.Decorator,
		batch.Decorator,
		loader.Decorator,
		pool.Decorator,
		pooled.Decorator,
	}
}

// Schemas returns the schema of every decorator, in the same order, and those of the
// directives that stand elsewhere than on functions and methods.
func Schemas() []*annotations.Schema {
	var schemas []*annotations.Schema
	for _, d := range Decorators() {
		schemas = append(schemas, d.Schema)
	}
	return append(schemas, decorate.Schema(), defaults.Schema())
}

// CheckInterface reads the directive //bunsui:decorate of a home that is for an
// interface, and returns what is wrong.
func CheckInterface(h *model.Home) diag.List { return decorate.Check(h) }
