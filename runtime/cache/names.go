package cache

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/bunsui/bunsui-go/internal/suggest"
)

// nameChanges returns a number that is different when the names have changed.
func (m *Manager) nameChanges() uint64 {
	n := m.root.naming.Load()
	if m.root.stands {
		n += Default().naming.Load()
	}
	return n
}

// unknown is the error for a name that no cache has, with the likeliest one.
func (m *Manager) unknown(name string) error {
	likeliest, _ := nearest(name, m.names(), strings.ToLower)
	return fmt.Errorf("%w %q%s", ErrUnknownCache, name, suggest.DidYouMean(likeliest))
}

// absent is the error for a name by which there is no cache, though it may be that of a
// function.
func (m *Manager) absent(name string) error {
	if !slices.Contains(m.names(), name) {
		return m.unknown(name)
	}
	const most = 3
	var found []string
	for _, e := range m.concerned(name) {
		found = append(found, e.name)
	}
	switch {
	case len(found) == 0:
		return fmt.Errorf("%w %q: the function has none yet", ErrUnknownCache, name)
	case len(found) > most:
		found = append(found[:most], "…")
	}
	return fmt.Errorf("%w %q: the function has %s", ErrUnknownCache, name, strings.Join(found, ", "))
}

// meant returns what follows an unknown word in an error: the likeliest of known, or
// nothing.
func meant(word string, known []string) string {
	const longest = 64 // bytes
	return suggest.DidYouMean(suggest.Nearest(word, known, longest))
}

// endings returns a name and what it ends with from each of its parts on, in which type
// arguments and scope have no part.
func endings(name string) []string {
	all := []string{name}
	typed, _ := unscoped(name)
	for i, c := range untyped(typed) {
		if c == '/' || c == '.' {
			all = append(all, name[i+1:])
		}
	}
	return all
}

// byEnding returns the one of names that said is an ending of.
func byEnding(said string, names []string) (string, error) {
	found := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return !slices.Contains(endings(name), said)
	})
	switch len(found) {
	case 0:
		_, likeliest := nearest(said, names, strings.ToLower)
		return "", fmt.Errorf("%w %q%s", ErrUnknownCache, said, suggest.DidYouMean(likeliest))
	case 1:
		return found[0], nil
	default:
		return "", tooShort(said, found)
	}
}

// tooShort says that a part of a name is one of several.
func tooShort(said string, found []string) error {
	return fmt.Errorf("%s may be any of %s: say more of its name", said, strings.Join(found, ", "))
}

// nearest returns the name that was most likely meant, and that ending of it which is
// most like what was said; or nothing if none is near. as maps spellings that are not
// told apart to one. Import paths are alike: how near a name must be depends on its last
// part alone.
func nearest(said string, names []string, as func(string) string) (name, end string) {
	said = as(said)
	least := -1
	for _, n := range names {
		all := endings(n)
		limit := (len(as(all[len(all)-1])) + 1) / 3
		for _, e := range all {
			spelling := as(e)
			if more := len(spelling) - len(said); max(more, -more) > limit {
				continue
			}
			if d := suggest.Distance(said, spelling); d <= limit && (least < 0 || d < least) {
				name, end, least = n, e, d
			}
		}
	}
	return name, end
}

// spelled is a name as the environment has it.
func spelled(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return '_'
	}, name)
}

// squeeze is spelled without the underscores, for comparing.
func squeeze(name string) string { return strings.ReplaceAll(spelled(name), "_", "") }

// spellings returns those of names that a part of a variable means. All that is spelled
// exactly so goes before what is but for underscores, and that before what ends so.
// Instantiations, other than the functions themselves, must be spelled exactly.
func spellings(part string, names []string) (found []string) {
	exact, wanted := strings.TrimRight(part, "_"), squeeze(part)
	for _, means := range []func(name string) bool{
		func(name string) bool { return strings.TrimRight(spelled(name), "_") == exact },
		func(name string) bool { return function(name) && squeeze(name) == wanted },
		func(name string) bool {
			return function(name) && slices.ContainsFunc(endings(name), func(end string) bool { return squeeze(end) == wanted })
		},
	} {
		for _, name := range names {
			if means(name) {
				found = append(found, name)
			}
		}
		if len(found) > 0 {
			break
		}
	}
	return found
}

// function reports whether a name has no type arguments.
func function(name string) bool {
	typed, _ := unscoped(name)
	return untyped(typed) == typed
}
