package annotations

import (
	"go/token"
	"strings"
	"unicode"

	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/internal/suggest"
)

// NearMiss tells whether a comment that is no directive was surely meant as one,
// and returns the error that shows the right form. pos is the place of the
// comment's first byte; the comment is a line comment or a block comment, of
// which the first line that is a near miss counts.
//
// A near miss begins with bunsui:NAME, in whatever case, after "//" and at most
// three spaces, or after "/*", or on a line of its own in a block comment (with
// or without a "*" before it). A +, @ or go: before bunsui, a blank beside the
// colon, a blank for the colon, and one wrong letter in "bunsui" do not help it.
//
// These are no near misses:
//   - what stands behind other words: "// see bunsui:cached for more";
//   - what reads like a sentence: more than one word after NAME, or after the
//     directive's name that follows defaults, is neither
//     key=value nor Name(...), a word ends in a punctuation mark, or, where the
//     colon is missing or has a blank beside it, any such word at all
//     ("// bunsui: a toolkit", "// Bunsui is a tool");
//   - code samples: a tab or four spaces before it, as gofmt and Markdown indent
//     them, measured in a block comment from the comment's own indentation;
//   - what is commented out: "// //bunsui:cached", "////bunsui:cached";
//   - a correct directive.
//
// For a comment that IsDirective holds for, NearMiss returns what Parse says of
// its name, if that is wrong.
func NearMiss(pos token.Position, comment string) (diag.Diagnostic, bool) {
	switch {
	case IsDirective(comment):
		return misnamed(pos, comment)
	case strings.HasPrefix(comment, "//"):
		line, _, _ := strings.Cut(comment, "\n")
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		return missOf(line[2:], pos, len(line), false)
	case strings.HasPrefix(comment, "/*"):
		return missInBlock(pos, comment)
	default:
		return diag.Diagnostic{}, false
	}
}

// misnamed returns the problem that Parse has with the name of a directive.
func misnamed(pos token.Position, comment string) (diag.Diagnostic, bool) {
	a, problems := Parse(pos, comment)
	if len(problems) == 0 || problems[0].Pos.Offset > a.NamePos.Offset {
		return diag.Diagnostic{}, false
	}
	return problems[0], true
}

// missInBlock looks at each line of a block comment.
func missInBlock(pos token.Position, comment string) (diag.Diagnostic, bool) {
	inner := strings.TrimSuffix(strings.TrimPrefix(comment, "/*"), "*/")
	gutter := gutterOf(inner, pos.Column-1)
	at := pos
	offset := 2
	for i, line := range strings.Split(inner, "\n") {
		text := line
		width := 2 + len(line)
		if i > 0 {
			text = withoutGutter(line, gutter)
			lead := len(line) - len(strings.TrimLeft(line, " \t*"))
			at = token.Position{Filename: pos.Filename, Offset: pos.Offset + offset + lead, Line: pos.Line + i, Column: 1 + lead}
			width = len(strings.TrimSpace(line[lead:]))
		} else if len(comment) == len(inner)+4 && !strings.Contains(inner, "\n") {
			width = len(comment)
		}
		if d, ok := missOf(strings.TrimRightFunc(text, unicode.IsSpace), at, width, true); ok {
			return d, true
		}
		offset += len(line) + 1
	}
	return diag.Diagnostic{}, false
}

// gutterOf returns how many blanks begin every line of a block comment but the
// first, and at most limit, the comment's own indentation.
func gutterOf(inner string, limit int) int {
	for _, line := range strings.Split(inner, "\n")[1:] {
		if trimmed := strings.TrimLeft(line, " \t"); strings.TrimSpace(trimmed) != "" {
			limit = min(limit, len(line)-len(trimmed))
		}
	}
	return max(limit, 0)
}

// withoutGutter removes from a line of a block comment the indentation of the
// comment, or the stars that some people begin each line with.
func withoutGutter(line string, indent int) string {
	trimmed := strings.TrimLeft(line, " \t")
	if strings.HasPrefix(trimmed, "*") {
		return trimmed[1:]
	}
	return line[min(indent, len(line)-len(trimmed)):]
}

