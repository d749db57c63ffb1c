package decorator

import (
	"go/token"
	"go/types"
	"unicode"
	"unicode/utf8"

	"github.com/bunsui/bunsui-go/generator/model"
)

// Names are the names that come from a function, its receiver and as=.
type Names struct {
	// Wrapper is what callers call: GetUser.
	Wrapper string
	// Base begins the names of package-level companions: GetUser, or ShopPrice
	// for a method Price of Shop. Its first letter tells whether companions are
	// exported: only if wrapper and receiver type are.
	Base string
	// Hidden is Base with its first letter, or first initialism, in lower case:
	// getUser, or shopPrice.
	Hidden string
}

// NamesOf derives the names of fn, whose first directive has as=as or none. What
// implements a method of an interface has the method's name.
func NamesOf(fn *model.Func, as string) Names {
	n := Names{Wrapper: as}
	switch {
	case fn.Implements():
		n.Wrapper = fn.Name // whatever as= says
	case as == "":
		n.Wrapper = Export(fn.Name)
	}
	n.Base = n.Wrapper
	if fn.Recv != nil {
		n.Base = fn.Recv.TypeName + Export(n.Wrapper)
		if !token.IsExported(n.Wrapper) {
			n.Base = Unexport(n.Base)
		}
	}
	n.Hidden = Unexport(n.Base)
	return n
}

// Export returns name with its first letter in upper case. A name whose first
// character has no upper case comes back as it is.
func Export(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	if size == 0 {
		return name
	}
	return string(unicode.ToUpper(first)) + name[size:]
}

// Unexport returns name with its first letter in lower case, or all of an
// initialism that it begins with: GetUser gives getUser, and DBGet dbGet.
func Unexport(name string) string {
	runes := []rune(name)
	capitals := 0
	for capitals < len(runes) && unicode.IsUpper(runes[capitals]) {
		capitals++
	}
	if capitals > 1 && capitals < len(runes) && unicode.IsLower(runes[capitals]) {
		capitals-- // the last one begins a word
	}
	for i := range capitals {
		runes[i] = unicode.ToLower(runes[i])
	}
	return string(runes)
}

// IsIdentifier tells whether name can be declared: a Go identifier that is no
// keyword and not blank.
func IsIdentifier(name string) bool { return token.IsIdentifier(name) && name != "_" }

// IsPredeclared tells whether name is one of Go's own, such as len or error.
func IsPredeclared(name string) bool { return types.Universe.Lookup(name) != nil }
