package cache

import (
	"context"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// InvalidateMatching removes the entries of all caches of the default manager,
// or of the one that ctx selects, whose keys, as text, match pattern. It
// returns how many entries there were. Loads of such keys that are under way go
// on for those who wait for them, and their results are not kept.
//
// A pattern is a literal text, or a literal prefix followed by one *. The text
// of a key is what Options.KeyText makes of it, with or without the name of the cache
// and a colon before it, or else the name of the cache, a colon and the key if that is
// a string, a number or a bool. Other keys have no
// text of their own: they match only as a part of the whole cache, as by
// "example.com/store.getUser:*".
//
// Generated code gives the text of a key template: with key="user:{id}:{lang}",
// the pattern "user:7:*" removes all languages of user 7. In values, what could
// be taken for a part of the template stands escaped: see KeyText.
func InvalidateMatching(ctx context.Context, pattern string) (int, error) {
	return Default().InvalidateMatching(ctx, pattern)
}

// pattern is a parsed pattern.
type pattern struct {
	text   string
	prefix bool
}

func parsePattern(text string) (pattern, error) {
	head, prefix := strings.CutSuffix(text, "*")
	if strings.Contains(head, "*") {
		return pattern{}, fmt.Errorf("cache: pattern %q: only one * is allowed, at the end", text)
	}
	if text == "" {
		return pattern{}, fmt.Errorf("cache: the pattern is empty: %q matches everything", "*")
	}
	return pattern{text: head, prefix: prefix}, nil
}

// matches reports whether a key of the cache called name matches. text is the
// key's own, if it has one.
func (p pattern) matches(name, text string, own bool) bool {
	if p.matchesAs(name, text, own) {
		return true
	}
	// What is said of a function is said of it in all scopes.
	function, scope := unscoped(name)
	if rest, ok := strings.CutPrefix(text, name+":"); ok {
		text = function + ":" + rest
	}
	return scope != "" && p.matchesAs(function, text, own)
}

func (p pattern) matchesAs(name, text string, own bool) bool {
	if !own {
		return p.prefix && strings.HasPrefix(name+":", p.text)
	}
	return p.fits(text) || p.begins(name) && p.fits(name+":"+text)
}

func (p pattern) fits(text string) bool {
	return text == p.text || p.prefix && strings.HasPrefix(text, p.text)
}

// begins tells whether the pattern begins as texts with the name of a cache do.
func (p pattern) begins(name string) bool {
	rest, ok := strings.CutPrefix(p.text, name)
	return ok && strings.HasPrefix(rest, ":") || p.prefix && strings.HasPrefix(name+":", p.text)
}

// ownText returns the text of a key of the cache called name, and false if it has
// none of its own.
func ownText(name string, key any) (string, bool) {
	text, ok := scalarText(key)
	return name + ":" + text, ok
}

// scalarText spells a string, a number or a bool.
func scalarText(key any) (string, bool) {
	if f, ok := key.(Float); ok {
		return f.String(), true
	}
	v := reflect.ValueOf(key)
	switch {
	case !v.IsValid():
		return "", false
	case v.Kind() == reflect.String:
		return v.String(), true
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool()), true
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10), true
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10), true
	case v.CanFloat():
		return FloatKey(v.Float()).String(), true
	default:
		return "", false
	}
}
