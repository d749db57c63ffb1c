package annotations

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// A Schema is what a directive accepts. It is read only and safe for concurrent
// use.
type Schema struct {
	// Name is the directive's name, such as "cached".
	Name string
	// Doc is its description in Markdown. The first line is the summary.
	Doc string
	// Options are in the order of the struct's fields.
	Options []Option

	options reflect.Type
}

// An Option is one option of a directive.
type Option struct {
	// Name is what the user writes, such as "ttl".
	Name string
	// Kind is the kind of its value, such as "duration" or "list of names".
	Kind string
	// Required tells that a directive without it is an error.
	Required bool
	// Default says in the language itself what holds without the option, if the
	// tag says so. It is for the documentation: Decode fills in nothing.
	Default string
	// Doc is one sentence.
	Doc string
	// Values are the possible values of an enum.
	Values []string
	// Also are other words that people try for the option. They are not accepted,
	// but lead to the right name.
	Also []string
	// Forever tells that a duration may be "forever".
	Forever bool
	// None tells that a count may be "none".
	None bool
	// Words may stand in place of a count, a percentage or a name.
	Words []string
	// Own tells that the option concerns one function, so that a package can have no
	// default for it.
	Own bool
	// Excludes are options that this one leaves no room for: where a function has one of
	// them, a default for the other does not count.
	Excludes []string
	// Needs are options of which this one needs one, and OfMethods and OfErrors tell that
	// it is about receivers or errors: a default does not count for functions that have
	// none.
	Needs               []string
	OfMethods, OfErrors bool
	// Bare tells that a call may be a wrapper's name alone, which means all that it
	// keeps.
	Bare bool

	index []int
	kind  kind
}

// SchemaOf makes the schema of a directive from a struct value. Each exported
// field is an option; its type gives the kind (Duration, Count, Size, Percent, Rate,
// string, bool, Toggle, Name, Template, Key, Param, Path, Field, Call, and slices of Name,
// Param, Path, string, Template and Call), its tags the rest:
//
//	TTL Duration `bunsui:"ttl,required,forever" doc:"How long a result is kept."`
//
// After the name in the bunsui tag come "required", "forever" (a duration), "none"
// (a count), "own" (no package has a default for it), "methods" and "errors" (a default
// is for functions that have them) and "bare" (calls), in any order. excludes:"copy" names
// options that leave no room for this one, needs:"shared" one without which a default for
// it does not count. enum:"a,b" restricts a string, words:"auto" may stand in place of a count,
// percentage or name, default:"10k"
// is shown in the documentation, also:"expiry,expires" are words that lead to
// the option in a did-you-mean. Fields of an embedded struct count as the
// struct's own and come last. The error tells which field is wrong and how.
func SchemaOf(name, doc string, options any) (*Schema, error) {
	t := reflect.TypeOf(options)
	if t == nil || t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("schema of %q: options are a struct value, not %T", name, options)
	}
	if !validDirective(name) {
		return nil, fmt.Errorf("schema of %q: a directive's name has letters a-z and digits only", name)
	}
	s := &Schema{Name: name, Doc: strings.TrimSpace(doc), options: t}
	fields := reflect.VisibleFields(t)
	slices.SortStableFunc(fields, func(a, b reflect.StructField) int { return len(a.Index) - len(b.Index) })
	for _, field := range fields {
		if field.Anonymous && field.Type.Kind() == reflect.Struct || !field.IsExported() {
			continue
		}
		option, err := optionOf(field)
		if err != nil {
			return nil, fmt.Errorf("schema of %q: field %s: %w", name, field.Name, err)
		}
		if s.Option(option.Name) != nil {
			return nil, fmt.Errorf("schema of %q: field %s: option %q exists already", name, field.Name, option.Name)
		}
		s.Options = append(s.Options, option)
	}
	return s, nil
}

// IsScalar tells whether the option's value is a number, a duration or a flag,
// which says nothing about the declaration that the directive stands on.
func (o *Option) IsScalar() bool {
	switch o.Kind {
	case kindDuration, kindCount, kindSize, kindPercent, kindRate, kindFlag:
		return true
	}
	return false
}

// Option returns the option of the given name, or nil. The caller must not
// change it.
func (s *Schema) Option(name string) *Option {
	for i := range s.Options {
		if s.Options[i].Name == name {
			return &s.Options[i]
		}
	}
	return nil
}

// Summary returns the first line of the documentation.
func (s *Schema) Summary() string {
	summary, _, _ := strings.Cut(s.Doc, "\n")
	return summary
}

func validDirective(name string) bool {
	return regexp.MustCompile(`^[a-z0-9]+$`).MatchString(name)
}

func optionOf(field reflect.StructField) (Option, error) {
	tag, ok := field.Tag.Lookup("bunsui")
	if !ok {
		return Option{}, fmt.Errorf("no bunsui tag: name the option, or do not export the field")
	}
	words := strings.Split(tag, ",")
	option := Option{
		Name:    words[0],
		Default: field.Tag.Get("default"),
		Doc:     field.Tag.Get("doc"),
		Values:  splitTag(field.Tag.Get("enum")),
		Also:    splitTag(field.Tag.Get("also")),

		Excludes: splitTag(field.Tag.Get("excludes")),
		Needs:    splitTag(field.Tag.Get("needs")),
		Words:    splitTag(field.Tag.Get("words")),

		index: field.Index,
	}
	if !regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString(option.Name) {
		return Option{}, fmt.Errorf("%q is no name for an option: lower-case letters, digits and _", option.Name)
	}
	if option.kind = kindOf(field.Type, len(option.Values) > 0); option.kind.name == "" {
		return Option{}, fmt.Errorf("type %s is no kind of value", field.Type)
	}
	option.Kind = option.kind.name
	for _, word := range words[1:] {
		if err := option.set(word); err != nil {
			return Option{}, err
		}
	}
	return option, option.check()
}

// splitTag splits a comma-separated tag.
func splitTag(tag string) []string {
	if tag == "" {
		return nil
	}
	return strings.Split(tag, ",")
}

func (o *Option) set(word string) error {
	switch {
	case word == "required":
		o.Required = true
	case word == "own":
		o.Own = true
	case word == "methods":
		o.OfMethods = true
	case word == "errors":
		o.OfErrors = true
	case word == "forever" && o.Kind == kindDuration:
		o.Forever = true
	case word == "none" && o.Kind == kindCount:
		o.None = true
	case word == "bare" && o.isCall():
		o.Bare = true
	case word == "forever" || word == "none" || word == "bare":
		return fmt.Errorf("a %s cannot be %q", o.Kind, word)
	default:
		return fmt.Errorf("unknown word %q in the bunsui tag", word)
	}
	return nil
}

// check finds contradictions between the tags of one field.
func (o *Option) check() error {
	switch {
	case len(o.Values) > 0 && o.Kind != kindEnum:
		return fmt.Errorf("an enum is a string, not a %s", o.Kind)
	case len(o.Words) > 0 && o.Kind != kindCount && o.Kind != kindPercent && o.Kind != kindName:
		return fmt.Errorf("words stand in place of a count, a percent or a name, not of a %s", o.Kind)
	case slices.Contains(o.Values, ""):
		return fmt.Errorf("an empty value in the enum tag")
	case o.Required && o.Default != "":
		return fmt.Errorf("a required option has no default")
	case o.Required && (o.Kind == kindFlag || o.Kind == kindToggle):
		return fmt.Errorf("a flag cannot be required")
	case o.Kind == kindEnum && o.Default != "" && !slices.Contains(o.Values, o.Default):
		return fmt.Errorf("default %q is not in the enum", o.Default)
	}
	return nil
}
