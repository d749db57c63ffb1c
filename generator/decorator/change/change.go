// Package change is the directives //bunsui:invalidate and //bunsui:put: after a
// function has changed something, they remove or store results of functions that
// are cached. It finds the wrapper that a directive names, checks the arguments
// against its key, and writes the calls of its handle. It knows caches only from
// generator/model; how results are kept is the business of package cached.
package change

import (
	_ "embed"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
)

var (
	//go:embed invalidate.md
	invalidateDoc string
	//go:embed put.md
	putDoc string
)

const afterAlways = "always"

// InvalidateOptions are the arguments of //bunsui:invalidate.
type InvalidateOptions struct {
	decorator.Common

	Calls   []annotations.Call   `bunsui:"wrapper,bare" doc:"Whose results are removed: GetUser(id=u.ID) is one result, GetUser all of them, Shop.Price(sku=o.SKU) a method's, store.GetUser(id=u.ID) one of an imported package, and GetItem[User], with or without arguments, results of a generic function."`
	Tag     annotations.Template `bunsui:"tag,own" also:"tags" doc:"A tag: all results that were stored with it are removed."`
	Pattern annotations.Template `bunsui:"pattern,own" also:"match,matching,prefix" doc:"A key text, or a prefix of key texts and *: all results whose key template makes such a text are removed."`
	In      annotations.Field    `bunsui:"in,own" doc:"The receiver's field with the caches that tag= and pattern= are about, such as in=s.caches: those of its manager. Not given, they are about the caches of the default manager."`
	After   string               `bunsui:"after" enum:"success,always" default:"success" doc:"Whether the removal follows a call that returned no error (success), or also one that returned one (always). It never follows a panic."`
}

// PutOptions are the arguments of //bunsui:put.
type PutOptions struct {
	decorator.Common

	Calls []annotations.Call `bunsui:"wrapper,required" doc:"Where the result is stored, with a value for every parameter of the key: GetUser(id=u.ID)."`
	Value []annotations.Path `bunsui:"value,own" also:"values,result" doc:"What is stored, where the types of the results do not say it: a result, a parameter, or a field of one, for each result of the wrapper. Results without a name are called result, or result1, result2 and so on."`
}

// family makes one function of all changes that follow each other.
const family = "change"

// Invalidate is the directive //bunsui:invalidate.
var Invalidate = decorator.Define(decorator.Decorator[InvalidateOptions, *plan]{
	Name: "invalidate", Doc: invalidateDoc, Layer: "Invalidating", Family: family, Join: join,
	Plan: planInvalidate, Emit: write, Fields: homeFields,
})

// Put is the directive //bunsui:put.
var Put = decorator.Define(decorator.Decorator[PutOptions, *plan]{
	Name: "put", Doc: putDoc, Layer: "Putting", Family: family, Join: join,
	Plan: planPut, Emit: write, Fields: homeFields,
})
