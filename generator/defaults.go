package generator

import (
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/load"
	"github.com/bunsui/bunsui-go/generator/model"
)

// checkDefaults checks what packages give as defaults, and leaves there what may be.
func checkDefaults(loaded *load.Result, known map[string]decorator.Entry, problems *diag.List) {
	for _, pkg := range loaded.Packages {
		wrong := checkPackageDefaults(pkg, known)
		problems.Add(wrong...)
		pkg.BrokenDefaults = pkg.BrokenDefaults || len(wrong) > 0
	}
	for _, pkg := range loaded.Referenced {
		pkg.Problems = append(pkg.Problems, checkPackageDefaults(pkg, known)...).Sorted()
	}
}

func checkPackageDefaults(pkg *model.Package, known map[string]decorator.Entry) (problems diag.List) {
	for _, name := range slices.Sorted(maps.Keys(pkg.Defaults)) {
		d := pkg.Defaults[name]
		entry, ok := known[name]
		if !ok {
			wrong := annotations.Unknown(d.Annotation, slices.Sorted(maps.Keys(known)))
			wrong.Rule = "bunsui:" + model.DefaultsDirective
			problems.Add(wrong)
			delete(pkg.Defaults, name)
			continue
		}
		kept, wrong := entry.Schema.CheckDefaults(d.Annotation, model.DefaultsDirective)
		problems.Add(wrong...)
		d.Annotation = kept
		pkg.Defaults[name] = d
	}
	return problems
}

// fits tells whether a default for an option can matter for the function.
func (c *chain) fits(o *annotations.Option) bool {
	return (!o.OfMethods || c.fn.Recv != nil && c.fn.Home == nil) && (!o.OfErrors || c.fn.HasError())
}

// report adds a problem of a directive. One at a default of the package names the
// function that has it, and stands once for all functions that have it.
func (c *chain) report(a annotations.Annotation, d diag.Diagnostic) {
	i := slices.IndexFunc(a.Args, func(arg annotations.Arg) bool { return arg.Default && holds(arg, d) })
	if i < 0 {
		c.problems.Add(d)
		return
	}
	key, here := a.Args[i].Key, c.fn.Symbol()+" at "+decorator.Place(c.fn.Pos)
	message := d.Message + " (a default, for "
	for j := range *c.problems {
		if other := &(*c.problems)[j]; other.Pos == d.Pos && other.Rule == d.Rule && strings.HasPrefix(other.Message, message) {
			other.Notes = append(slices.Clip(other.Notes), "the same for "+here)
			return
		}
	}
	d.Message = message + fmt.Sprintf("%s: give it another %s there, or %s=%s)", here, key, key, annotations.Unset)
	c.problems.Add(d)
}

// isOfDefaults tells whether a problem stands at a default that the function has, or at
// defaults of the package that may have been meant for it.
func (c *chain) isOfDefaults(d diag.Diagnostic) bool {
	has := func(name string) bool {
		return slices.ContainsFunc(c.steps, func(s step) bool { return s.entry.Schema.Name == name })
	}
	if annotations.Suggest(strings.TrimPrefix(d.Rule, "bunsui:"), []string{model.DefaultsDirective}) != "" {
		for name, of := range c.fn.File.Package.Defaults {
			if of.Annotation.Pos.Filename == d.Pos.Filename && of.Annotation.Pos.Line == d.Pos.Line {
				return has(name)
			}
		}
		return true // who knows whose defaults they would be
	}
	return slices.ContainsFunc(c.steps, func(s step) bool {
		return slices.ContainsFunc(s.pass.Annotation.Args, func(arg annotations.Arg) bool { return arg.Default && holds(arg, d) })
	})
}

// mayLack tells whether a directive may lack what was meant to be a default.
func (c *chain) mayLack(schema *annotations.Schema) bool {
	return c.fn.File.Package.BrokenDefaults &&
		slices.ContainsFunc(schema.Options, func(o annotations.Option) bool { return o.Required && o.IsScalar() })
}

// checkDefaultNames reports names in defaults that mean nothing, where that was not found
// on a function that has them.
func checkDefaultNames(packages []*model.Package, known map[string]decorator.Entry, problems *diag.List) {
	for _, pkg := range packages {
		for _, name := range slices.Sorted(maps.Keys(pkg.Defaults)) {
			d, schema := pkg.Defaults[name], known[name].Schema
			options, _ := schema.Decode(d.Annotation)
			a := d.Annotation
			a.Name = model.DefaultsDirective
			pass := decorator.NewPass(&model.Func{File: d.File}, a, nil, func(found diag.Diagnostic) {
				if !slices.ContainsFunc(*problems, func(other diag.Diagnostic) bool { return other.Pos == found.Pos }) {
					problems.Add(found)
				}
			})
			for _, name := range schema.Names(options) {
				pass.Lookup(name, func(obj types.Object) bool { _, isType := obj.(*types.TypeName); return !isType })
			}
		}
	}
}

// holds tells whether a problem stands at an argument.
func holds(arg annotations.Arg, d diag.Diagnostic) bool {
	return arg.KeyPos.Filename == d.Pos.Filename && arg.KeyPos.Line == d.Pos.Line &&
		arg.KeyPos.Column <= d.Pos.Column && d.Pos.Column <= arg.ValuePos.Column+len(arg.Raw)
}
