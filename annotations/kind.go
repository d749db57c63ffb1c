package annotations

import (
	"fmt"
	"go/token"
	"reflect"
	"strings"
)

// The kinds of values, as the documentation calls them.
const (
	kindDuration  = "duration"
	kindCount     = "count"
	kindSize      = "size"
	kindPercent   = "percent"
	kindRate      = "rate"
	kindEnum      = "enum"
	kindFlag      = "flag"
	kindToggle    = "flag or name"
	kindText      = "text"
	kindName      = "name"
	kindTemplate  = "template"
	kindKey       = "template or name"
	kindParam     = "parameter"
	kindPath      = "path"
	kindField     = "field"
	kindCall      = "call"
	kindNames     = "list of names"
	kindParams    = "list of parameters"
	kindPaths     = "list of paths"
	kindTexts     = "list"
	kindCalls     = "calls"
	kindTemplates = "list of templates"
)

// A kind is a kind of value.
type kind struct {
	name string
	// accepts completes "ttl takes ...".
	accepts string
	// example is a value for "write ttl=60".
	example string
	// decode returns the value of a field, or false if it reported a problem.
	decode func(*value) (any, bool)
}

// kindOf returns the kind for a field of type t, or the zero kind.
func kindOf(t reflect.Type, enum bool) kind {
	switch t {
	case reflect.TypeFor[Duration]():
		return kind{kindDuration, "a duration such as 60, 90s, 1h30m or 2d", "60", decodeDuration}
	case reflect.TypeFor[Count]():
		return kind{kindCount, "a count such as 100, 10_000 or 10k", "100", decodeCount}
	case reflect.TypeFor[Size]():
		return kind{kindSize, "a size with its unit, such as 64MiB or 500kB", "64MiB", decodeSize}
	case reflect.TypeFor[Percent]():
		return kind{kindPercent, "a percentage such as 10% or 0.1", "10%", decodePercent}
	case reflect.TypeFor[Rate]():
		return kind{kindRate, "a number in a time, such as 100/s, 10/m or 5/250ms", "100/s", decodeRate}
	case reflect.TypeFor[bool]():
		return kind{kindFlag, "true or false", "", decodeFlag}
	case reflect.TypeFor[Toggle]():
		return kind{kindToggle, "no value, or the name of a function", "", decodeToggle}
	case reflect.TypeFor[string]():
		if enum {
			return kind{kindEnum, "one of its values", "", decodeEnum}
		}
		return kind{kindText, "text", "value", decodeText}
	case reflect.TypeFor[Template]():
		return kind{kindTemplate, "a template such as \"user:{id}\"", `"user:{id}"`, decodeTemplate}
	case reflect.TypeFor[[]Template]():
		return kind{kindTemplates, "templates such as \"org:{org},region:{req.Region}\"", `"org:{org}"`, decodeTemplates}
	case reflect.TypeFor[Key]():
		return kind{kindKey, "a template such as \"user:{id}\" or the name of a function", `"user:{id}"`, decodeKey}
	default:
		return kindOfNames(t)
	}
}

func kindOfNames(t reflect.Type) kind {
	switch t {
	case reflect.TypeFor[Name]():
		return kind{kindName, "a name such as isEmpty or loader.ErrGone", "name", decodeName}
	case reflect.TypeFor[Param]():
		return kind{kindParam, "the name of a parameter", "param", decodeParam}
	case reflect.TypeFor[Path]():
		return kind{kindPath, "a parameter, a result or a field of one, such as u or resp.User", "u", decodePath}
	case reflect.TypeFor[Field]():
		return kind{kindField, "the receiver and one field of it, such as s.caches", "s.caches", decodeField}
	case reflect.TypeFor[[]Path]():
		return kind{kindPaths, "parameters, results or fields of them, such as u or resp.User", "u", decodePaths}
	case reflect.TypeFor[[]Name]():
		return kind{kindNames, "names such as ErrBusy,loader.ErrGone", "name", decodeNames}
	case reflect.TypeFor[[]Param]():
		return kind{kindParams, "names of parameters such as a,b", "param", decodeParams}
	case reflect.TypeFor[[]string]():
		return kind{kindTexts, "a list such as a,b", "a,b", decodeTexts}
	case reflect.TypeFor[Call]():
		return kind{kindCall, "a wrapper with its parameters, such as GetUser(id=u.ID)", "", nil}
	case reflect.TypeFor[[]Call]():
		return kind{kindCalls, "wrappers with their parameters, such as GetUser(id=u.ID)", "", nil}
	default:
		return kind{}
	}
}

// accepts says what the option takes, with the words that only it allows.
func (o *Option) accepts() string {
	switch {
	case o.Kind == kindEnum:
		return alternatives(o.Values)
	case o.Forever:
		return o.kind.accepts + ", or forever"
	case o.None:
		return o.kind.accepts + ", or none"
	case len(o.Words) > 0:
		return o.kind.accepts + ", or " + alternatives(o.Words)
	case o.Bare:
		return o.kind.accepts + ", or their names alone for all that they keep"
	default:
		return o.kind.accepts
	}
}

// alternatives returns "a, b or c".
func alternatives(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// example returns the option as a user might write it.
func (o *Option) example() string {
	switch {
	case o.Kind == kindFlag || o.Kind == kindToggle:
		return o.Name
	case o.isCall():
		return "GetUser(id=u.ID)"
	case o.Kind == kindEnum:
		return o.Name + "=" + o.Values[0]
	default:
		return o.Name + "=" + o.kind.example
	}
}

// needs says what to write where the value is missing.
func (o *Option) needs() string {
	if o.Kind == kindEnum {
		return o.accepts()
	}
	return "write " + o.example()
}

// isCall tells that the option has no name in the language: its values are the
// calls among the arguments.
func (o *Option) isCall() bool { return o.Kind == kindCall || o.Kind == kindCalls }

// A value is one value being decoded, or one element of a list.
type value struct {
	schema   *Schema
	option   *Option
	arg      Arg
	text     string // what to decode: all or a part of arg.Value
	base     int    // offset of text in arg.Value
	problems *reporter
}

// fail reports a problem with text[start:end].
func (v *value) fail(start, end int, format string, args ...any) {
	pos := v.arg.At(v.base + start)
	v.report(pos, v.arg.Width(v.base+start, v.base+end), fmt.Sprintf(format, args...))
}

// failAll reports a problem with the whole text, quotes included.
func (v *value) failAll(format string, args ...any) {
	if v.base == 0 && len(v.text) == len(v.arg.Value) {
		v.report(v.arg.ValuePos, max(1, len(v.arg.Raw)), fmt.Sprintf(format, args...))
		return
	}
	v.fail(0, len(v.text), format, args...)
}

// report adds the possible values to a message that does not name them.
func (v *value) report(pos token.Position, width int, message string) {
	accepts := v.option.accepts()
	switch {
	case strings.Contains(message, accepts):
		v.problems.add(pos, width, message)
	case v.option.Kind == kindEnum:
		v.problems.add(pos, width, message, "values: "+strings.Join(v.option.Values, ", "))
	default:
		v.problems.add(pos, width, message, v.option.Name+" takes "+accepts)
	}
}
