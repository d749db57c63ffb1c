// Package quantity reads durations, counts, sizes and percentages as people write them
// in annotations, in the environment and in files: 90s, 2d, 10_000, 10k, 64MiB, 10%. Its
// errors name the mistake, the place and, where it can be told, what was meant. It
// does not know words such as forever and none, which mean something in some places only.
package quantity

import (
	"fmt"
	"math/big"
	"strings"
	"unicode/utf8"

	"github.com/bunsui/bunsui-go/internal/suggest"
)

// Terms are the words in which errors speak of a value.
type Terms struct {
	// Name is what it is a value of, such as "ttl".
	Name string
	// Accepts completes "ttl takes …", such as "a duration such as 60, 90s or 2d".
	Accepts string
	// Hint reminds of the word that lifts the bound, such as "ttl=forever if meant",
	// where there is one.
	Hint string
}

// Error says what is wrong with a text, and with which part of it.
type Error struct {
	// Start and End are where that part begins and ends, in bytes.
	Start, End int
	// Whole says that it is the text as a whole.
	Whole bool
	// Unexpected says that what stands at Start can be no part of a value, and may be
	// something that the caller knows, such as a comment.
	Unexpected bool
	// Message names the mistake.
	Message string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// A reader reads one value.
type reader struct {
	Terms
	kind string
	text string
}

func (r *reader) fail(start, end int, format string, args ...any) error {
	return &Error{Start: start, End: end, Message: fmt.Sprintf(format, args...)}
}

func (r *reader) failAll(format string, args ...any) error {
	return &Error{End: len(r.text), Whole: true, Message: fmt.Sprintf(format, args...)}
}

// unexpected is the error for the character at a byte of the text, which no value of
// this kind has.
func (r *reader) unexpected(at int) error {
	rest := r.text[at:]
	e := &Error{Start: at, End: len(r.text), Unexpected: true}
	switch {
	case r.text == "":
		e.Whole, e.Message = true, fmt.Sprintf("%s is empty: it takes %s", r.Name, r.Accepts)
	case at == 0 || rest == "":
		e.Whole, e.Message = true, fmt.Sprintf("%s takes %s, not %s", r.Name, r.Accepts, Quote(r.text))
	case strings.ContainsAny(rest[:1], "*+-/"):
		e.End, e.Message = at+1, fmt.Sprintf("%s takes no expression, but %s", r.Name, r.Accepts)
	default:
		char, size := utf8.DecodeRuneInString(rest)
		e.End, e.Message = at+size, fmt.Sprintf("unexpected %s in %s %s", Char(char), r.kind, Quote(r.text))
	}
	return e
}

// unknownUnit is the error for the unit text[start:end]. meant is the right one, if
// any.
func (r *reader) unknownUnit(start, end int, meant string) error {
	if start == end {
		return r.unexpected(start)
	}
	suggestion := ""
	if meant != "" {
		suggestion = r.text[:start] + meant + r.text[end:]
	}
	return r.fail(start, end, "unknown unit %q in %s%s", r.text[start:end], Quote(r.text), suggest.DidYouMean(suggestion))
}

// inRange returns an error for a number that is not positive or above limit.
func (r *reader) inRange(number, limit *big.Rat, shown string) error {
	hint := ""
	if r.Hint != "" {
		hint = " (" + r.Hint + ")"
	}
	switch {
	case number.Sign() <= 0:
		return r.failAll("%s must be positive, got %s%s", r.Name, r.text, hint)
	case number.Cmp(limit) > 0:
		return r.failAll("%s must be at most %s, got %s%s", r.Name, shown, r.text, hint)
	default:
		return nil
	}
}
