package annotations

import (
	"go/token"
	"strings"
)

// A Field is a field of the annotated method's receiver, such as s.caches. The zero
// Field means that none was given.
type Field struct {
	// Receiver and Name are what stands before and behind the dot.
	Receiver, Name string
	// Pos is the place of the first byte.
	Pos token.Position
}

// Set tells whether a field was given.
func (f Field) Set() bool { return f.Name != "" }

// ParseField reads text of the form receiver.field.
func ParseField(text string) (Field, bool) {
	receiver, name, _ := strings.Cut(text, ".")
	ok := isIdent(receiver) && isIdent(name)
	return Field{Receiver: receiver, Name: name}, ok
}

func isIdent(text string) bool { return token.IsIdentifier(text) && text != "_" }

func decodeField(v *value) (any, bool) {
	const deepest = 32 // dots that are counted before the text is none of names
	if !checkName(v, deepest) {
		return nil, false
	}
	field, ok := ParseField(v.text)
	if !ok {
		v.failAll("%s takes the receiver and one field of it, such as s.caches, and not %s", v.option.Name, quote(v.text))
		return nil, false
	}
	field.Pos = v.arg.At(v.base)
	return field, true
}
