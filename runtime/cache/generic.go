package cache

import (
	"maps"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// Generic holds what a generic function needs once for each of its
// instantiations. The zero value is ready to use, by any number of goroutines.
type Generic struct {
	mu    sync.Mutex
	known atomic.Pointer[map[any]any]
}

// NewGeneric makes a Generic for a function whose caches are called NAME[types], and
// makes the name known to Default, so that settings can be given before there is any.
func NewGeneric(name string) *Generic { return newGeneric(name, false) }

// NewPlainGeneric is NewGeneric for a function whose caches are made with none of Refresh,
// Early, Stale, SoftTimeout, ErrorsTTL, MissingTTL, Policy, Shared, Codec and Tags. Settings
// that need one of them are refused from the start.
func NewPlainGeneric(name string) *Generic { return newGeneric(name, true) }

func newGeneric(name string, plain bool) *Generic {
	m := Default()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.functions == nil {
		m.functions = make(map[string]bool)
	}
	m.functions[name] = plain
	m.naming.Add(1)
	return new(Generic)
}

// For returns the *H of this instantiation: the one that make returned when For
// was called first with this g and H. H must be a type that names the type
// parameters. make must not call For with the same g. After the first call, For
// takes no lock and allocates nothing.
func For[H any](g *Generic, make func() *H) *H {
	// The nil pointer of each type is a key of its own: an interface holds its
	// type, and hashes and compares by it.
	if known := g.known.Load(); known != nil {
		if h, ok := (*known)[(*H)(nil)]; ok {
			return h.(*H)
		}
	}
	return add(g, make)
}

func add[H any](g *Generic, make func() *H) *H {
	g.mu.Lock()
	defer g.mu.Unlock()
	next := map[any]any{}
	if known := g.known.Load(); known != nil {
		if h, ok := (*known)[(*H)(nil)]; ok {
			return h.(*H)
		}
		next = maps.Clone(*known)
	}
	h := make()
	next[(*H)(nil)] = h
	g.known.Store(&next)
	return h
}

// TypeName returns the name of T with the import paths of the types in it, such
// as "map[string]*example.com/store.User". It is meant for names that are made
// once: it is slow.
func TypeName[T any]() string { return typeName(reflect.TypeFor[T]()) }

func typeName(t reflect.Type) string {
	switch {
	case t.Name() != "" && t.PkgPath() != "":
		return t.PkgPath() + "." + t.Name()
	case t.Name() != "":
		return t.Name()
	}
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + typeName(t.Elem())
	case reflect.Slice:
		return "[]" + typeName(t.Elem())
	case reflect.Array:
		return "[" + strconv.Itoa(t.Len()) + "]" + typeName(t.Elem())
	case reflect.Map:
		return "map[" + typeName(t.Key()) + "]" + typeName(t.Elem())
	case reflect.Chan:
		return chanName(t)
	case reflect.Func:
		return "func" + signature(t)
	default:
		return t.String()
	}
}

func chanName(t reflect.Type) string {
	elem := typeName(t.Elem())
	if t.Elem().Kind() == reflect.Chan {
		elem = "(" + elem + ")"
	}
	return t.ChanDir().String() + " " + elem
}

// signature returns what follows func.
func signature(t reflect.Type) string {
	in := make([]string, t.NumIn())
	for i := range in {
		in[i] = typeName(t.In(i))
		if t.IsVariadic() && i == len(in)-1 {
			in[i] = "..." + typeName(t.In(i).Elem())
		}
	}
	out := make([]string, t.NumOut())
	for i := range out {
		out[i] = typeName(t.Out(i))
	}
	results := strings.Join(out, ", ")
	if len(out) > 1 {
		results = "(" + results + ")"
	}
	if len(out) > 0 {
		results = " " + results
	}
	return "(" + strings.Join(in, ", ") + ")" + results
}
