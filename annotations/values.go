package annotations

import (
	"go/token"
	"strings"
	"time"
)

// A Duration is a length of time: 60, 90s, 1h30m, 2d, forever where the option
// allows it, or the name of a constant or variable. A bare number is seconds.
type Duration struct {
	// Value is positive, unless Forever is set or Name names it.
	Value time.Duration
	// Forever tells that "forever" was written.
	Forever bool
	// Name is a package-level constant or variable of type time.Duration.
	Name Name
	// Set tells that the option was given.
	Set bool
}

// A Count is a number of things: 100, 10_000, 10k, 2M, or none where the option
// allows it.
type Count struct {
	// N is at least 1 and fits in 32 bits, unless None is set.
	N int
	// None tells that "none" was written: no bound.
	None bool
	// Word is the word that was written instead, where the option has some.
	Word string
	// Set tells that the option was given.
	Set bool
}

// A Size is a number of bytes, with a unit: 64MiB, 500kB.
type Size struct {
	// Bytes is at least 1.
	Bytes int64
	// Set tells that the option was given.
	Set bool
}

// A Percent is a share: 10% or 0.1.
type Percent struct {
	// Fraction is above 0 and at most 1, unless Word is set.
	Fraction float64
	// Word is the word that was written instead, where the option has some.
	Word string
	// Set tells that the option was given.
	Set bool
}

// A Rate is a number of things in a time: 100/s, 10/m, 5/250ms.
type Rate struct {
	// N is at least 1 and fits in 32 bits.
	N int
	// Per is positive.
	Per time.Duration
	// Set tells that the option was given.
	Set bool
}

// A Name is a package-level identifier of the annotated package, or pkg.Name of
// a package that the file imports. Its zero value is an option not given.
type Name struct {
	Text string
	Pos  token.Position
}

// Set tells whether a name was given.
func (n Name) Set() bool { return n.Text != "" }

// Qualifier returns what stands before the last dot, "loader" of
// "loader.ErrGone", or nothing.
func (n Name) Qualifier() string {
	if i := strings.LastIndexByte(n.Text, '.'); i >= 0 {
		return n.Text[:i]
	}
	return ""
}

// Ident returns what stands after the last dot, "ErrGone" of "loader.ErrGone".
func (n Name) Ident() string { return n.Text[strings.LastIndexByte(n.Text, '.')+1:] }

// A Template is text with parameters in it: "user:{id}:{req.Lang}".
type Template struct {
	// Text is the decoded value, braces included.
	Text string
	// Parts are the literals and parameters in order. Two literals never follow
	// each other.
	Parts []Part
	// Pos is the place of the first byte of Text.
	Pos token.Position
}

// A Part of a template is a literal or a path.
type Part struct {
	// Literal is text with its {{ and }} resolved, if Path is empty.
	Literal string
	// Path is a parameter or receiver and the fields selected from it: {a.b} is
	// ["a", "b"].
	Path []string
	// Pos is the place of the first byte of the literal, or of the path's first
	// identifier.
	Pos token.Position
	// Width is how many bytes of the source the literal or path takes up.
	Width int
}

// A Key is the value of an option that takes a template or the name of a
// function: a value that is quoted or contains a brace is a template.
type Key struct {
	// Template is nil if a name was given.
	Template *Template
	// Name is the function.
	Name Name
	// Set tells that the option was given.
	Set bool
}

// A Path is a parameter or result of the annotated function, or its receiver, and
// the fields selected from it: resp.User is ["resp", "User"].
type Path struct {
	Idents []string
	Pos    token.Position
}

// Text returns the path as written.
func (p Path) Text() string { return strings.Join(p.Idents, ".") }

// A Toggle is a flag that may have the name of a function: copy, or
// copy=cloneUser.
type Toggle struct {
	// On tells that the flag was given, with a name or without.
	On bool
	// Name is the function, if one was given.
	Name Name
}

// A Param is the name of a parameter of the annotated function. Whether there
// is such a parameter is not known here.
type Param struct {
	Name string
	Pos  token.Position
}
