package change

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/model"
)

// matchesSomething tells whether a pattern can match the key of some wrapper, as
// far as the wrappers of this run tell, and reports it if not.
func (c *checker) matchesSomething(t annotations.Template, spelled *text) bool {
	at := place{t.Pos, len(t.Text)}
	if arg, ok := c.pass.Arg("pattern"); ok {
		at = place{arg.ValuePos, len(arg.Raw)}
	}
	some, escaped := false, ""
	for _, w := range c.pass.Facts.All() {
		if w.Cached == nil {
			continue
		}
		for _, begin := range keyBegins(w) {
			if !canMatch(spelled, begin) {
				continue
			}
			some = true
			// A key that begins with a value matches by chance only.
			why := c.otherEscapes(spelled, w)
			if begin.literal != "" && why == "" {
				return true
			}
			if begin.literal != "" && escaped == "" {
				escaped = why
			}
		}
	}
	switch {
	case escaped != "":
		c.report(at, nil, "%s", escaped)
		return false
	case some || !c.pass.Facts.Whole: // a run of some packages cannot know the keys of the others
		return true
	}
	c.report(at, []string{"a key without a template is the function's name, a colon and the key: \"import/path.func:*\""},
		"the pattern %s matches no key of this module%s", t.Text, didYouMean(t.Text, templates(c.pass.Facts.All())))
	return false
}

func templates(all []*model.Wrapper) []string {
	var texts []string
	for _, w := range all {
		if w.Cached != nil && w.Cached.Template != nil {
			texts = append(texts, w.Cached.Template.Text)
		}
	}
	return sorted(texts)
}

// A beginning is what all keys of a wrapper begin with. open tells that more
// follows.
type beginning struct {
	literal string
	open    bool
}

// keyBegins returns what the keys of a wrapper begin with: as they are, and with
// the function's name before them.
func keyBegins(w *model.Wrapper) []beginning {
	id := w.Cached.ID + ":"
	switch {
	case len(w.Func.AllTypeParams()) > 0:
		id = w.Cached.ID + "["
	case w.Cached.Template == nil && !w.Cached.Shared:
		return []beginning{{id, true}}
	}
	begin := beginning{}
	if w.Cached.Template == nil {
		begin.open = true
	} else {
		begin = templateBegin(w)
	}
	return []beginning{begin, {id + begin.literal, begin.open}}
}

func templateBegin(w *model.Wrapper) beginning {
	begin := beginning{open: w.Cached.Vary}
	for _, part := range w.Cached.Template.Parts {
		if len(part.Path) > 0 {
			return beginning{begin.literal, true}
		}
		begin.literal += part.Literal
	}
	return begin
}

// canMatch compares what a pattern and a key begin with.
func canMatch(spelled *text, begin beginning) bool {
	own := spelled.literals[0]
	more := spelled.star || len(spelled.holes) > 0
	switch {
	case len(own) < len(begin.literal):
		return more && strings.HasPrefix(begin.literal, own)
	case len(own) > len(begin.literal):
		return begin.open && strings.HasPrefix(own, begin.literal)
	default:
		return own == begin.literal
	}
}

// otherEscapes says why a text in the pattern would be spelled otherwise than in
// the key, or nothing: there, every character that the key's template has is
// escaped in values.
func (c *checker) otherEscapes(spelled *text, w *model.Wrapper) string {
	if w.Cached.Template == nil {
		return ""
	}
	escaped, keys := strings.Join(spelled.literals, "")+"{}", keyLiterals(w)
	for _, h := range spelled.holes {
		if basic, ok := h.typ.Underlying().(*types.Basic); ok && basic.Info()&(types.IsUnsigned|types.IsBoolean) != 0 {
			continue
		}
		for _, r := range keys {
			if !isWord(r) && !strings.ContainsRune(escaped, r) {
				return fmt.Sprintf("{%s} would be spelled otherwise than in the keys of %s, where %q is escaped, as it stands in key=%q: go as far as that in the pattern, or name the wrapper",
					h.path.text(), w.Symbol, r, w.Cached.Template.Text)
			}
		}
	}
	return ""
}

// keyLiterals returns all that is literal in a key, with the colons that part its
// values where the template says nothing.
func keyLiterals(w *model.Wrapper) string {
	literals, before := "", ":"
	for _, part := range w.Cached.Template.Parts {
		if len(part.Path) == 0 {
			literals += part.Literal
			before += part.Literal
			continue
		}
		if !separates(before) {
			literals += ":"
		}
		before = ""
	}
	if w.Cached.Vary || w.Cached.Receiver {
		literals += ":"
	}
	return literals
}

func isWord(r rune) bool {
	return r >= 0x80 || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}
