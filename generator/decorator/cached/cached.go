// Package cached is the //bunsui:cached directive: results of a function are kept
// by runtime/cache. This package decides what the key is and writes the wrapper
// and its handle; how entries live and die is the runtime's business.
package cached

import (
	_ "embed"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
)

//go:embed doc.md
var doc string

// Options are the arguments of //bunsui:cached.
type Options struct {
	decorator.Common

	TTL        annotations.Duration `bunsui:"ttl,required,forever" also:"expiry,expires,expire,max_age" doc:"How long a result is kept, from when it was stored. ttl=forever if it is to stay until it is invalidated or evicted."`
	Idle       annotations.Duration `bunsui:"idle" doc:"How long a result is kept without being asked for."`
	Jitter     annotations.Percent  `bunsui:"jitter" doc:"By how much each entry's ttl is shortened at random, so that entries stored together do not expire together."`
	MaxEntries annotations.Count    `bunsui:"max_entries,none" also:"size,max_size,maxsize,capacity" default:"10_000" doc:"How many results are kept at most. max_entries=none if no bound is meant."`

	MaxBytes annotations.Size `bunsui:"max_bytes" doc:"How many bytes the results and their keys take up at most, together. Generated code counts what strings, slices, maps and pointers hold; what it cannot count needs weigh=. Beside it max_entries still holds, with its default of 10,000: add max_entries=none if bytes alone are to count."`
	Weigh    annotations.Name `bunsui:"weigh" doc:"A function that takes the results without the error and returns the bytes that they hold beside their own size, as int or int64. What the key holds is added. It counts for max_bytes and for a budget of the whole manager, runs when a result is stored, and must not use the cache."`

	Key      annotations.Key     `bunsui:"key" doc:"What tells results apart, where the arguments as they are do not: a template of parameters and fields, such as key=\"user:{id}:{req.Lang}\", or the name of a function that takes the same parameters and returns a comparable value."`
	Skip     []annotations.Param `bunsui:"skip" doc:"Parameters that are not part of the key."`
	Vary     []annotations.Name  `bunsui:"vary" doc:"Functions func(context.Context) (K, bool) whose value becomes part of the key, such as the tenant of a request. If one returns false, the call fails with *cache.VaryError."`
	Receiver string              `bunsui:"receiver" enum:"ignore,instance,key" doc:"What a method's receiver has to do with the key: nothing (ignore); each instance has a cache of its own, freed with it (instance); its value is part of the key (key, the default for comparable value receivers). A pointer receiver must say."`

	Timeout   annotations.Duration `bunsui:"timeout" doc:"How long one load may take; its context ends then."`
	LoadLimit annotations.Count    `bunsui:"load_limit" doc:"How many loads run at once. A call over the limit waits for its turn until its context ends."`
	Alias     bool                 `bunsui:"alias" doc:"Says that callers may share the result: the doc comment then does not warn."`
}

// Decorator is the directive.
var Decorator = decorator.Define(decorator.Decorator[Options, *plan]{
	Name: "cached", Doc: doc, Layer: "Cached", Plan: check, Emit: write,
})
