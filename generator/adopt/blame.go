package adopt

import (
	"bytes"
	"context"
	"go/ast"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/bunsui/bunsui-go/generator/diag"
)

// drop finds out which candidates an outcome's errors are about. It refuses them,
// or gives them a name that collides less, and returns the candidates to try
// next; nil if the errors are about something else.
func (s *session) drop(ctx context.Context, o *outcome, candidates []*candidate) ([]*candidate, error) {
	guilty := make(map[*candidate]diag.Diagnostic)
	if len(o.problems) > 0 {
		for _, d := range o.problems {
			c := o.owner(d, candidates)
			if c == nil {
				return nil, nil
			}
			if _, known := guilty[c]; !known {
				guilty[c] = d
			}
		}
		return s.without(candidates, guilty), nil
	}
	if s.verb == "eject" && !s.request.KeepGoing {
		s.refusePlaces(o)
		return nil, nil
	}
	found, err := s.search(ctx, o, candidates)
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		guilty[c] = o.firstError(c)
	}
	return s.without(candidates, guilty), nil
}

// without returns the candidates that are not guilty, and those that are once
// more if another name, theirs or another candidate's, may help.
func (s *session) without(candidates []*candidate, guilty map[*candidate]diag.Diagnostic) []*candidate {
	rest := []*candidate{}
	renamed := make(map[*candidate]bool)
	for _, c := range candidates {
		d, is := guilty[c]
		other := c
		if is {
			other = inTheWay(d, c, candidates)
		}
		switch {
		case renamed[c]:
			rest = append(rest, c)
		case is && (renamed[other] || s.verb == "adopt" && !other.long && aboutName(d)):
			if !renamed[other] {
				s.name(other, true)
				renamed[other] = true
			}
			rest = append(rest, c)
		case is:
			s.refuseAt(c.fn, c.fn.pos(), len(c.fn.decl.Name.Name), d.Message, c.notes(d)...)
		default:
			rest = append(rest, c)
		}
	}
	return rest
}

// inTheWay returns the candidate whose new name is the one that is taken, or else
// c itself.
func inTheWay(d diag.Diagnostic, c *candidate, candidates []*candidate) *candidate {
	words := strings.FieldsFunc(d.Message, func(r rune) bool { return r == ' ' || r == ',' || r == '.' })
	for _, other := range candidates {
		if other.fn.file.unit == c.fn.file.unit && !other.long && slices.Contains(words, other.to) && other != c {
			return other
		}
	}
	return c
}

// aboutName tells whether an error is that a name is taken, in the words of the
// generator or in those of the type checker.
func aboutName(d diag.Diagnostic) bool {
	for _, words := range []string{"would be called", "redeclared", "already declared"} {
		if strings.Contains(d.Message, words) {
			return true
		}
	}
	return false
}

// notes says where an error would be, unless that is in c itself.
func (c *candidate) notes(d diag.Diagnostic) []string {
	if d.Pos.Filename == c.fn.file.path {
		return d.Notes
	}
	return append([]string{"at " + filepath.Base(d.Pos.Filename) + ":" + strconv.Itoa(d.Pos.Line) + " after the change"}, d.Notes...)
}

// owner returns the candidate whose declaration or directives an error is in, or
// nil.
func (o *outcome) owner(d diag.Diagnostic, candidates []*candidate) *candidate {
	for _, c := range candidates {
		f := c.fn.file
		if f.path != d.Pos.Filename {
			continue
		}
		line := originalLine(f.content, o.files[f], d.Pos.Line)
		if c.firstLine() <= line && line <= f.position(c.fn.decl.End()).Line {
			return c
		}
	}
	return nil
}

// firstLine returns the line at which c's edits begin.
func (c *candidate) firstLine() int {
	first := slices.MinFunc(c.edits, func(a, b edit) int { return a.start - b.start })
	return 1 + bytes.Count(c.fn.file.content[:first.start], []byte("\n"))
}

// search finds the candidates without which there are no type errors: by the
// places of the errors in generated code, or else by trying.
func (s *session) search(ctx context.Context, o *outcome, candidates []*candidate) ([]*candidate, error) {
	var suspects []*candidate
	for _, d := range o.typeErrors {
		for _, c := range candidates {
			if !slices.Contains(suspects, c) && o.wraps(d, c) {
				suspects = append(suspects, c)
			}
		}
	}
	if len(suspects) > 0 {
		return suspects, nil
	}
	dirs := make(map[string]bool)
	for _, d := range o.typeErrors {
		dirs[filepath.Dir(d.Pos.Filename)] = true
	}
	for _, c := range candidates {
		if dirs[c.fn.file.unit.folder.Dir] {
			suspects = append(suspects, c)
		}
	}
	if len(suspects) == 0 {
		suspects = candidates
	}
	return s.bisect(ctx, suspects)
}

// bisect tries halves of the suspects until the guilty ones stand alone.
func (s *session) bisect(ctx context.Context, suspects []*candidate) ([]*candidate, error) {
	if len(suspects) == 1 {
		return suspects, nil
	}
	var guilty []*candidate
	middle := len(suspects) / 2
	for _, half := range [][]*candidate{suspects[:middle], suspects[middle:]} {
		o, err := s.try(ctx, half)
		if err != nil {
			return nil, err
		}
		if o.clean() {
			continue
		}
		found, err := s.bisect(ctx, half)
		if err != nil {
			return nil, err
		}
		guilty = append(guilty, found...)
	}
	if len(guilty) == 0 { // they are so only together
		return suspects[middle:], nil
	}
	return guilty, nil
}

// wraps tells whether a type error is in what was generated for c alone.
func (o *outcome) wraps(d diag.Diagnostic, c *candidate) bool {
	for _, out := range o.result.Outputs {
		if out.Path != d.Pos.Filename || out.Source != c.fn.file.path {
			continue
		}
		generated := &file{path: out.Path}
		generated.parse(out.Content)
		for _, decl := range generated.syntax.Decls {
			if generated.position(decl.Pos()).Line <= d.Pos.Line && d.Pos.Line <= generated.position(decl.End()).Line {
				return isFor(decl, c)
			}
		}
	}
	return false
}

// isFor tells whether a generated declaration is for c.
func isFor(decl ast.Decl, c *candidate) bool {
	if function, ok := decl.(*ast.FuncDecl); ok && symbolOf(function) == c.fn.symbol {
		return true
	}
	found := false
	ast.Inspect(decl, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && (id.Name == c.to || strings.HasPrefix(id.Name, c.fn.decl.Name.Name))
		return !found
	})
	return found
}

// firstError returns the type error that is most likely about c.
func (o *outcome) firstError(c *candidate) diag.Diagnostic {
	for _, d := range o.typeErrors {
		if o.wraps(d, c) {
			return d
		}
	}
	for _, d := range o.typeErrors {
		if strings.Contains(d.Message, c.to) || strings.Contains(d.Message, c.fn.decl.Name.Name) {
			return d
		}
	}
	for _, d := range o.typeErrors {
		if filepath.Dir(d.Pos.Filename) == c.fn.file.unit.folder.Dir {
			return d
		}
	}
	return o.typeErrors[0]
}

// refusePlaces refuses with every place that would no longer compile, as it is
// now.
func (s *session) refusePlaces(o *outcome) {
	for _, d := range o.typeErrors {
		for f, edits := range o.files {
			if f.path == d.Pos.Filename {
				d.Pos.Line = originalLine(f.content, edits, d.Pos.Line)
			}
		}
		d.Message = "cannot eject: without the wrapper this does not compile: " + d.Message
		s.refused.Add(d)
	}
}
