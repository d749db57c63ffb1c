package cached

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A tag is a text that a key has, as literals and holes in turn.
type tag []tagPart

// A tagPart is a literal, or where in the key a value stands.
type tagPart struct {
	literal string
	// part is the index of the key's part, or -1 for a literal; fields lead on from
	// there.
	part   int
	fields []string
}

// planTags resolves the holes of tags= in the key.
func planTags(p *decorator.Pass, o *Options, k key) []tag {
	var tags []tag
	if len(o.Tags) > 0 {
		checkPredeclared(p, "to spell tags", "string")
	}
	for _, template := range o.Tags {
		var made tag
		literal := ":" // what parts two holes
		for _, part := range template.Parts {
			if len(part.Path) == 0 {
				checkTagLiteral(p, part)
				made = append(made, tagPart{literal: part.Literal, part: -1})
				literal = part.Literal
				continue
			}
			if !parts(literal) {
				p.ReportAt(part.Pos, part.Width, nil,
					"where {%s} begins cannot be told from what stands before it: put a character between them that is no letter or digit, such as a colon",
					strings.Join(part.Path, "."))
			}
			literal = ""
			if found, ok := findTagPart(p, o, k, part); ok {
				made = append(made, found)
			}
		}
		tags = append(tags, made)
	}
	return tags
}

func checkTagLiteral(p *decorator.Pass, part annotations.Part) {
	if strings.ContainsAny(part.Literal, "{}") {
		p.ReportAt(part.Pos, part.Width, nil, "a tag has no braces but those around a parameter, because they mean something to stores")
	}
}

// findTagPart finds what a hole names in the key.
func findTagPart(p *decorator.Pass, o *Options, k key, hole annotations.Part) (tagPart, bool) {
	text := strings.Join(hole.Path, ".")
	report := func(notes []string, format string, args ...any) (tagPart, bool) {
		p.ReportAt(hole.Pos, hole.Width, notes, format, args...)
		return tagPart{}, false
	}
	at, t, ok := resolveTag(p, hole)
	if !ok {
		return tagPart{}, false
	}
	if slices.ContainsFunc(o.Hash, func(param annotations.Param) bool { return param.Name == hole.Path[0] }) {
		return report(nil, "{%s} would stand in the store as a part of the tag, and hash= keeps it out: leave it out of one of them", text)
	}
	if why := untaggable(t); why != "" {
		return report(nil, "{%s} cannot be part of a tag: %s %s", text, p.TypeString(t), why)
	}
	for i, part := range k.parts {
		if part.path != nil && part.path.param == at.param && hasPrefix(at.fields, part.path.fields) {
			return tagPart{part: i, fields: at.fields[len(part.path.fields):]}, true
		}
	}
	return report(tagAdvice(p, o, text), "{%s} is not part of the key, from which alone a tag is made: make it one, or leave it out", text)
}

// tagAdvice tells how a parameter could become a part of the key.
func tagAdvice(p *decorator.Pass, o *Options, text string) []string {
	switch {
	case o.Key.Template != nil:
		return []string{fmt.Sprintf("such as key=%q", o.Key.Template.Text+":{"+text+"}")}
	case o.Key.Set:
		return []string{fmt.Sprintf("a function makes the key, so that nothing can be read from it: name the parameters, as in key=\"{%s}:…\"", text)}
	case slices.ContainsFunc(o.Skip, func(param annotations.Param) bool { return strings.HasPrefix(text+".", param.Name+".") }):
		return []string{"skip= leaves it out"}
	case p.Func.Recv != nil && strings.HasPrefix(text+".", p.Func.Recv.Name+"."):
		return []string{fmt.Sprintf("the receiver becomes a part of it with key=\"{%s}:…\"", text)}
	}
	return []string{fmt.Sprintf("such as key=\"{%s}:…\"", text)}
}

// resolveTag follows a path through fields, as the key does. Pointers on the way
// need no guard of their own: only what is a part of the key is taken.
func resolveTag(p *decorator.Pass, hole annotations.Part) (path, types.Type, bool) {
	var scratch key
	return scratch.resolve(p, hole, func(format string, args ...any) { p.ReportAt(hole.Pos, hole.Width, nil, format, args...) })
}

func hasPrefix(fields, prefix []string) bool {
	return len(prefix) <= len(fields) && slices.Equal(fields[:len(prefix)], prefix)
}

// untaggable tells why a tag cannot have a value of type t in it, whose text must
// be the same wherever the tag is spelled.
func untaggable(t types.Type) string {
	if param, ok := types.Unalias(t).(*types.TypeParam); ok {
		if onlyScalars(param.Constraint()) {
			return ""
		}
		return "may be more than a number, a text or a bool"
	}
	if model.IsNamed(t, "time", "Time") || isText(t) || isScalar(t) && !isComplex(t) {
		return ""
	}
	return "is neither a number, a text, a bool nor a time"
}

// tagsFunc spells the tags of a key:
//
//	func(key GetUserKey) []string { return []string{cache.KeyText("org:", key.Org)} }
func (e *emitter) tagsFunc(w *emit.Func, key string) jen.Code {
	used := false
	texts := make([]jen.Code, len(e.tags))
	for i, tag := range e.tags {
		spelled := text{}
		for _, p := range tag {
			if p.part < 0 {
				spelled.literal += p.literal
				continue
			}
			value := e.keyField(key, e.key.parts[p.part])
			for _, field := range p.fields {
				value.Dot(field)
			}
			spelled.value(value)
		}
		used = used || spelled.valued
		texts[i] = w.Runtime("cache", "KeyText").Call(spelled.parts()...)
	}
	if !used {
		key = "_"
	}
	list := jen.Index().Add(w.Ident("string"))
	return jen.Func().Params(jen.Id(key).Add(e.keyTypeOf(w))).Add(list.Clone()).Block(jen.Return(list.Clone().Values(texts...)))
}
