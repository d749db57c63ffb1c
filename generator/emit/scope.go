package emit

import (
	"go/token"
	"go/types"
	"maps"
	"strconv"
)

// A nameSet is a set of identifiers that are in use.
type nameSet map[string]bool

// pick returns want, or want with the lowest number from 2 on that is free, and
// takes it.
func (s nameSet) pick(want string) string {
	name := want
	for n := 2; s[name]; n++ {
		name = want + strconv.Itoa(n)
	}
	s[name] = true
	return name
}

func (s nameSet) add(names ...string) {
	for _, name := range names {
		s[name] = true
	}
}

func (s nameSet) union(other nameSet) nameSet {
	all := maps.Clone(s)
	maps.Copy(all, other)
	return all
}

// reserved tells whether name is a keyword or predeclared, so that nothing of
// ours may have it.
func reserved(name string) bool {
	return token.IsKeyword(name) || types.Universe.Lookup(name) != nil || name == "init"
}
