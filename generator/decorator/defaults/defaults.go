// Package defaults is the directive //bunsui:defaults, by which a package says what its
// other directives have in common. It is the page about it: generator/load finds it, and
// package annotations puts the options together.
package defaults

import (
	_ "embed"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/model"
)

//go:embed doc.md
var doc string

// Schema returns the directive without options: it takes those of others.
func Schema() *annotations.Schema {
	schema, err := annotations.SchemaOf(model.DefaultsDirective, doc, struct{}{})
	if err != nil {
		panic(err)
	}
	return schema
}
