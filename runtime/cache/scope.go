package cache

import (
	"strings"
)

// Scope returns a part of the manager for caches that must not be taken for others of
// the same name: those of two instances of a decorated interface, over two databases.
// A cache that is made with it is called NAME@name, in figures, in settings and in the
// store, so that two scopes share neither entries nor results. All calls with one name
// return the same scope. A scope of a scope is called "outer/inner".
//
// Caches, Stats, Configure, Switch, Entry and InvalidateMatching of a scope concern its
// caches alone, and take names with or without the scope in them; what the manager is
// told of a function concerns all scopes. Close ends the scope's caches alone, after
// which the scope may be used anew. Store, tags, the bound of bytes and everything else
// are those of the whole manager.
//
// It panics if name is empty or has blanks or one of @ : * [ ] % in it.
func (m *Manager) Scope(name string) *Manager {
	if name == "" || strings.ContainsAny(name, "@:*[]% \t\n") || strings.HasPrefix(name, "/") || strings.HasSuffix(name, "/") {
		panic("cache: " + name + " cannot be the name of a scope: it must not be empty, nor have blanks or one of @ : * [ ] % in it")
	}
	if m.scope != "" {
		name = m.scope + "/" + name
	}
	return &Manager{root: m.root, scope: name}
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
