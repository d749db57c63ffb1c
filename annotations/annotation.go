package annotations

import (
	"go/token"
	"strings"

	"github.com/bunsui/bunsui-go/generator/diag"
)

// An Annotation is one directive as written.
type Annotation struct {
	// Name is what follows "bunsui:", such as "cached". It is empty if none was
	// written, which Parse reports.
	Name string
	// Pos is the place of the first slash.
	Pos token.Position
	// NamePos is the place of Name.
	NamePos token.Position
	// Text is the comment without the slashes and surrounding blanks:
	// "bunsui:cached ttl=60".
	Text string
	// Args are the arguments in the order written.
	Args []Arg
	// Broken tells that a part of the directive could not be read and is in no
	// Arg. Parse has reported it, and Decode then misses no required option.
	Broken bool
}

// An Arg is one argument of a directive.
type Arg struct {
	// Key is the option's name, or the name of a call.
	Key string
	// KeyPos is the place of Key.
	KeyPos token.Position
	// Value is the decoded value; "true" for a bare flag, and the source text for
	// a call.
	Value string
	// Raw is the value as written, quotes included; empty for a bare flag.
	Raw string
	// ValuePos is the place of Raw. For a bare flag it is that of Key.
	ValuePos token.Position
	// Flag tells that no "=" was written.
	Flag bool
	// Quote is the quote around the value, '"' or '`', or 0 for a bare word.
	Quote byte
	// Call is the value taken apart if the argument is Name(param=expr, ...).
	Call *Call
	// Broken tells that Parse has reported this argument. Its Value is a guess,
	// which Decode does not look at.
	Broken bool
	// Default tells that it was not written there, but comes from a default of the
	// package.
	Default bool
}

// A Call is an argument that names another wrapper and says what its parameters
// are to be.
type Call struct {
	// Name is the wrapper: GetUser, Type.Name for a method, pkg.Name in another
	// package.
	Name Name
	// TypeArgs are the type arguments between brackets.
	TypeArgs []Expr
	// Args are the arguments between parentheses.
	Args []CallArg
	// Bare tells that there were no parentheses: GetUser, or GetItem[User].
	Bare bool
}

// A CallArg is one param=expr of a Call.
type CallArg struct {
	// Param is the parameter's name, empty if no "=" was written, which Decode
	// reports.
	Param Param
	// Expr is the Go expression for it.
	Expr Expr
}

// An Expr is the text of a Go expression or type, not looked into.
type Expr struct {
	Text string
	Pos  token.Position
}

// At returns the place in the source of byte offset of the decoded Value. In a
// quoted value with escapes, the bytes of one escape share a place. An offset
// of len(Value) or more is the place after the last byte.
func (a Arg) At(offset int) token.Position {
	offset = max(offset, 0)
	switch {
	case a.Quote == '"':
		return shift(a.ValuePos, rawOffset(a.Raw, offset))
	case a.Quote == '`':
		return shift(a.ValuePos, min(1+offset, max(len(a.Raw)-1, 0)))
	default:
		return shift(a.ValuePos, min(offset, len(a.Raw)))
	}
}

// Width returns how many bytes of the source the decoded bytes from start to
// end of Value take up, at least 1, for underlining.
func (a Arg) Width(start, end int) int {
	return max(1, a.At(end).Column-a.At(start).Column)
}

// Arg returns the first argument with the given key.
func (a Annotation) Arg(key string) (Arg, bool) {
	for _, arg := range a.Args {
		if arg.Key == key {
			return arg, true
		}
	}
	return Arg{}, false
}

// Place returns where a problem with the option key belongs: its value, its
// name if it is a bare flag, or the directive's name if it was not given; and
// how many bytes to underline.
func (a Annotation) Place(key string) (token.Position, int) {
	arg, ok := a.Arg(key)
	switch {
	case !ok:
		return a.NamePos, len(a.Name)
	case arg.Flag || arg.Raw == "":
		return arg.KeyPos, len(arg.Key)
	default:
		return arg.ValuePos, len(arg.Raw)
	}
}

// Rule returns what diagnostics about the directive are filed under, such as
// "bunsui:cached".
func (a Annotation) Rule() string { return rule(a.Name) }

// Problem returns a diagnostic about the directive at a place in it. The last
// of its notes says where to read more.
func (a Annotation) Problem(pos token.Position, width int, message string, notes ...string) diag.Diagnostic {
	return problem(a.Name, pos, width, message, notes...)
}

// String returns the directive with one blank between its arguments. Parsing it
// gives the same names and values again.
func (a Annotation) String() string {
	var b strings.Builder
	b.WriteString(prefix + a.Name)
	for _, arg := range a.Args {
		b.WriteByte(' ')
		b.WriteString(arg.String())
	}
	return b.String()
}

// String returns the argument as written, but for blanks beside "=".
func (a Arg) String() string {
	switch {
	case a.Call != nil:
		return a.Raw
	case a.Flag:
		return a.Key
	default:
		return a.Key + "=" + a.Raw
	}
}

// shift returns the place n bytes after pos on the same line.
func shift(pos token.Position, n int) token.Position {
	pos.Offset += n
	pos.Column += n
	return pos
}

func rule(name string) string {
	if name == "" {
		return "bunsui"
	}
	return "bunsui:" + name
}

func problem(name string, pos token.Position, width int, message string, notes ...string) diag.Diagnostic {
	see := "see: bunsuigen explain"
	if name != "" {
		see += " " + name
	}
	return diag.Diagnostic{
		Pos: pos, Width: max(width, 1), Rule: rule(name), Message: message,
		Notes: append(notes[:len(notes):len(notes)], see),
	}
}
