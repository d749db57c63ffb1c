package annotations

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const textWidth = 80

// Explain returns the page about one directive as plain text, for a terminal.
func (s *Schema) Explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s\n\n%s\n\n", prefix, s.Name, s.Doc)
	if len(s.Options) == 0 {
		b.WriteString("It has no options of its own.\n")
		return b.String()
	}
	b.WriteString("Options:\n")
	for _, o := range s.Options {
		o.explain(&b)
	}
	return b.String()
}

func (o *Option) explain(b *strings.Builder) {
	head := o.Name + "=" + strings.ToUpper(o.Kind)
	switch {
	case o.isCall():
		head = o.example()
	case o.Kind == kindFlag:
		head = o.Name
	case o.Kind == kindEnum:
		head = o.Name + "=" + strings.Join(o.Values, "|")
	case o.Kind == kindToggle:
		head = o.Name + "  or  " + o.Name + "=NAME"
	case o.Kind == kindTemplates:
		head = o.Name + "=TEMPLATE,TEMPLATE"
	case o.Kind == kindKey:
		head = o.Name + "=TEMPLATE|NAME"
	case strings.HasPrefix(o.Kind, kindTexts):
		head = o.Name + "=A,B"
	}
	switch {
	case o.Required:
		head += "  (required)"
	case o.Default != "":
		head += "  (default " + o.Default + ")"
	}
	fmt.Fprintf(b, "\n  %s\n", head)
	text := o.Doc
	if o.Kind != kindEnum && o.Kind != kindFlag && o.Kind != kindText {
		text = strings.TrimSpace(text + " Takes " + o.accepts() + ".")
	}
	for _, line := range wrap(text, textWidth-6) {
		fmt.Fprintf(b, "      %s\n", line)
	}
}

// Overview returns the language and the list of directives as plain text, for a
// terminal.
func Overview(schemas []*Schema) string {
	var b strings.Builder
	b.WriteString(grammar)
	b.WriteString("\nDirectives:\n\n")
	for _, s := range schemas {
		for i, line := range wrap(s.Summary(), textWidth-16) {
			name := ""
			if i == 0 {
				name = s.Name
			}
			fmt.Fprintf(&b, "  %-12s  %s\n", name, line)
		}
	}
	b.WriteString("\nKinds of values:\n\n")
	for _, k := range kindRows() {
		if !k.usedBy(schemas) {
			continue
		}
		fmt.Fprintf(&b, "  %s: %s\n", k.name, strings.ReplaceAll(k.examples, "`", ""))
		for _, line := range wrap(strings.ReplaceAll(k.meaning, "`", ""), textWidth-6) {
			fmt.Fprintf(&b, "      %s\n", line)
		}
	}
	return b.String()
}

// wrap breaks text into lines of at most width characters, unless a word is
// longer.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
