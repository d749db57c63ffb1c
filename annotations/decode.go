package annotations

import (
	"fmt"
	"go/token"
	"reflect"
	"strings"

	"github.com/bunsui/bunsui-go/generator/diag"
)

// Decode checks an annotation against the schema. It returns a pointer to a new
// struct of the type that the schema was made from, with every option that could
// be read, and all problems: options that are unknown, given twice, of the wrong
// kind, out of range or missing. The struct is meant to be used only if there is
// no problem, neither here nor from Parse.
func (s *Schema) Decode(a Annotation) (options any, problems diag.List) {
	target := reflect.New(s.options)
	d := decoding{
		schema: s, annotation: a, target: target.Elem(), report: &reporter{name: a.Name},
		seen: make(map[string]token.Position), meant: make(map[string]bool),
	}
	for _, arg := range a.Args {
		d.argument(arg)
	}
	d.missing()
	return target.Interface(), d.report.problems
}

// Unknown returns the problem of an annotation whose name is none of names.
func Unknown(a Annotation, names []string) diag.Diagnostic {
	d := problem("", a.NamePos, len(a.Name),
		fmt.Sprintf("unknown directive %q%s", a.Name, didYouMean(Suggest(a.Name, names))),
		"directives: "+strings.Join(names, ", "))
	d.Rule = a.Rule()
	return d
}

// A reporter collects the problems of one directive.
type reporter struct {
	name     string
	problems diag.List
}

func (r *reporter) add(pos token.Position, width int, message string, notes ...string) {
	r.problems.Add(problem(r.name, pos, width, message, notes...))
}

// A decoding is one run of Decode.
type decoding struct {
	schema     *Schema
	annotation Annotation
	target     reflect.Value
	report     *reporter
	seen       map[string]token.Position
	meant      map[string]bool // named by a did-you-mean: not missing besides
}

func (d *decoding) argument(arg Arg) {
	option := d.schema.Option(arg.Key)
	if option != nil && option.isCall() {
		option = nil
	}
	if option == nil && arg.Call == nil && d.isBareCall(arg) {
		arg.Call = &Call{Name: Name{Text: arg.Key, Pos: arg.KeyPos}, Bare: true}
		arg.Raw, arg.Value = arg.Key, arg.Key
	}
	switch {
	case arg.Call != nil:
		d.call(arg, option)
		return
	case option == nil:
		d.unknown(arg)
		return
	}
	if first, ok := d.seen[option.Name]; ok {
		d.twice(arg, option, first)
		return
	}
	d.seen[option.Name] = arg.KeyPos
	if arg.Broken {
		return
	}
	if arg.Flag && option.Kind != kindFlag && option.Kind != kindToggle {
		v := value{option: option, problems: d.report}
		v.report(arg.KeyPos, len(arg.Key), fmt.Sprintf("%s needs a value: %s", arg.Key, option.needs()))
		return
	}
	v := &value{schema: d.schema, option: option, arg: arg, text: arg.Value, problems: d.report}
	if decoded, ok := option.kind.decode(v); ok {
		d.target.FieldByIndex(option.index).Set(reflect.ValueOf(decoded))
	}
}

func (d *decoding) twice(arg Arg, option *Option, first token.Position) {
	message := fmt.Sprintf("option %q is given twice, first in column %d", arg.Key, first.Column)
	if strings.HasPrefix(option.Kind, kindTexts) {
		message += fmt.Sprintf(": write %s=a,b", arg.Key)
	}
	d.report.add(arg.KeyPos, len(arg.Key), message)
}

// unknown reports an argument that is no option.
func (d *decoding) unknown(arg Arg) {
	meant := d.suggest(arg.Key)
	message := fmt.Sprintf("unknown option %s%s", quote(arg.Key), didYouMean(meant))
	if meant == "" {
		if arg.Flag && arg.Broken {
			return // the rest of a list with a blank in it, which Parse has reported
		}
		switch required := d.schema.firstRequired(); {
		case arg.Flag && d.callOption() != nil && token.IsExported(arg.Key):
			message = fmt.Sprintf("%s needs parentheses: write %s(param=value)", arg.Key, arg.Key)
			d.meant[d.callOption().Name] = true
		case arg.Flag && required != nil && '0' <= arg.Key[0] && arg.Key[0] <= '9':
			message = fmt.Sprintf("value %q without an option%s", arg.Key, didYouMean(required.Name+"="+arg.Key))
			d.meant[required.Name] = true
		}
	}
	d.report.add(arg.KeyPos, len(arg.Key), message, d.schema.optionsNote())
}

// suggest returns the option that the user most likely meant by key, and takes
// it as given.
func (d *decoding) suggest(key string) string {
	var names, also []string
	owner := make(map[string]string)
	for _, o := range d.schema.Options {
		if o.isCall() {
			continue
		}
		names = append(names, o.Name)
		for _, word := range o.Also {
			also = append(also, word)
			owner[word] = o.Name
		}
	}
	meant := Suggest(key, names)
	if meant == "" {
		meant = owner[Suggest(key, also)]
	}
	if meant != "" {
		d.meant[meant] = true
	}
	return meant
}

func (s *Schema) firstRequired() *Option {
	for i := range s.Options {
		if s.Options[i].Required {
			return &s.Options[i]
		}
	}
	return nil
}

// optionsNote lists the options: "options: ttl (required), key".
func (s *Schema) optionsNote() string {
	if len(s.Options) == 0 {
		return "options: none"
	}
	var names []string
	for _, o := range s.Options {
		name := o.Name
		if o.isCall() {
			name = o.example()
		}
		if o.Required {
			name += " (required)"
		}
		names = append(names, name)
	}
	return "options: " + strings.Join(names, ", ")
}

// missing reports required options that were not given.
func (d *decoding) missing() {
	if d.annotation.Broken {
		return
	}
	for _, o := range d.schema.Options {
		if _, ok := d.seen[o.Name]; ok || d.meant[o.Name] || !o.Required {
			continue
		}
		message := fmt.Sprintf("missing option %q: add %s", o.Name, o.example())
		if o.isCall() {
			message = "missing a wrapper to act on: add " + o.example()
		}
		if o.Kind == kindDuration && o.kind.example == "60" {
			message += " (seconds)"
		}
		message += o.ifMeant(", or ", "")
		d.report.add(d.annotation.NamePos, len(d.annotation.Name), message, d.schema.optionsNote())
	}
}

// ifMeant returns a reminder of the word that lifts the option's bound, such as
// "ttl=forever if meant", between before and after; or nothing.
func (o *Option) ifMeant(before, after string) string {
	switch {
	case o.Forever:
		return before + o.Name + "=forever if meant" + after
	case o.None:
		return before + o.Name + "=none if meant" + after
	default:
		return ""
	}
}
