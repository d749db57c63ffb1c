package cache

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Scope returns a part of the manager for caches that must not be taken for others of
// the same name: those of two instances of a decorated interface, over two databases.
// A cache that is made with it is called NAME@name, in figures, in settings and in the
// store, so that two scopes share neither entries nor results. What two calls with one name
// return is one scope, though not one pointer. A scope of a scope is called
// "outer/inner".
//
// Caches, Stats, Configure, Switch, Entry and InvalidateMatching of a scope concern its
// caches alone, and take names with or without the scope in them; what the manager is
// told of a function concerns all scopes. Close ends the scope's caches alone, after
// which the scope may be used anew. Store, tags, the bound of bytes and everything else
// are those of the whole manager.
//
// It panics if name, or a part of it between slashes, is empty, and if it has blanks, what
// cannot be printed, or one of @ : * [ ] % # = in it.
func (m *Manager) Scope(name string) *Manager {
	if reason := noScope(name); reason != "" {
		panic(fmt.Sprintf("cache: %q cannot be the name of a scope: %s", name, reason))
	}
	if m.scope != "" {
		name = m.scope + "/" + name
	}
	return &Manager{root: m.root, scope: name}
}

// noScope says why a name cannot be that of a scope, nothing if it can.
func noScope(name string) string {
	switch {
	case name == "":
		return "it is empty"
	case strings.Contains("/"+name+"/", "//"):
		return "a part of it, before or after a /, is empty"
	case strings.ContainsAny(name, "@:*[]%#="):
		return "it must have none of @ : * [ ] % # = in it"
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) }):
		return "it must have no blanks in it, nor what cannot be printed"
	}
	return ""
}

// qualify is the name of a cache in the manager, which may be nil for the default one.
func (m *Manager) qualify(name string) string {
	if m == nil || m.scope == "" || name == "" {
		return name
	}
	if _, scope := unscoped(name); scope != "" && within(scope, m.scope) {
		return name
	}
	return name + "@" + m.scope
}

// covers reports whether a name is one of the manager's, which for a scope are those of
// it and of scopes in it.
func (m *Manager) covers(name string) bool {
	_, scope := unscoped(name)
	return m.scope == "" || within(scope, m.scope)
}

func within(scope, outer string) bool {
	rest, ok := strings.CutPrefix(scope, outer)
	return ok && (rest == "" || rest[0] == '/')
}
