package change

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"

	"github.com/bunsui/bunsui-go/annotations"
)

func sorted(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// instantiate settles the type parameters of a target, which the call gives, or
// the type of the value before the method.
func (c *checker) instantiate(call annotations.Call, t *target, n named) bool {
	fn := t.wrapper.Func
	if fn.Implements() {
		return c.sameInstance(call, t)
	}
	params := len(fn.AllTypeParams())
	ok := true
	for _, expr := range call.TypeArgs {
		arg := c.typeOf(expr)
		ok = ok && arg != nil
		t.typeArgs = append(t.typeArgs, arg)
	}
	at := place{call.Name.Pos, len(call.Name.Text)}
	if n.receiver != nil && len(t.typeArgs) == 0 {
		t.typeArgs = typeArgsOf(n.value)
	}
	switch {
	case !ok:
		return false
	case params == 0 && len(t.typeArgs) > 0:
		c.report(place{call.TypeArgs[0].Pos, len(call.TypeArgs[0].Text)}, nil, "%s is not generic", call.Name.Text)
		return false
	case params != len(t.typeArgs) && len(t.typeArgs) == 0:
		c.report(at, nil, "%s is generic: say of which type, as in %s[%s](…)", call.Name.Text, call.Name.Text, fn.AllTypeParams()[0].Name)
		return false
	case params != len(t.typeArgs):
		c.report(at, nil, "%s has %d type parameters, and %d are given", call.Name.Text, params, len(t.typeArgs))
		return false
	}
	return c.substitute(call, t)
}

// typeArgsOf returns the type arguments of a receiver.
func typeArgsOf(t types.Type) []types.Type {
	t = types.Unalias(t)
	if ptr, ok := t.(*types.Pointer); ok {
		t = types.Unalias(ptr.Elem())
	}
	if of, ok := t.(*types.Named); ok {
		return slices.Collect(of.TypeArgs().Types())
	}
	return nil
}

// substitute puts the type arguments into the target's signature.
func (c *checker) substitute(call annotations.Call, t *target) bool {
	fn := t.wrapper.Func
	source := fn.Source()
	t.signature = fn.SignatureFor(source.Object.Signature())
	if fn.Recv != nil {
		t.recv = fn.Recv.Type
	}
	if len(t.typeArgs) == 0 {
		return true
	}
	generic := types.Type(source.Object.Signature())
	if fn.Recv != nil {
		generic = origin(fn.Recv.Type)
	}
	made, err := types.Instantiate(nil, generic, t.typeArgs, true)
	if err != nil {
		i := 0
		if wrong := (*types.ArgumentError)(nil); errors.As(err, &wrong) {
			i = wrong.Index
		}
		at := place{call.Name.Pos, len(call.Name.Text)}
		if i < len(call.TypeArgs) {
			at = place{call.TypeArgs[i].Pos, len(call.TypeArgs[i].Text)}
		}
		c.report(at, nil, "%s cannot be a type argument of %s: %v", c.pass.TypeString(t.typeArgs[i]), call.Name.Text, err)
		return false
	}
	if fn.Recv == nil {
		t.signature = fn.SignatureFor(made.(*types.Signature))
		return true
	}
	t.recv = made
	if fn.Recv.Pointer {
		t.recv = types.NewPointer(made)
	}
	obj, _, _ := types.LookupFieldOrMethod(t.recv, true, fn.File.Package.Types, source.Name)
	t.signature = fn.SignatureFor(obj.(*types.Func).Signature())
	return true
}

// origin is the generic type of a receiver.
func origin(t types.Type) types.Type {
	t = types.Unalias(t)
	if ptr, ok := t.(*types.Pointer); ok {
		t = types.Unalias(ptr.Elem())
	}
	return t.(*types.Named).Origin()
}

// typeOf reads a type as the function's file would, its type parameters included,
// or reports that it is none.
func (c *checker) typeOf(e annotations.Expr) types.Type {
	expr, err := parser.ParseExpr(e.Text)
	if err != nil {
		return nil // Decode has reported it
	}
	info := &types.Info{Types: make(map[ast.Expr]types.TypeAndValue)}
	err = types.CheckExpr(token.NewFileSet(), c.scope(), token.NoPos, expr, info)
	at := place{e.Pos, len(e.Text)}
	if err != nil {
		message := err.Error()
		if wrong := (types.Error{}); errors.As(err, &wrong) {
			message = wrong.Msg
		}
		c.report(at, nil, "the type argument %s: %s", e.Text, message)
		return nil
	}
	if !info.Types[expr].IsType() {
		c.report(at, nil, "%s is no type", e.Text)
		return nil
	}
	return info.Types[expr].Type
}

// scope is a package that stands for the inside of the function's declaration: it
// has the type parameters, the package's names and the file's imports.
func (c *checker) scope() *types.Package {
	file := c.pass.Func.File
	pkg := types.NewPackage(file.Package.Types.Path(), file.Package.Types.Name())
	for _, p := range c.pass.Func.AllTypeParams() {
		pkg.Scope().Insert(p.Type.Obj())
	}
	own := file.Package.Types.Scope()
	for _, name := range own.Names() {
		pkg.Scope().Insert(own.Lookup(name))
	}
	if file.Scope != nil {
		for _, name := range file.Scope.Names() {
			pkg.Scope().Insert(file.Scope.Lookup(name))
		}
	}
	for _, imported := range file.Imports {
		if imported.Name() == "_" {
			pkg.Scope().Insert(types.NewPkgName(token.NoPos, pkg, imported.Imported().Name(), imported.Imported()))
		}
	}
	return pkg
}
