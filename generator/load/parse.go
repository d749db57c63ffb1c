package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"strconv"

	"github.com/bunsui/bunsui-go/generator/diag"
)

// parse reads and parses a file once. Its syntax errors are kept with it: whether
// they matter depends on the file.
func (l *loader) parse(s *source) error {
	if s.syntax != nil {
		return nil
	}
	if s.content == nil {
		content, err := l.read(s.path)
		if err != nil {
			return fmt.Errorf("reading a source file: %w", err)
		}
		s.content = content
	}
	if s.test && !s.mentions && !l.cfg.Bodies {
		// Only the names that the file declares matter.
		if syntax, err := parseFile(l.fset, s.path, withoutBodies(s.content)); err == nil {
			s.syntax = syntax
			return nil
		}
	}
	syntax, err := parseFile(l.fset, s.path, s.content)
	s.syntax, s.problems = syntax, syntaxErrors(s.path, s.content, err)
	return nil
}

// withoutBodies returns a copy of a source file in which function bodies are
// blanks, so that every place stays as it is and parsing takes a fraction of the
// time. It goes by how gofmt sets functions; a file that is set otherwise keeps
// its bodies, or no longer parses.
func withoutBodies(content []byte) []byte {
	blanked := bytes.Clone(content)
	inside := false
	for rest := blanked; len(rest) > 0; {
		line := rest
		if end := bytes.IndexByte(rest, '\n'); end >= 0 {
			line = rest[:end]
		}
		rest = rest[min(len(line)+1, len(rest)):]
		switch {
		case !inside:
			inside = beginsBody(line)
		case len(line) == 1 && line[0] == '}':
			inside = false
		default:
			for i := range line {
				line[i] = ' '
			}
		}
	}
	return blanked
}

// beginsBody tells whether line is a whole signature; the brace of a result that
// is a literal struct or interface type is no body.
func beginsBody(line []byte) bool {
	signature, open := bytes.CutSuffix(line, []byte(" {"))
	return open && bytes.HasPrefix(line, []byte("func ")) &&
		!bytes.HasSuffix(signature, []byte("struct")) && !bytes.HasSuffix(signature, []byte("interface"))
}

func parseFile(fset *token.FileSet, path string, content []byte) (*ast.File, error) {
	const mode = parser.ParseComments | parser.SkipObjectResolution | parser.AllErrors
	return parser.ParseFile(fset, path, content, mode)
}

// parseAll parses files side by side.
func (l *loader) parseAll(ctx context.Context, sources []*source) error {
	failures := make([]error, len(sources))
	inParallel(ctx, len(sources), func(i int) { failures[i] = l.parse(sources[i]) })
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return errors.Join(failures...)
}

// syntaxErrors turns the parser's error into diagnostics, one a line as the
// parser trips over the same thing more than once. Their places are made from
// offsets, since the parser's own follow //line comments.
func syntaxErrors(path string, content []byte, err error) diag.List {
	list, ok := err.(scanner.ErrorList)
	if !ok {
		return nil
	}
	list.RemoveMultiples()
	var problems diag.List
	for _, e := range list {
		problems.Add(diag.Diagnostic{
			Pos:     placeAt(path, content, e.Pos.Offset),
			Message: "syntax error: " + e.Msg,
		})
	}
	return problems
}

// placeAt returns the place of a byte of a file.
func placeAt(path string, content []byte, offset int) token.Position {
	before := content[:min(offset, len(content))]
	return token.Position{
		Filename: path,
		Offset:   offset,
		Line:     1 + bytes.Count(before, []byte("\n")),
		Column:   len(before) - bytes.LastIndexByte(before, '\n'),
	}
}

// importPath returns what an import declaration imports, or "" if it is no
// valid string.
func importPath(spec *ast.ImportSpec) string {
	path, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return ""
	}
	return path
}
