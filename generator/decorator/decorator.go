// Package decorator is the contract of one annotation: what a folder below it
// must say so that the generator can parse, check, document and emit it. It knows
// no particular annotation.
package decorator

import (
	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A Decorator is everything that bunsuigen knows about one //bunsui:NAME
// annotation. O is the struct of its options, from which parsing, errors and
// documentation come; P is what Plan makes of them for one function.
type Decorator[O, P any] struct {
	// Name is the directive's name, such as "cached".
	Name string
	// Doc is the user's page in Markdown. Its first line is the summary.
	Doc string
	// Layer names the function that the decorator adds below another one:
	// getUser and "Cached" give getUserCached.
	Layer string
	// Family joins directives: those of one family that follow each other on a
	// function make one layer, which the first of them writes, and each may stand
	// there more than once. Join adds what the second plans to the first. Most
	// directives have no family.
	Family string
	Join   func(first, second P) P
	// Beside tells that the directive declares functions of another signature beside the
	// wrapper of the directives below, on which they stand. It is the outermost then.
	Beside bool
	// Reshape returns the function, of another signature, that the directive makes of
	// the one below, and for which the directives above are. It reports why there is none
	// and returns nil then. It is nil for directives that leave the signature as it is.
	Reshape func(*Pass, *O) *model.Func
	// Collect notes what other decorators may have to know of the function. It runs
	// for all functions before any Plan; what the pass reports is dropped, since
	// Plan is going to find it again. It may be nil.
	Collect func(*Pass, *O, *model.Wrapper)
	// Plan checks the options against the function, reports what is wrong, claims
	// the package-level names that Emit will declare, and returns all that Emit
	// needs. What it returns after a report is not used.
	Plan func(*Pass, *O) P
	// Emit writes the layer. It runs only if nothing was reported for any function
	// of the run.
	Emit func(*emit.File, Layer, P) Code
	// Fields are what the home of a function that has one holds for the layer,
	// written into the home's file. It may be nil, and runs when Emit does, in any
	// order.
	Fields func(*emit.File, Layer, P) []Field
}

// A Layer tells Emit which function to write.
type Layer struct {
	Pass *Pass
	// Names are those of the function to write and of the one that it calls.
	Names emit.LayerNames
	// Doc is the function's doc comment.
	Doc jen.Code
}

// Code is what one layer adds to the generated file.
type Code struct {
	// State are variables, which stand before the functions.
	State []jen.Code
	// Func is the layer's function.
	Func jen.Code
	// Support are types and functions that the layer needs, which stand after.
	Support []jen.Code
}

// A Field is one field of a home.
type Field struct {
	Name string
	// Type spells the field's type, and Value makes what it holds. home and manager
	// are the variables of the constructor that hold the home and its *cache.Manager.
	Type  func(*emit.Func) jen.Code
	Value func(w *emit.Func, home, manager string) jen.Code
	// Accessor is a method that returns the field, and Doc its comment; empty if
	// nobody needs it.
	Accessor, Doc string
	// Shared tells that what the field holds leaves the process under its name, which
	// one manager has once only.
	Shared bool
}

// An Entry is a Decorator whose type parameters are hidden, as the generator
// keeps it.
type Entry struct {
	Schema *annotations.Schema
	Layer  string
	Family string
	Beside bool
	// NamesMade tells that the options name what the directive makes.
	NamesMade bool

	reshape func(p *Pass, options any) *model.Func
	collect func(p *Pass, options any, w *model.Wrapper)
	join    func(first, second any) any
	plan    func(p *Pass, options any) any
	emit    func(f *emit.File, l Layer, plan any) Code
	fields  func(f *emit.File, l Layer, plan any) []Field
}

// Define makes an Entry of d. It panics if the options struct of d is malformed,
// which the test of the list of decorators would find.
func Define[O, P any](d Decorator[O, P]) Entry {
	var options O
	schema, err := annotations.SchemaOf(d.Name, d.Doc, options)
	if err != nil {
		panic(err)
	}
	entry := Entry{
		Schema: schema,
		Layer:  d.Layer,
		Family: d.Family,
		Beside: d.Beside,
		join:   func(first, second any) any { return d.Join(first.(P), second.(P)) },
		plan:   func(p *Pass, options any) any { return d.Plan(p, options.(*O)) },
		emit:   func(f *emit.File, l Layer, plan any) Code { return d.Emit(f, l, plan.(P)) },
	}
	_, entry.NamesMade = any(options).(Maker)
	if d.Reshape != nil {
		entry.reshape = func(p *Pass, options any) *model.Func { return d.Reshape(p, options.(*O)) }
	}
	if d.Fields != nil {
		entry.fields = func(f *emit.File, l Layer, plan any) []Field { return d.Fields(f, l, plan.(P)) }
	}
	if d.Collect != nil {
		entry.collect = func(p *Pass, options any, w *model.Wrapper) { d.Collect(p, options.(*O), w) }
	}
	return entry
}

// Reshapes tells whether the directive makes a function of another signature, for which
// the directives above it are.
func (e Entry) Reshapes() bool { return e.reshape != nil }

// Reshape returns that function, or nil if there is none, which was reported.
func (e Entry) Reshape(p *Pass, options any) *model.Func { return e.reshape(p, options) }

// Makes tells whether what the directive makes has a name of its own.
func (e Entry) Makes() bool { return e.Beside || e.Reshapes() }

// Collects tells whether Collect notes anything.
func (e Entry) Collects() bool { return e.collect != nil }

// Collect notes in w what others may have to know of the function of p.
func (e Entry) Collect(p *Pass, options any, w *model.Wrapper) {
	if e.collect != nil {
		e.collect(p, options, w)
	}
}

// Join makes one plan of two that Plan made for directives of one family.
func (e Entry) Join(first, second any) any { return e.join(first, second) }

// Plan checks options, which Schema.Decode made, for the function of p.
func (e Entry) Plan(p *Pass, options any) any { return e.plan(p, options) }

// Emit writes the layer that plan, made by Plan, describes.
func (e Entry) Emit(f *emit.File, l Layer, plan any) Code { return e.emit(f, l, plan) }

// Fields are what the function's home holds for the layer.
func (e Entry) Fields(f *emit.File, l Layer, plan any) []Field {
	if e.fields == nil {
		return nil
	}
	return e.fields(f, l, plan)
}

// Common are the options that every decorator of a chain takes, on the chain's
// first directive only. Decorators embed it in their options.
type Common struct {
	As   string `bunsui:"as,own" doc:"The wrapper's name. Required where the function is exported already or its name cannot be. Only on the first directive of a function."`
	Name string `bunsui:"name,own" doc:"A stable name for configuration, metrics and stores instead of import/path.Func. Only on the first directive of a function."`
}

// ChainOptions returns c, however deep it is embedded.
func (c Common) ChainOptions() Common { return c }

// A Maker has options of a directive that gives what it makes a name of its own.
type Maker interface {
	// MadeName returns the name of what is made of fn: as=, or one that is made of the
	// function's name, or empty if there is none.
	MadeName(fn *model.Func) string
}

// A Keyed plan can say by what its results are told apart, for bunsuigen list.
type Keyed interface{ KeyText() string }

// A Companion plan declares functions for callers beside the wrapper.
type Companion interface{ Companions() []string }

// A Describer adds sentences about its layer to the wrapper's doc comment.
type Describer interface{ Describe() []string }

// A Noter has sentences for the function's author, for bunsuigen -v.
type Noter interface{ Notes() []string }
