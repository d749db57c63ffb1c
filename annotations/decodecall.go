package annotations

import (
	"fmt"
	"go/parser"
	goscanner "go/scanner"
	"go/token"
	"reflect"
	"strings"
	"unicode/utf8"
)

// call decodes Name(param=expr, ...). option is the option that the call's name
// happens to be, or nil.
func (d *decoding) call(arg Arg, option *Option) {
	target := d.callOption()
	switch {
	case arg.Broken:
		if target != nil {
			d.seen[target.Name] = arg.KeyPos
		}
	case option != nil:
		d.seen[option.Name] = arg.KeyPos
		d.report.add(arg.ValuePos, len(arg.Raw), fmt.Sprintf("options take no parentheses: write %s", option.example()),
			option.Name+" takes "+option.accepts())
	case target == nil:
		meant := d.suggest(arg.Key)
		d.report.add(arg.KeyPos, len(arg.Key), fmt.Sprintf("unknown option %s%s", quote(arg.Key), didYouMean(meant)), d.schema.optionsNote())
	default:
		d.storeCall(arg, target)
	}
}

// isBareCall tells whether an argument that is no option names a wrapper as a
// whole, where the directive takes that.
func (d *decoding) isBareCall(arg Arg) bool {
	target := d.callOption()
	if target == nil || !target.Bare || !arg.Flag || arg.Broken {
		return false
	}
	first, _ := utf8.DecodeRuneInString(arg.Key)
	if !isIdentStart(first) {
		return false
	}
	return strings.Contains(arg.Key, ".") || token.IsExported(arg.Key) || !d.isNearOption(arg.Key)
}

// isNearOption tells whether word is most likely an option with a mistake in it.
func (d *decoding) isNearOption(word string) bool {
	var names []string
	for _, o := range d.schema.Options {
		if !o.isCall() {
			names = append(append(names, o.Name), o.Also...)
		}
	}
	return Suggest(word, names) != ""
}

// callOption returns the option whose values are calls, or nil.
func (d *decoding) callOption() *Option {
	for i := range d.schema.Options {
		if d.schema.Options[i].isCall() {
			return &d.schema.Options[i]
		}
	}
	return nil
}

func (d *decoding) storeCall(arg Arg, target *Option) {
	first, given := d.seen[target.Name]
	d.seen[target.Name] = arg.KeyPos
	if given && target.Kind == kindCall {
		d.report.add(arg.KeyPos, len(arg.Key), fmt.Sprintf("a second wrapper, the first is in column %d: only one is possible", first.Column))
		return
	}
	if arg.Call.Bare && !target.Bare {
		d.report.add(arg.KeyPos, len(arg.Raw), fmt.Sprintf("parentheses are missing after %s: write %s(param=value)", arg.Key, arg.Raw))
		return
	}
	v := &value{schema: d.schema, option: target, arg: arg, text: arg.Key, problems: d.report}
	ok := checkName(v, 3)
	for _, e := range arg.Call.TypeArgs {
		ok = d.checkExpr(e, "type argument") && ok
	}
	for _, a := range arg.Call.Args {
		ok = d.checkCallArg(arg.Call, a) && ok
	}
	if !ok {
		return
	}
	field := d.target.FieldByIndex(target.index)
	if target.Kind == kindCall {
		field.Set(reflect.ValueOf(*arg.Call))
		return
	}
	field.Set(reflect.Append(field, reflect.ValueOf(*arg.Call)))
}

func (d *decoding) checkCallArg(call *Call, a CallArg) bool {
	if a.Param.Name == "" {
		d.report.add(a.Expr.Pos, max(1, len(a.Expr.Text)),
			fmt.Sprintf("each argument of %s names its parameter: write param=%s", call.Name.Text, a.Expr.Text))
		return false
	}
	ok := true
	for _, other := range call.Args {
		if other.Param.Name == a.Param.Name && other.Param.Pos.Column < a.Param.Pos.Column {
			d.report.add(a.Param.Pos, len(a.Param.Name),
				fmt.Sprintf("parameter %q is given twice, first in column %d", a.Param.Name, other.Param.Pos.Column))
			ok = false
			break
		}
	}
	return d.checkExpr(a.Expr, fmt.Sprintf("value of %q", a.Param.Name)) && ok
}

// checkExpr reports an expression that Go cannot parse.
func (d *decoding) checkExpr(e Expr, what string) bool {
	if e.Text == "" {
		d.report.add(e.Pos, 1, "the "+what+" is missing")
		return false
	}
	_, err := parser.ParseExpr(e.Text)
	if err == nil {
		return true
	}
	offset, message := 0, err.Error()
	if list, ok := err.(goscanner.ErrorList); ok && len(list) > 0 {
		offset, message = min(max(list[0].Pos.Offset, 0), len(e.Text)), list[0].Msg
	}
	d.report.add(shift(e.Pos, offset), 1, fmt.Sprintf("the %s is no Go expression: %s", what, message))
	return false
}
