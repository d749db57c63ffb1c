package emit

import (
	"strconv"
	"strings"
	"time"

	"github.com/dave/jennifer/jen"
)

// commentWidth is where comments are wrapped, slashes included.
const commentWidth = 80

// Comment writes text as line comments, wrapped. An empty line in text parts
// paragraphs; a line that begins with a blank or a tab is kept as it is, as are
// the lines of a list.
func Comment(text string) jen.Code {
	return jen.Comment(strings.Join(commentLines(text), "\n"))
}

func commentLines(text string) []string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		lines = append(lines, wrap(paragraph)...)
	}
	for i, line := range lines {
		lines[i] = strings.TrimRight("// "+line, " ")
	}
	return lines
}

// wrap breaks a long line at blanks. Lines that are set by hand stay.
func wrap(line string) []string {
	limit := commentWidth - len("// ")
	if len(line) <= limit || strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") {
		return []string{line}
	}
	var lines []string
	current := ""
	for _, word := range strings.Fields(line) {
		if current != "" && len(current)+1+len(word) > limit {
			lines = append(lines, current)
			current = ""
		}
		if current != "" {
			current += " "
		}
		current += word
	}
	return append(lines, current)
}

// Doc writes a doc comment: first the user's own lines as they are, then, after
// an empty line, our text.
func Doc(own []string, text string) jen.Code {
	var lines []string
	for _, line := range own {
		lines = append(lines, docLine(line))
	}
	if len(own) > 0 && text != "" {
		lines = append(lines, "//")
	}
	if text != "" {
		lines = append(lines, commentLines(text)...)
	}
	return jen.Comment(strings.Join(lines, "\n"))
}

// docLine puts the comment marker back before a line of the user's.
func docLine(line string) string {
	if line == "" || strings.HasPrefix(line, "\t") {
		return "//" + line
	}
	return "// " + line
}

var units = []struct {
	unit time.Duration
	name string
}{
	{time.Hour, "Hour"},
	{time.Minute, "Minute"},
	{time.Second, "Second"},
	{time.Millisecond, "Millisecond"},
	{time.Microsecond, "Microsecond"},
	{time.Nanosecond, "Nanosecond"},
}

// Duration writes d in the largest unit that divides it, such as
// 90*time.Second.
func (f *File) Duration(d time.Duration) jen.Code {
	for _, u := range units {
		if d%u.unit != 0 {
			continue
		}
		unit := f.Std("time", u.name)
		if d == u.unit {
			return unit
		}
		return jen.Lit(int(d / u.unit)).Op("*").Add(unit)
	}
	return jen.Lit(0)
}

// quoteTag spells a struct tag as people do, in back quotes where possible.
func quoteTag(tag string) string {
	if strconv.CanBackquote(tag) {
		return "`" + tag + "`"
	}
	return strconv.Quote(tag)
}
