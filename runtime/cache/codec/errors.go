package codec

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

var (
	// ErrLimit tells that a value is over one of its Limits.
	ErrLimit = errors.New("over a limit of the codec")
	// ErrShort tells that the input ends before the value does, or claims a length
	// that it cannot have.
	ErrShort = errors.New("the input is too short for what it says it holds")
	// ErrTrailing tells that the input goes on after the value.
	ErrTrailing = errors.New("the input goes on after the value")
	// ErrCycle tells that a value cannot be written because it contains itself.
	ErrCycle = errors.New("the value contains itself")
	// ErrKind tells that the input holds something else than the type does, such as
	// a string for a number, or a number that the type has no room for.
	ErrKind = errors.New("the input does not fit the type")
)

// maxPath is how many fields an error names, and maxName how much of a name it
// repeats: both may come from the input.
const (
	maxPath = 8
	maxName = 64
)

// A FieldError tells at which field decoding failed. Err is the reason; it can be
// reached with errors.Is and errors.As.
type FieldError struct {
	// Path holds the names of the fields on the way, outermost first. Of a long way
	// it has the last eight.
	Path []string
	Err  error
}

// Error names the field and the reason.
func (e *FieldError) Error() string {
	return fmt.Sprintf("field %s: %v", strings.Join(e.Path, "."), e.Err)
}

// Unwrap returns the reason.
func (e *FieldError) Unwrap() error { return e.Err }

// Within adds the field that was being decoded to err.
func Within(err error, name []byte) error {
	field, ok := err.(*FieldError)
	if !ok {
		field = &FieldError{Err: err}
	}
	if len(field.Path) < maxPath {
		field.Path = slices.Insert(field.Path, 0, spell(name))
	}
	return field
}

// spell quotes what could not be a field's name in Go.
func spell(name []byte) string {
	if len(name) > maxName {
		name = name[:maxName]
	}
	text := string(name)
	if strings.ContainsFunc(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		return strconv.Quote(text)
	}
	return text
}

// mismatch makes an error of a library's, which says what was found.
func mismatch(err error) error { return fmt.Errorf("%w: %w", ErrKind, err) }
