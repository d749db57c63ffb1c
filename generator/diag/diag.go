// Package diag describes a problem that bunsuigen found in a user's source:
// where it is, what is wrong, and how to mend it. It only holds and orders
// problems; printing them to a terminal and choosing an exit code is the
// command's business.
package diag

import (
	"cmp"
	"go/token"
	"slices"
)

// A Diagnostic is one problem with a place. The first line of its printed
// form must be enough on its own, because editors and CI show only that.
type Diagnostic struct {
	// Pos is the first character that is wrong. Filename is absolute;
	// Print shortens it.
	Pos token.Position
	// Width is the number of bytes to underline on the line of Pos; 0 and 1
	// both draw a single caret.
	Width int
	// Rule names what was broken, such as "bunsui:cached", or is empty for
	// a problem that belongs to no directive.
	Rule string
	// Message is one sentence, lower case, without a final dot. It carries
	// its own did-you-mean.
	Message string
	// Notes are further lines, printed under the caret, such as the possible
	// values or the place of another declaration.
	Notes []string
}

// A List is the problems of one run.
type List []Diagnostic

// Add appends d.
func (l *List) Add(d ...Diagnostic) { *l = append(*l, d...) }

// Sorted returns the problems by file, line, column and message, each once: a
// file that belongs to a package and to its test variant is read twice.
func (l List) Sorted() List {
	sorted := slices.Clone(l)
	slices.SortStableFunc(sorted, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Pos.Filename, b.Pos.Filename),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.CompactFunc(sorted, func(a, b Diagnostic) bool {
		return a.Pos == b.Pos && a.Rule == b.Rule && a.Message == b.Message
	})
}
