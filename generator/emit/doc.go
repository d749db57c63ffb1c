// Package emit writes Go: it turns what generator/model knows of a function into
// declarations, and hands out every name that generated code uses. It is the
// vocabulary in which decorators speak, and with them the only importer of
// jennifer. It decides nothing about annotations and touches no file.
//
// Three kinds of names meet in a generated file, and each gives way to the one
// before it: package-level names and types that a body mentions, the user's
// parameter names, and our own locals and import names.
package emit

import "github.com/dave/jennifer/jen"

// Code is a piece of Go to be written.
type Code = jen.Code
