package change

import (
	"go/types"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A hole is a value in a tag or a pattern.
type hole struct {
	path path
	// how makes it the text that it has in a key.
	how spelling
	typ types.Type
	at  place
}

// A spelling is how a value comes into a text, which is how keys have it: floats
// and times by their key, all others as they are.
type spelling int

const (
	asItIs spelling = iota
	asFloat
	asTime
)

// tag checks tag="org:{u.Org}".
func (c *checker) tag(t annotations.Template) *change {
	made := &change{}
	spelled, ok := c.text(t, made)
	if !ok {
		return nil
	}
	made.text = spelled
	return made
}

// pattern checks pattern="user:{u.ID}:*".
func (c *checker) pattern(t annotations.Template) *change {
	for i, part := range t.Parts {
		star := strings.IndexByte(part.Literal, '*')
		if star >= 0 && (i < len(t.Parts)-1 || star < len(part.Literal)-1) {
			c.report(place{part.Pos, part.Width}, nil, "only one * is allowed, at the end of the pattern")
			return nil
		}
	}
	made := &change{}
	spelled, ok := c.text(t, made)
	if !ok {
		return nil
	}
	spelled.pattern = true
	last := len(spelled.literals) - 1
	spelled.literals[last], spelled.star = strings.CutSuffix(spelled.literals[last], "*")
	if !c.matchesSomething(t, spelled) {
		return nil
	}
	made.text = spelled
	return made
}

// text resolves the values of a template.
func (c *checker) text(t annotations.Template, made *change) (*text, bool) {
	spelled, ok := &text{literals: []string{""}}, true
	for _, part := range t.Parts {
		at := place{part.Pos, part.Width}
		last := &spelled.literals[len(spelled.literals)-1]
		if len(part.Path) == 0 {
			*last += part.Literal
			if strings.ContainsAny(part.Literal, "{}") {
				c.report(at, nil, "a tag or pattern has no braces but those around a value, because they mean something to stores")
				ok = false
			}
			continue
		}
		if len(spelled.holes) > 0 && !separates(*last) {
			c.report(at, nil, "where {%s} begins cannot be told from what stands before it: put a character between them that is no letter or digit, such as a colon, as keys have it",
				strings.Join(part.Path, "."))
			ok = false
		}
		found, typ, good := c.resolve(part.Path, at, made)
		if good {
			good = c.canSpell(found, typ, at)
		}
		ok = ok && good
		spelled.holes = append(spelled.holes, hole{path: found, how: spellingOf(typ), typ: typ, at: at})
		spelled.literals = append(spelled.literals, "")
	}
	return spelled, ok
}

// separates tells whether cache.KeyText escapes some character of a literal
// wherever it stands in a value.
func separates(literal string) bool {
	return strings.ContainsFunc(literal, func(r rune) bool { return !isWord(r) })
}

// canSpell reports a value that has no text.
func (c *checker) canSpell(at path, t types.Type, where place) bool {
	if model.IsNamed(t, "time", "Time") {
		return true
	}
	const spelled = types.IsInteger | types.IsFloat | types.IsBoolean | types.IsString
	if basic, ok := t.Underlying().(*types.Basic); ok && basic.Info()&spelled != 0 {
		return true
	}
	c.report(where, nil, "{%s} is %s, which has no text: a tag or pattern holds numbers, texts, bools and times", at.text(), c.typeString(t))
	return false
}

func spellingOf(t types.Type) spelling {
	if t == nil {
		return asItIs
	}
	if model.IsNamed(t, "time", "Time") {
		return asTime
	}
	if basic, ok := t.Underlying().(*types.Basic); ok && basic.Info()&types.IsFloat != 0 {
		return asFloat
	}
	return asItIs
}
