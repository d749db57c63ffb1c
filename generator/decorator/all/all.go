// Package all is the list of decorators that bunsuigen knows.
package all

import (
	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/decorator/cached"
	"github.com/bunsui/bunsui-go/generator/decorator/change"
	"github.com/bunsui/bunsui-go/generator/decorator/profile"
)

// Decorators returns every decorator, in the order of the documentation.
func Decorators() []decorator.Entry {
	return []decorator.Entry{
		cached.Decorator,
		change.Invalidate,
		change.Put,
		profile.Decorator,
	}
}

// Schemas returns the schema of every decorator, in the same order.
func Schemas() []*annotations.Schema {
	var schemas []*annotations.Schema
	for _, d := range Decorators() {
		schemas = append(schemas, d.Schema)
	}
	return schemas
}
