package model

import (
	"go/types"
	"strings"
	"unicode"
	"unicode/utf8"
)

// RootPath is what paths to problems in t begin with: the name of the type that t
// is made of.
func RootPath(t types.Type) string {
	switch made := types.Unalias(t).(type) {
	case *types.Pointer:
		return RootPath(made.Elem())
	case *types.Slice:
		return RootPath(made.Elem())
	case *types.Array:
		return RootPath(made.Elem())
	case *types.Map:
		return RootPath(made.Elem())
	case *types.Struct, *types.Chan, *types.Signature:
		return "result"
	}
	return types.TypeString(t, func(*types.Package) string { return "" })
}

// DeclaredWord spells a declared type in a name, with its package's where that is another
// one.
func DeclaredWord(obj types.Object, args *types.TypeList, own string) string {
	name := Capital(obj.Name())
	if pkg := obj.Pkg(); pkg != nil && pkg.Path() != own {
		name = Capital(pkg.Name()) + name
	}
	for arg := range args.Types() {
		name += Capital(Word(types.TypeString(arg, func(*types.Package) string { return "" })))
	}
	return name
}

// Word leaves out of a text what an identifier cannot hold.
func Word(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}

// Capital returns a name with its first letter in upper case.
func Capital(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}
