package adopt

import (
	"bytes"
	"errors"
	"go/ast"
	"regexp"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
)

// An edit replaces the bytes from start to end.
type edit struct {
	start, end int
	text       string
}

// apply returns content with edits, which must not overlap, carried out.
func apply(content []byte, edits []edit) []byte {
	edits = slices.Clone(edits)
	slices.SortFunc(edits, func(a, b edit) int { return a.start - b.start })
	var out bytes.Buffer
	done := 0
	for _, e := range edits {
		out.Write(content[done:e.start])
		out.WriteString(e.text)
		done = e.end
	}
	out.Write(content[done:])
	return out.Bytes()
}

// originalLine tells which line of content became the given line of
// apply(content, edits). A line that was inserted counts as the one below it.
func originalLine(content []byte, edits []edit, line int) int {
	edits = slices.Clone(edits)
	slices.SortFunc(edits, func(a, b edit) int { return a.start - b.start })
	shift := 0
	for _, e := range edits {
		first := 1 + bytes.Count(content[:e.start], []byte("\n"))
		added := strings.Count(e.text, "\n")
		removed := bytes.Count(content[e.start:e.end], []byte("\n"))
		if line < first+shift {
			break
		}
		if line < first+shift+added {
			return first
		}
		shift += added - removed
	}
	return line - shift
}

var errNotOnItsOwnLine = errors.New("something else stands on the line before it: put it on a line of its own")

// adopting returns the edits that rename function to name and write directives
// above it.
func adopting(f *file, function *ast.FuncDecl, name string, directives []string) ([]edit, error) {
	at, comments, err := directivesEnd(f, function)
	if err != nil {
		return nil, err
	}
	newline := newlineBefore(f.content, at)
	var text strings.Builder
	if len(comments) > 0 && isProse(comments[len(comments)-1].Text) {
		text.WriteString("//" + newline)
	}
	for _, d := range directives {
		text.WriteString(d + newline)
	}
	return []edit{{at, at, text.String()}, renaming(f, function, name)}, nil
}

// ejecting returns the edits that take back adopting.
func ejecting(f *file, function *ast.FuncDecl, name string) []edit {
	edits := []edit{renaming(f, function, name)}
	first, last := -1, -1
	for i, comment := range function.Doc.List {
		if !annotations.IsDirective(comment.Text) {
			continue
		}
		start := f.offset(comment.Pos())
		edits = append(edits, edit{lineStart(f.content, start), lineEnd(f.content, start), ""})
		if first < 0 {
			first = i
		}
		last = i
	}
	if removed, ok := separator(f, function, first, last); ok {
		edits = append(edits, removed)
	}
	return edits
}

// separator finds the // line that adopting puts between prose and directives.
// first and last are the directives' places in the doc comment. It stays if
// something below the directives needs it.
func separator(f *file, function *ast.FuncDecl, first, last int) (edit, bool) {
	at, _, err := directivesEnd(f, function)
	if err != nil || first < 1 || lineEnd(f.content, f.offset(function.Doc.List[last].Pos())) != at {
		return edit{}, false
	}
	for _, comment := range function.Doc.List[first : last+1] {
		if !annotations.IsDirective(comment.Text) {
			return edit{}, false
		}
	}
	before := f.offset(function.Doc.List[first-1].Pos())
	start, end := lineStart(f.content, before), lineEnd(f.content, before)
	line := bytes.TrimRight(f.content[start:end], "\r\n")
	return edit{start, end, ""}, string(line) == "//"
}

func renaming(f *file, function *ast.FuncDecl, name string) edit {
	start := f.offset(function.Name.Pos())
	return edit{start, start + len(function.Name.Name), name}
}

// directivesEnd returns the offset at which directives of function end, which is
// the start of its line, and the comments of its doc comment. A comment on the
// function's own line is in no doc comment, and would keep directives above it
// from being in one.
func directivesEnd(f *file, function *ast.FuncDecl) (int, []*ast.Comment, error) {
	start := f.offset(function.Type.Func)
	at := lineStart(f.content, start)
	if at == 0 || len(bytes.TrimSpace(f.content[at:start])) > 0 {
		return 0, nil, errNotOnItsOwnLine
	}
	if function.Doc == nil {
		return at, nil, nil
	}
	return at, function.Doc.List, nil
}

func lineStart(content []byte, offset int) int {
	return bytes.LastIndexByte(content[:offset], '\n') + 1
}

// lineEnd returns the offset behind the newline of the line that offset is on.
func lineEnd(content []byte, offset int) int {
	if i := bytes.IndexByte(content[offset:], '\n'); i >= 0 {
		return offset + i + 1
	}
	return len(content)
}

func newlineBefore(content []byte, offset int) string {
	if bytes.HasSuffix(content[:offset], []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// toolComment matches comments that tools read, and that gofmt keeps apart from
// the text of a doc comment.
var toolComment = regexp.MustCompile(`^//(line |extern |export |nolint\b|[a-z0-9]+:[a-z0-9])`)

// isProse tells whether a comment is a line of text, after which gofmt wants an
// empty line before directives.
func isProse(comment string) bool {
	return strings.HasPrefix(comment, "//") && !toolComment.MatchString(comment)
}
