package batch

import (
	"context"
	"fmt"
	"time"
)

// A LoaderOption says how a loader gathers calls. The later one of two counts.
type LoaderOption interface{ applyLoader(s *loaderSettings) }

// loaderSettings are what options say together.
type loaderSettings struct {
	name        string
	maxKeys     int
	window      time.Duration
	inFlight    int
	missingZero bool
	perRequest  bool
	timeout     time.Duration // 0: none
}

// The defaults, which generated functions have too.
const (
	loaderMaxKeys  = 100
	loaderWindow   = time.Millisecond
	loaderInFlight = 16
)

func loaderSettingsOf(opts []LoaderOption) loaderSettings {
	s := loaderSettings{maxKeys: loaderMaxKeys, window: loaderWindow, inFlight: loaderInFlight}
	for _, o := range opts {
		if o != nil {
			o.applyLoader(&s)
		}
	}
	return s
}

type loaderOptionFunc func(*loaderSettings)

func (f loaderOptionFunc) applyLoader(s *loaderSettings) { f(s) }

// MaxKeys is how many keys a batch has at most, 100 by default. It panics unless n is
// positive.
func MaxKeys(n int) LoaderOption {
	positive("MaxKeys", n)
	return loaderOptionFunc(func(s *loaderSettings) { s.maxKeys = n })
}

// Window is how long a batch waits for more keys at most, from its first one on, while
// another is in flight: a millisecond by default. With 0 none waits for more, but only
// for InFlight. It panics if d is negative.
func Window(d time.Duration) LoaderOption {
	notNegative("Window", d)
	return loaderOptionFunc(func(s *loaderSettings) { s.window = d })
}

// InFlight is how many batches of a group are in flight at once at most, 16 by default.
// It panics unless n is positive.
func InFlight(n int) LoaderOption {
	positive("InFlight", n)
	return loaderOptionFunc(func(s *loaderSettings) { s.inFlight = n })
}

// MissingZero makes a key that is not in the function's map the zero value without an
// error. Without it, it is ErrNotFound.
func MissingZero() LoaderOption {
	return loaderOptionFunc(func(s *loaderSettings) { s.missingZero = true })
}

// PerRequest lets only calls be loaded together whose contexts come from the same call
// of Scope. Those without a scope are loaded together, too.
func PerRequest() LoaderOption {
	return loaderOptionFunc(func(s *loaderSettings) { s.perRequest = true })
}

// LoaderName is what errors and Loaders call the loader. The default is the name of the
// function that it was made of, and for NewGroupLoader the name that it is given.
func LoaderName(name string) LoaderOption {
	return loaderOptionFunc(func(s *loaderSettings) { s.name = name })
}

// BatchTimeout is how long the function may take before its context ends. There is no
// bound by default. It panics unless d is positive.
func BatchTimeout(d time.Duration) LoaderOption {
	if d <= 0 {
		panic(fmt.Sprintf("batch: BatchTimeout is %v: it must be positive", d))
	}
	return loaderOptionFunc(func(s *loaderSettings) { s.timeout = d })
}

// loaderScope is what Scope made. It is not empty, so that each has an address of its
// own.
type loaderScope struct{ _ byte }

type loaderScopeKey struct{}

// Scope returns a context that begins a scope for loaders with PerRequest, inside of
// which there may be others. Nothing is kept in it, and nothing is to be ended.
func Scope(ctx context.Context) context.Context {
	return context.WithValue(ctx, loaderScopeKey{}, new(loaderScope))
}

// loaderScopeOf returns the innermost scope of ctx, or nil.
func loaderScopeOf(ctx context.Context) *loaderScope {
	s, _ := ctx.Value(loaderScopeKey{}).(*loaderScope)
	return s
}
