package generator

import (
	"slices"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// chainsOf calls yield with the chains of each annotated function of a package, in the
// order of the sources, and of one function the innermost first. yield sets where its
// problems go.
func chainsOf(pkg *model.Package, known map[string]decorator.Entry, yield func(*chain)) {
	claims := decorator.NewClaims(pkg)
	for _, file := range pkg.Files {
		for _, fn := range file.Funcs {
			var below *chain
			parts := segments(fn.Chain, known)
			for i, directives := range parts {
				c := &chain{fn: fn, directives: directives, below: below, claims: claims, known: known}
				if i+1 < len(parts) {
					above := known[parts[i+1][len(parts[i+1])-1].Name]
					c.hidden = above.Reshapes() && !above.NamesMade
				}
				yield(c)
				below = c
			}
		}
	}
}

// segments divides the directives of a function where the signature changes, and returns
// the innermost part first. Each part is a chain that has a wrapper: what stands beside
// the function is one of its own, and what makes another function of it is the innermost
// one of those that are for that.
func segments(directives []annotations.Annotation, known map[string]decorator.Entry) [][]annotations.Annotation {
	var parts [][]annotations.Annotation
	rest := directives
	for len(rest) > 0 {
		end := len(rest)
		if i := slices.IndexFunc(rest, func(a annotations.Annotation) bool { return known[a.Name].Makes() }); i >= 0 {
			end = i + 1
		}
		parts = append(parts, rest[:end:end])
		rest = rest[end:]
	}
	slices.Reverse(parts)
	return parts
}

// checkPlace refuses directives that change the signature where that makes no sense, and
// tells whether there is none.
func (c *chain) checkPlace() bool {
	last := len(c.steps) - 1
	s := c.steps[last]
	switch {
	case !s.entry.Makes():
		return true
	case c.fn.Implements():
		s.pass.Report(nil, "it makes a function of another signature, for which %s has no method: put it on the function behind the interface", c.fn.Home.Interface.Name)
	case s.entry.Beside && last > 0:
		s.pass.Report(nil, "it makes functions of another signature, which bunsui:%s cannot be for: write it above", c.steps[last-1].entry.Schema.Name)
	case !c.standsOnMade(s):
		return true
	}
	return false
}

// standsOnMade refuses a directive that changes the signature above another such one,
// but for functions beside one of another signature.
func (c *chain) standsOnMade(s step) bool {
	if c.below == nil || c.below.makes() == "" {
		return false
	}
	switch below := c.known[c.below.makes()]; {
	case s.entry.Reshapes() && below.Reshapes() && below.Schema.Name != s.entry.Schema.Name:
		return false
	case below.Schema.Name == s.entry.Schema.Name:
		s.pass.Report(nil, "it stands twice on %s (again at line %d)", c.fn.Source().Symbol(), c.below.directives[len(c.below.directives)-1].Pos.Line)
	case s.entry.Beside && below.Reshapes():
		return false
	default:
		s.pass.Report(nil, "it cannot stand above bunsui:%s, which makes functions of another signature: choose one of them", below.Schema.Name)
	}
	return true
}

// makes is the name of the directive of the chain that changes the signature, or empty.
func (c *chain) makes() string {
	entry := c.known[c.directives[len(c.directives)-1].Name]
	if !entry.Makes() {
		return ""
	}
	return entry.Schema.Name
}

// namesMade is the name of the directive of the chain that names what it makes, or empty.
func (c *chain) namesMade() string {
	if len(c.steps) == 0 || c.dead {
		return ""
	}
	last := c.steps[len(c.steps)-1]
	if !last.entry.NamesMade {
		return ""
	}
	return last.entry.Schema.Name
}

func (c *chain) directiveNames() []string {
	names := make([]string, len(c.steps))
	for i, s := range c.steps {
		names[i] = s.entry.Schema.Name
	}
	return names
}
