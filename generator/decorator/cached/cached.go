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
	lifetime
	identity
	freshness
	sharing
	aliasing
	decorator.Common
}

// lifetime is how long results are kept, and how many.
type lifetime struct {
	TTL        annotations.Duration `bunsui:"ttl,required,forever" also:"expiry,expires,expire,max_age" doc:"How long a result is kept, from when it was stored. ttl=forever if it is to stay until it is invalidated or evicted; the name of a function that takes the results without the error and returns a time.Duration, if each says for itself, 0 that it is not to be kept."`
	Idle       annotations.Duration `bunsui:"idle" doc:"How long a result is kept without being asked for."`
	Jitter     annotations.Percent  `bunsui:"jitter" doc:"By how much each entry's ttl is shortened at random, so that entries stored together do not expire together."`
	MaxEntries annotations.Count    `bunsui:"max_entries,none" also:"size,max_size,maxsize,capacity" default:"10_000" doc:"How many results are kept at most. max_entries=none if no bound is meant."`

	MaxBytes annotations.Size `bunsui:"max_bytes" doc:"How many bytes the results and their keys take up at most, together. Generated code counts what strings, slices, maps and pointers hold; what it cannot count needs weigh=. Beside it max_entries still holds, with its default of 10,000: add max_entries=none if bytes alone are to count."`
	Weigh    annotations.Name `bunsui:"weigh,own" doc:"A function that takes the results without the error and returns the bytes that they hold beside their own size, as int or int64. What the key holds is added. It counts for max_bytes and for a budget of the whole manager, runs when a result is stored, and must not use the cache."`
}

// identity is what tells results apart, and how they are loaded.
type identity struct {
	Key      annotations.Key     `bunsui:"key,own" doc:"What tells results apart, where the arguments as they are do not: a template of parameters and fields, such as key=\"user:{id}:{req.Lang}\", or the name of a function that takes the same parameters and returns a comparable value."`
	Skip     []annotations.Param `bunsui:"skip,own" doc:"Parameters that are not part of the key."`
	Vary     []annotations.Name  `bunsui:"vary" doc:"Functions func(context.Context) (K, bool) whose value becomes part of the key, such as the tenant of a request. If one returns false, the call fails with *cache.VaryError."`
	Receiver string              `bunsui:"receiver,methods" enum:"ignore,instance,key" doc:"What a method's receiver has to do with the key: nothing (ignore); each instance has a cache of its own, freed with it (instance); its value is part of the key (key, the default for comparable value receivers). A pointer receiver must say."`
	In       annotations.Field   `bunsui:"in,own" also:"field" doc:"The receiver's field that holds the results, such as in=s.caches: a pointer to a type that is generated with its constructor. Each value of the field has caches of its own, on a manager of its choice, and receiver= is left out."`

	Timeout   annotations.Duration `bunsui:"timeout" doc:"How long one load may take; its context ends then."`
	LoadLimit annotations.Count    `bunsui:"load_limit" doc:"How many loads run at once. A call over the limit waits for its turn until its context ends."`
}

// freshness is how results are renewed, and which are kept at all.
type freshness struct {
	Refresh     annotations.Duration `bunsui:"refresh" also:"refresh_after,soft_ttl" doc:"The age from which a call still gets the result at once, while it is loaded anew in the background. Shorter than the ttl."`
	Early       bool                 `bunsui:"early" excludes:"refresh" doc:"Loads results anew in the background before the ttl ends, at random, the sooner the longer a load takes, so that processes do not all load at once."`
	Stale       annotations.Duration `bunsui:"stale" also:"grace,stale_if_error" doc:"How long after its ttl a result may still be returned, if a load fails, has to wait because of load_limit=, or takes longer than soft_timeout=."`
	SoftTimeout annotations.Duration `bunsui:"soft_timeout" needs:"stale" doc:"How long a call waits for a load before it gets the result of before, as stale= allows; the load goes on. Shorter than timeout=."`
	ErrorsTTL   annotations.Duration `bunsui:"errors_ttl,errors" also:"error_ttl,negative_ttl" doc:"How long an error is kept and returned like a result. Errors of a context that ended never are."`
	Missing     []annotations.Name   `bunsui:"missing,errors" needs:"missing_ttl" also:"not_found" doc:"Error variables that mean that there is nothing for these arguments. They are kept for missing_ttl=, and found with errors.Is."`
	MissingTTL  annotations.Duration `bunsui:"missing_ttl,errors" needs:"missing" doc:"How long it is kept that there is nothing."`
	When        annotations.Name     `bunsui:"when" also:"if,keep_if" doc:"A function that takes the results without the error and returns a bool: only if it is true is the result kept."`
	Unless      annotations.Name     `bunsui:"unless" also:"skip_if" doc:"The same, for results that are not kept."`
}

// sharing is how results leave the process, and what finds them there.
type sharing struct {
	Shared    bool                   `bunsui:"shared" doc:"Keeps results in the manager's store too, where other processes find them, besides in memory."`
	Schema    string                 `bunsui:"schema" needs:"shared,persist" enum:"tolerant" doc:"Without it, entries are not found any more when a field of the result comes, goes or changes its type. tolerant: they are; a field that an entry does not have is then zero, and one that the type does not have is passed over."`
	Hash      []annotations.Param    `bunsui:"hash,own" doc:"Parameters that stand as a hash only in the keys of the store, and in what SaveTo writes, so that nobody reads them there. Who can guess a value can still tell whether it is there."`
	Persist   bool                   `bunsui:"persist" excludes:"shared" also:"save,snapshot" doc:"Gives the handle the methods SaveTo and LoadFrom, by which results outlive the process. shared and codec= do too."`
	Codec     annotations.Name       `bunsui:"codec" needs:"shared,persist" words:"json" doc:"What turns results into bytes instead of generated code: json, or the name of a variable or type with the methods of cache.Codec."`
	Compress  annotations.Size       `bunsui:"compress" needs:"shared,persist" doc:"Compresses results that take more bytes than this outside the process. Not given, none is."`
	MemoryTTL annotations.Duration   `bunsui:"memory_ttl" needs:"shared" also:"local_ttl,l1_ttl" doc:"How long a result is used from memory before the store is asked again: the bound on how long this process may miss that another one has changed it. Not longer than the ttl."`
	Strict    bool                   `bunsui:"strict" needs:"shared" doc:"Returns errors of the store from the methods of the handle, and from invalidate and put. Otherwise they are counted, logged and tried again."`
	Tags      []annotations.Template `bunsui:"tags" also:"tag,groups" doc:"Texts by which results of several functions are invalidated together, such as tags=\"org:{org}\". What stands in braces must be part of the key."`
}

// aliasing is whether callers share what they get.
type aliasing struct {
	Alias bool               `bunsui:"alias" excludes:"copy" doc:"Says that callers may share the result: the doc comment then does not warn."`
	Copy  annotations.Toggle `bunsui:"copy" also:"clone" doc:"Gives each caller a copy of the result with all that it holds, made by generated code, or by a function of yours that takes the result, nil as well, and returns its copy. Methods Clone and DeepCopy are used where types have them."`
}

// Decorator is the directive.
var Decorator = decorator.Define(decorator.Decorator[Options, *plan]{
	Name: "cached", Doc: doc, Layer: "Cached", Collect: collect, Plan: check, Emit: write, Fields: homeFields,
})
