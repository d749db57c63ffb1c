package adopt_test

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// A signature is what is known of a function before it is adopted.
type signature struct {
	// cached is the directive to cache it by, or empty.
	cached string
	kinds  []string
}

// signatures type-checks the module.
func signatures(t *testing.T, root string) map[string]signature {
	t.Helper()
	const mode = packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedSyntax |
		packages.NeedTypes | packages.NeedTypesInfo | packages.NeedExportFile
	found, err := packages.Load(&packages.Config{Context: t.Context(), Mode: mode, Dir: root, Env: environment()}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]signature)
	for _, p := range found {
		for _, f := range p.Syntax {
			for _, decl := range f.Decls {
				if decl, ok := decl.(*ast.FuncDecl); ok {
					fn, _ := p.TypesInfo.Defs[decl.Name].(*types.Func)
					all[nameOf(fn)] = signatureOf(fn.Signature())
				}
			}
		}
	}
	return all
}

// nameOf returns the name of a function as adopt has it.
func nameOf(fn *types.Func) string {
	path := fn.Pkg().Path() + "."
	if recv := receiverOf(fn.Signature()); recv != nil {
		path += recv.Obj().Name() + "."
	}
	return path + fn.Name()
}

func receiverOf(sig *types.Signature) *types.Named {
	if sig.Recv() == nil {
		return nil
	}
	t := types.Unalias(sig.Recv().Type())
	if pointer, ok := t.(*types.Pointer); ok {
		t = types.Unalias(pointer.Elem())
	}
	named, _ := t.(*types.Named)
	return named
}

func signatureOf(sig *types.Signature) signature {
	s := signature{kinds: []string{"all"}}
	add := func(is bool, kind string) {
		if is {
			s.kinds = append(s.kinds, kind)
		}
	}
	values := valuesOf(sig)
	recv := sig.Recv()
	pointer := recv != nil && isPointer(recv.Type())
	add(recv == nil, "functions")
	add(pointer, "pointer methods")
	add(recv != nil && !pointer, "value methods")
	add(sig.TypeParams().Len()+sig.RecvTypeParams().Len() > 0, "generics")
	add(sig.Variadic(), "variadics")
	add(values == 0, "no results")
	add(values > 1, "several results")
	add(values < sig.Results().Len(), "errors")
	add(sig.Results().Len() > 0 && sig.Results().At(0).Name() != "", "named results")
	add(slices.ContainsFunc(slices.Collect(sig.Params().Variables()), unnamed), "unnamed parameters")
	s.cached = cachedBy(sig, values)
	add(strings.Contains(s.cached, "skip="), "skipped parameters")
	return s
}

// valuesOf counts the results that can be kept.
func valuesOf(sig *types.Signature) int {
	n := sig.Results().Len()
	if n > 0 && types.Identical(sig.Results().At(n-1).Type(), types.Universe.Lookup("error").Type()) {
		n--
	}
	return n
}

func unnamed(v *types.Var) bool { return v.Name() == "" || v.Name() == "_" }

func isPointer(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Pointer)
	return ok
}

// cachedBy returns the directive to cache a function by, or "" if it cannot be.
// What no key can be made of is skipped.
func cachedBy(sig *types.Signature, values int) string {
	if values == 0 {
		return ""
	}
	var skip []string
	for v := range sig.Params().Variables() {
		switch {
		case hasKey(v.Type()):
		case unnamed(v):
			return ""
		default:
			skip = append(skip, v.Name())
		}
	}
	text := "cached ttl=60"
	switch recv := sig.Recv(); {
	case recv == nil:
	case isPointer(recv.Type()) && values%2 == 1:
		text += " receiver=instance"
	case isPointer(recv.Type()) || !hasKey(recv.Type()):
		text += " receiver=ignore"
	}
	if len(skip) > 0 {
		text += " skip=" + strings.Join(skip, ",")
	}
	return text
}

// hasKey tells whether values of a type compare, by what they are.
func hasKey(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer
	case *types.Array:
		return hasKey(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if !hasKey(f.Type()) {
				return false
			}
		}
		return true
	case *types.Interface:
		_, param := types.Unalias(t).(*types.TypeParam)
		return param && types.Comparable(t)
	}
	return false
}
