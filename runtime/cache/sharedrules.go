package cache

import (
	"strings"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// rules returns what a pattern means to the store: keys are known there by their
// function and their text.
func (p pattern) rules(known []string) []store.Rule {
	all := []store.Rule{{Text: p.text, Prefix: p.prefix}}
	if name, text, ok := strings.Cut(p.text, ":"); ok {
		return append(all, store.Rule{Function: name, Text: text, Prefix: p.prefix})
	}
	for _, name := range known {
		if p.prefix && p.text != "" && strings.HasPrefix(name, p.text) {
			all = append(all, store.Rule{Function: name})
		}
	}
	return all
}

// scopedRules returns what a pattern means to the store for caches in scopes, by the
// names that they would have without it; and alone tells that texts mean them, too.
func (p pattern) scopedRules(known []string, alone bool) (all []store.Rule) {
	for _, name := range known {
		if alone {
			all = append(all, store.Rule{Function: name, Text: p.text, Prefix: p.prefix})
			all = append(all, p.rulesAs(name, name)...)
		}
		if function, scope := unscoped(name); scope != "" {
			all = append(all, p.rulesAs(name, function)...)
		}
	}
	return all
}

// rulesAs returns what a pattern means that begins as the keys of a cache would if it was
// called by an alias.
func (p pattern) rulesAs(name, alias string) []store.Rule {
	if text, ok := strings.CutPrefix(p.text, alias+":"); ok {
		return []store.Rule{{Function: name, Text: text, Prefix: p.prefix}}
	}
	if p.prefix && p.text != "" && strings.HasPrefix(alias, p.text) {
		return []store.Rule{{Function: name}}
	}
	return nil
}
