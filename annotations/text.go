package annotations

import (
	"slices"
	"strings"
	"unicode"
)

func decodeFlag(v *value) (any, bool) {
	name := v.option.Name
	switch {
	case v.text == "true" || v.text == "false":
		return v.text == "true", true
	case slices.Contains([]string{"yes", "on", "1", "t", "y"}, strings.ToLower(v.text)) || strings.EqualFold(v.text, "true"):
		v.failAll("%s is a flag and cannot be %q%s", name, v.text, didYouMean(name))
	case slices.Contains([]string{"no", "off", "0", "f", "n"}, strings.ToLower(v.text)) || strings.EqualFold(v.text, "false"):
		v.failAll("%s is a flag and cannot be %q%s", name, v.text, didYouMean(name+"=false"))
	default:
		v.failAll("%s is a flag and takes no value but true or false, not %s", name, quote(v.text))
	}
	return nil, false
}

// decodeToggle takes a flag, which may say true or false, or a name.
func decodeToggle(v *value) (any, bool) {
	if v.text == "true" || v.text == "false" {
		return Toggle{On: v.text == "true"}, true
	}
	if !checkName(v, 2) {
		return nil, false
	}
	return Toggle{On: true, Name: Name{Text: v.text, Pos: v.arg.At(v.base)}}, true
}

func decodeEnum(v *value) (any, bool) {
	if slices.Contains(v.option.Values, v.text) {
		return v.text, true
	}
	meant := didYouMean(Suggest(v.text, v.option.Values))
	if meant == "" {
		meant = ": write " + alternatives(v.option.Values)
	}
	v.failAll("%s cannot be %s%s", v.option.Name, quote(v.text), meant)
	return nil, false
}

func decodeText(v *value) (any, bool) {
	if v.text == "" {
		v.failAll("%s is empty", v.option.Name)
		return nil, false
	}
	return v.text, true
}

func decodeName(v *value) (any, bool) {
	if !checkName(v, 2) {
		return nil, false
	}
	return Name{Text: v.text, Pos: v.arg.At(v.base)}, true
}

func decodeParam(v *value) (any, bool) {
	if !checkName(v, 1) {
		return nil, false
	}
	return Param{Name: v.text, Pos: v.arg.At(v.base)}, true
}

func decodeKey(v *value) (any, bool) {
	if v.arg.Quote != 0 || strings.ContainsAny(v.text, "{}") {
		template, ok := decodeTemplate(v)
		if !ok {
			return nil, false
		}
		t := template.(Template)
		return Key{Template: &t, Set: true}, true
	}
	if !checkName(v, 2) {
		return nil, false
	}
	return Key{Name: Name{Text: v.text, Pos: v.arg.At(v.base)}, Set: true}, true
}

func decodeNames(v *value) (any, bool) { return decodeList[Name](v, decodeName) }

func decodeParams(v *value) (any, bool) { return decodeList[Param](v, decodeParam) }

func decodePaths(v *value) (any, bool) { return decodeList[Path](v, decodePath) }

func decodePath(v *value) (any, bool) {
	const deepest = 32 // fields; nobody selects more
	return Path{Idents: strings.Split(v.text, "."), Pos: v.arg.At(v.base)}, checkName(v, deepest)
}

func decodeTexts(v *value) (any, bool) { return decodeList[string](v, decodeText) }

func decodeTemplates(v *value) (any, bool) { return decodeList[Template](v, decodeTemplate) }

// decodeList decodes the elements between commas. Blanks around an element,
// possible in quotes, do not count.
func decodeList[E any](v *value, decode func(*value) (any, bool)) (any, bool) {
	var list []E
	if v.text == "" {
		v.failAll("%s is empty: it takes %s", v.option.Name, v.option.accepts())
		return nil, false
	}
	first := make(map[string]int)
	ok := true
	for start := 0; start <= len(v.text); {
		length := strings.IndexByte(v.text[start:], ',')
		if length < 0 {
			length = len(v.text) - start
		}
		element := v.element(start, start+length)
		if element.text == "" {
			element.fail(0, 1, "an element of %s is empty", v.option.Name)
			ok = false
		} else if at, twice := first[element.text]; twice {
			element.failAll("%s is listed twice, first in column %d", element.text, v.arg.At(v.base+at).Column)
			ok = false
		} else if decoded, good := decode(element); good {
			list = append(list, decoded.(E))
		} else {
			ok = false
		}
		if _, seen := first[element.text]; !seen {
			first[element.text] = element.base - v.base
		}
		start += length + 1
	}
	return list, ok
}

// element returns text[start:end] without surrounding blanks as a value of its
// own.
func (v *value) element(start, end int) *value {
	text := v.text[start:end]
	trimmed := strings.TrimLeftFunc(text, unicode.IsSpace)
	e := *v
	e.base += start + len(text) - len(trimmed)
	e.text = strings.TrimRightFunc(trimmed, unicode.IsSpace)
	return &e
}
