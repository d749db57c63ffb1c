package annotations

import (
	"fmt"
	"slices"
	"strings"
)

// Reference returns the page about the language and all its directives in
// Markdown, for docs/annotations.md. It depends on nothing but the schemas and
// their order.
func Reference(schemas []*Schema) string {
	var b strings.Builder
	b.WriteString("# Annotations\n\n")
	b.WriteString(grammar)
	b.WriteString("\n## Kinds of values\n\n| kind | examples | meaning |\n|---|---|---|\n")
	for _, k := range kindRows() {
		if k.usedBy(schemas) {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", k.name, k.examples, k.meaning)
		}
	}
	b.WriteString("\n## Directives\n\n| directive | |\n|---|---|\n")
	for _, s := range schemas {
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s |\n", s.Name, s.Name, cell(s.Summary()))
	}
	for _, s := range schemas {
		s.markdown(&b)
	}
	return b.String()
}

const grammar = `A directive is a line comment in the doc comment of what it is about, with nothing between the slashes and
"bunsui:". Of several directives, the first is the outermost.

    //bunsui:NAME [argument]...

    argument = key=value | key | call     a bare key is a flag: key=true
    value    = word | "Go string" | ` + "`raw string`" + `
    call     = Name(param=expr, ...)      another wrapper: Type.Name for a method, pkg.Name in a package that the file imports

A value with blanks or quotes in it stands in quotes. No blank stands around "=", no comma between arguments, and no
comment after them. Nothing is ignored: what is unknown, given twice or out of range is an error at its line and column.
`

// A kindRow describes a kind of value in Markdown.
type kindRow struct{ name, examples, meaning string }

func kindRows() []kindRow {
	return []kindRow{
		{kindDuration, "`60` `90s` `1h30m` `2d` `1d12h` `userTTL`", "a bare number is seconds; units are ns, us, ms, s, m, h, d; positive; `forever` where the option allows it; " +
			"or a package-level constant or variable of type time.Duration, read at first use"},
		{kindCount, "`100` `10_000` `10k` `2M`", "k is a thousand, M a million; at least 1; `none` where the option allows it"},
		{kindSize, "`64MiB` `500kB`", "bytes with a unit: B, kB, MB, GB, TB (powers of 1000), KiB, MiB, GiB, TiB (powers of 1024)"},
		{kindPercent, "`10%` `0.1`", "above 0, at most 100%"},
		{kindRate, "`100/s` `10/m` `5/250ms`", "a count and a duration, which may be a unit alone"},
		{kindEnum, "`receiver=ignore`", "one of the values that the option lists"},
		{kindFlag, "`alias` `alias=false`", "given or not"},
		{kindToggle, "`copy` `copy=cloneUser`", "given or not, or given with the name of a function"},
		{kindText, "`GetUserCached` `\"two words\"`", "any text but none"},
		{kindName, "`isEmpty` `loader.ErrGone`", "a package-level name of this package, or of one that the file imports (`import _ \"path\"` counts)"},
		{kindTemplate, "`\"user:{id}:{req.Lang}\"`", "text with parameters, the receiver and their fields in braces; `{{` and `}}` are braces themselves"},
		{kindKey, "`\"user:{id}\"` `keyOf`", "a template if it is quoted or has a brace, else the name of a function"},
		{kindParam, "`id`", "a parameter of the function"},
		{kindPath, "`u` `resp.User`", "a parameter, a result, the receiver, or a field of one"},
		{kindField, "`s.caches`", "a field of the method's receiver"},
		{kindNames, "`ErrBusy,loader.ErrGone`", "names with commas and no blanks between them"},
		{kindParams, "`a,b`", "parameters with commas and no blanks between them"},
		{kindPaths, "`u` `resp.User,n`", "parameters, results, the receiver or fields of them, with commas and no blanks between them"},
		{kindTexts, "`a,b`", "texts with commas and no blanks between them"},
		{kindTemplates, "`\"org:{org},all\"`", "templates with commas between them"},
		{kindCall, "`GetUser(id=u.ID)`", "another wrapper, and what its parameters are to be"},
		{kindCalls, "`GetUser(id=u.ID) ListUsers()`", "other wrappers, and what their parameters are to be"},
	}
}

func (k kindRow) usedBy(schemas []*Schema) bool {
	return slices.ContainsFunc(schemas, func(s *Schema) bool {
		return slices.ContainsFunc(s.Options, func(o Option) bool { return o.Kind == k.name })
	})
}

// markdown writes the section about one directive.
func (s *Schema) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n", s.Name, demote(s.Doc))
	if len(s.Options) == 0 {
		b.WriteString("\nIt has no options of its own.\n")
		return
	}
	b.WriteString("\n| option | kind | default | |\n|---|---|---|---|\n")
	for _, o := range s.Options {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", o.label(), cell(o.kindLabel("`", "`")), o.defaultLabel(), cell(o.Doc))
	}
}

// label is the option's name, or what stands for a call.
func (o *Option) label() string {
	if o.isCall() {
		return "`" + o.example() + "`"
	}
	return "`" + o.Name + "`"
}

// kindLabel names the kind and the words that the option allows besides, each
// between two marks.
func (o *Option) kindLabel(open, end string) string {
	switch {
	case o.Kind == kindEnum:
		return open + strings.Join(o.Values, end+", "+open) + end
	case o.Forever:
		return o.Kind + ", or " + open + "forever" + end
	case o.None:
		return o.Kind + ", or " + open + "none" + end
	case len(o.Words) > 0:
		return o.Kind + ", or " + open + strings.Join(o.Words, end+", "+open) + end
	default:
		return o.Kind
	}
}

func (o *Option) defaultLabel() string {
	switch {
	case o.Required:
		return "**required**"
	case o.Default != "":
		return "`" + o.Default + "`"
	default:
		return ""
	}
}

// cell makes text fit into one cell of a table.
func cell(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
}

// demote makes the headings of a page into headings below a directive's own.
func demote(doc string) string {
	lines := strings.Split(doc, "\n")
	fenced := false
	for i, line := range lines {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if !fenced && strings.HasPrefix(line, "#") {
			lines[i] = "#" + line
			if !strings.HasPrefix(line, "##") {
				lines[i] = "##" + line // never on one level with the directives
			}
		}
	}
	return strings.Join(lines, "\n")
}
