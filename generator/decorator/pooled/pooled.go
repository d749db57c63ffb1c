// Package pooled is the //bunsui:pooled directive: a function that needs a resource takes
// it from a pool, and callers need not have one. It finds the pool by the resource's
// type.
package pooled

import (
	_ "embed"
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

//go:embed doc.md
var doc string

// Options are the arguments of //bunsui:pooled.
type Options struct {
	Pool   annotations.Name `bunsui:"pool,own" also:"from" doc:"The pool. Not given, it is the one with resources of the parameter's type, in this package or in that of the type."`
	Broken annotations.Name `bunsui:"broken" also:"discard_on" doc:"A function func(error) bool: after such an error the resource is closed and does not go back. Not given, these are errors of package net, io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe and the like, see pool.Broken."`
	Reuse  string           `bunsui:"reuse" enum:"never,ctx" default:"never" doc:"Whether calls of pooled functions within this one take the same resource (ctx), which reaches them by the context, or one of their own (never). Calls that share one must not overlap."`
	decorator.Common
}

// Decorator is the directive.
var Decorator = decorator.Define(decorator.Decorator[Options, *plan]{
	Name: model.Pooled, Doc: doc, Layer: "Pooled", Reshape: reshape, Plan: check, Emit: write,
})

// reshape makes the function without the resource.
func reshape(p *decorator.Pass, _ *Options) *model.Func {
	fn := p.Func
	args := fn.Args()
	switch {
	case len(args) == 0 || fn.Variadic && len(args) == 1:
		p.Report(nil, "%s takes no resource: the first parameter after the context is the resource", fn.Symbol())
	case !fn.HasError():
		p.Report(nil, "%s returns no error, and there may be no resource: add an error as the last result", fn.Symbol())
	default:
		made := *fn
		made.Of = fn
		made.Params = slices.Clone(fn.Params[:len(fn.Params)-len(args)])
		made.Params = append(made.Params, args[1:]...)
		made.Decl = nil
		made.Make = withoutResource
		made.Object = types.NewFunc(0, fn.File.Package.Types, fn.Name, made.SignatureFor(fn.Source().Object.Signature()))
		return &made
	}
	return nil
}

// withoutResource is the type of the function that takes its resource from a pool.
func withoutResource(of *types.Signature) *types.Signature {
	var params []*types.Var
	left := false
	for i := range of.Params().Len() {
		param := of.Params().At(i)
		if isContext := i == 0 && model.IsNamed(param.Type(), "context", "Context"); !isContext && !left {
			left = true
			continue
		}
		params = append(params, param)
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), of.Results(), of.Variadic())
}

// plan is one function that takes its resource from a pool.
type plan struct {
	opts     *Options
	fn       *model.Func
	resource types.Type
	// handle is the pool: a variable of this package or of pkg.
	handle string
	pkg    *types.Package
	broken types.Object
}

func check(p *decorator.Pass, o *Options) *plan {
	made := &plan{opts: o, fn: p.Func, resource: p.Func.Of.Args()[0].Type}
	made.findPool(p)
	if o.Broken.Set() {
		made.broken = p.Lookup(o.Broken, isPredicate)
		if made.broken != nil && !isPredicate(made.broken) {
			p.ReportAt(o.Broken.Pos, len(o.Broken.Text), nil, "%s is %s, want func(error) bool", o.Broken.Text, p.TypeString(made.broken.Type()))
		}
	}
	return made
}

func isPredicate(obj types.Object) bool {
	fn, ok := obj.(*types.Func)
	return ok && decorator.JudgesErrors(fn.Signature())
}

// findPool finds the pool by its name or by the type of its resources, or reports that
// there is none.
func (m *plan) findPool(p *decorator.Pass) {
	own := p.Func.File.Package.Types
	packages := []*types.Package{own}
	if named := namedOf(m.resource); named != nil && named.Obj().Pkg() != nil && named.Obj().Pkg() != own {
		packages = append(packages, named.Obj().Pkg())
	}
	if m.opts.Pool.Set() {
		m.findNamed(p)
		return
	}
	var found []string
	for _, pkg := range packages {
		for _, w := range p.Facts.Wrappers(pkg) {
			if w.Pool == nil || !types.Identical(w.Pool.Type, m.resource) {
				continue
			}
			name := w.Pool.Handle
			if pkg != own {
				name = pkg.Name() + "." + name
			}
			found = append(found, name)
			m.handle, m.pkg = w.Pool.Handle, pkg
		}
	}
	resource := p.TypeString(m.resource)
	switch len(found) {
	case 1:
	case 0:
		p.Report([]string{"write //bunsui:pool above a constructor, as func newConn(ctx context.Context) (" + resource + ", error), or say pool=Name"},
			"there is no pool of %s, which %s takes", resource, p.Func.Symbol())
	default:
		p.Report(nil, "there are several pools of %s: choose one by pool=%s", resource, strings.Join(found, " or pool="))
	}
}

// findNamed finds the pool that pool= names: a generated one, or a variable of the
// user's.
func (m *plan) findNamed(p *decorator.Pass) {
	name := m.opts.Pool
	pkg := p.Func.File.Package.Types
	if qualifier := name.Qualifier(); qualifier != "" {
		if pkg = p.FileOf(name).Import(qualifier); pkg == nil {
			p.Lookup(name, isPoolOf(m.resource)) // says what is missing
			return
		}
	}
	for _, w := range p.Facts.Wrappers(pkg) {
		if w.Pool == nil || w.Pool.Handle != name.Ident() {
			continue
		}
		if !types.Identical(w.Pool.Type, m.resource) {
			p.ReportOption("pool", nil, "%s has resources of type %s, and %s takes %s", name.Text, p.TypeString(w.Pool.Type), p.Func.Symbol(), p.TypeString(m.resource))
		}
		m.handle, m.pkg = name.Ident(), pkg
		return
	}
	obj := p.Lookup(name, isPoolOf(m.resource))
	if obj == nil {
		return
	}
	if !isPoolOf(m.resource)(obj) {
		p.ReportOption("pool", nil, "%s is %s, want a variable of type *pool.Pool[%s]", name.Text, p.TypeString(obj.Type()), p.TypeString(m.resource))
		return
	}
	m.handle, m.pkg = name.Ident(), pkg
}

const poolPath = "github.com/bunsui/bunsui-go/runtime/pool"

// isPoolOf tells which variables are pools of a resource.
func isPoolOf(resource types.Type) func(types.Object) bool {
	return func(obj types.Object) bool {
		variable, ok := obj.(*types.Var)
		if !ok {
			return false
		}
		pointer, ok := types.Unalias(variable.Type()).(*types.Pointer)
		if !ok || !model.IsNamed(pointer.Elem(), poolPath, "Pool") {
			return false
		}
		args := types.Unalias(pointer.Elem()).(*types.Named).TypeArgs()
		return args.Len() == 1 && types.Identical(args.At(0), resource)
	}
}

func namedOf(t types.Type) *types.Named {
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		t = pointer.Elem()
	}
	named, _ := types.Unalias(t).(*types.Named)
	return named
}

// Describe says what callers must know.
func (m *plan) Describe() []string {
	name := m.handle
	if m.pkg != m.fn.File.Package.Types && m.pkg != nil {
		name = m.pkg.Name() + "." + name
	}
	return []string{fmt.Sprintf("It takes its %s from %s.", m.fn.TypeString(m.resource), name)}
}