// missOf judges one line, without the comment marker.
func missOf(line string, pos token.Position, width int, block bool) (diag.Diagnostic, bool) {
	text := strings.TrimLeft(line, " ")
	indent := len(line) - len(text)
	if indent > 3 {
		return diag.Diagnostic{}, false
	}
	m := miss{text: text, tight: indent == 0 && !block}
	if !m.read() || m.isProse() {
		return diag.Diagnostic{}, false
	}
	name := strings.ToLower(m.name)
	return problem(name, pos, max(width, 1), m.reason(block)+": write "+m.rightForm()), true
}

// A miss is the text of a comment that may be a near miss.
type miss struct {
	text  string
	tight bool // the text touches the slashes

	marker string // "+", "@" or "go:" before the tool
	tool   string // "bunsui" as written
	colon  string // what stands between tool and name
	name   string
	rest   string // what follows the name
	parsed Annotation
}

// read takes the text apart and tells whether it has the form of a directive.
func (m *miss) read() bool {
	text := m.text
	for _, marker := range []string{"+", "@", "go:"} {
		if strings.HasPrefix(text, marker) {
			m.marker, text = marker, text[len(marker):]
			break
		}
	}
	end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	if end <= 0 {
		return false
	}
	m.tool, text = text[:end], text[end:]
	name := strings.TrimLeftFunc(text, func(r rune) bool { return plain(r) == ':' || unicode.IsSpace(r) })
	m.colon = text[:len(text)-len(name)]
	end = strings.IndexFunc(name, func(r rune) bool { return !isNameRune(r) })
	if end < 0 {
		end = len(name)
	}
	m.name, m.rest = name[:end], name[end:]
	if m.name == "" || m.colon == "" || !unicode.IsLetter(rune(m.name[0])) || !m.isTool() {
		return false
	}
	if r, _ := utf8First(m.rest); m.rest != "" && !unicode.IsSpace(r) && r != '(' {
		return false
	}
	args := strings.TrimSpace(m.rest)
	if strings.HasPrefix(args, "(") {
		args = strings.TrimSuffix(args[1:], ")")
	}
	m.parsed, _ = Parse(token.Position{Column: 1}, prefix+strings.ToLower(m.name)+" "+args)
	return true
}

func utf8First(s string) (rune, bool) {
	for _, r := range s {
		return r, true
	}
	return 0, false
}

// isTool tells whether the word before the colon is bunsui, or one letter off
// in what is otherwise exactly a directive.
func (m *miss) isTool() bool {
	if strings.EqualFold(m.tool, "bunsui") {
		return true
	}
	return m.tight && m.colon == ":" && suggest.Distance(strings.ToLower(m.tool), "bunsui") == 1
}

// isProse tells whether the text reads like a sentence.
func (m *miss) isProse() bool {
	flags, values := 0, 0
	for i, arg := range m.parsed.Args {
		if i == 0 && arg.Flag && strings.EqualFold(m.name, "defaults") {
			continue // whose they are
		}
		if !arg.Flag {
			values++
			continue
		}
		flags++
		if strings.TrimRight(arg.Key, ".!?…") != arg.Key {
			return !m.tight || m.loose()
		}
	}
	switch {
	case !m.loose():
		return flags > 1 && !m.tight
	case m.name != strings.ToLower(m.name):
		return true
	case strings.TrimSpace(m.colon) == "" && !m.tight:
		return flags > 0 || values == 0
	default:
		return flags > 0
	}
}

// loose tells that no colon joins the tool and the name.
func (m *miss) loose() bool { return strings.ContainsFunc(m.colon, unicode.IsSpace) }

// reason says what is wrong first of all.
func (m *miss) reason(block bool) string {
	switch {
	case block:
		return "a directive is a line comment"
	case !m.tight:
		return "a directive has no blank after the slashes"
	case m.marker != "":
		return "a directive begins with " + prefix + ", not with //" + m.marker + m.tool
	case !strings.EqualFold(m.tool, "bunsui"):
		return "unknown directive " + quote(m.tool+":"+m.name)
	case m.tool != "bunsui":
		return "a directive is lower case"
	case m.colon != ":" && strings.TrimSpace(m.colon) == "":
		return "a colon stands between bunsui and the directive's name"
	default:
		return "the colon of a directive is a plain one without blanks"
	}
}

// rightForm returns the directive as it should be, as far as it was understood.
func (m *miss) rightForm() string {
	return m.parsed.String()
}
