package pool

import (
	"context"
	"log/slog"
	"time"
)

// None is what durations of Options are set to that should not be: there is no bound, or
// for PingAfter no time within which a ping is skipped. Backoff and MaxBackoff must be.
const None time.Duration = -1

// NoJitter is the AgeJitter of pools whose resources all reach MaxAge.
const NoJitter = -1.0

// The defaults of Options.
const (
	DefaultMax            = 10
	DefaultAgeJitter      = 0.1
	DefaultPingAfter      = time.Second
	DefaultAcquireTimeout = 30 * time.Second
	DefaultCreateTimeout  = 30 * time.Second
	DefaultCheckTimeout   = 2 * time.Second
	DefaultCloseTimeout   = 5 * time.Second
	DefaultDrainTimeout   = 30 * time.Second
	DefaultBackoff        = 100 * time.Millisecond
	DefaultMaxBackoff     = 5 * time.Second
)

// Options describe a pool. Only New is required. Functions are called without any lock,
// and may be called concurrently for different resources, never for one. A panic in one
// of them is an error of it; see PanicError. They should obey their context: what they
// do after it has ended holds up nobody but Release, for Reset and the hooks, and the
// place of a resource, for New.
type Options[T any] struct {
	// Name names the pool in errors, logs and figures. It may be empty.
	Name string

	// New creates a resource. Its context has the values of a caller who waits, is not
	// cancelled with that caller, and ends after CreateTimeout or when the pool is
	// closed. A value that comes with an error is ignored.
	New func(context.Context) (T, error)

	// Close ends a resource, in a goroutine of its own. Its context ends after
	// CloseTimeout. An error is counted, and told to Hooks.OnClose. nil means that there
	// is nothing to be done.
	Close func(context.Context, T) error

	// Ping tells whether a resource works. It is called before the resource is handed
	// out, unless it was used within PingAfter, or created within a second. If it fails,
	// the resource is closed and the caller gets another one, within the same time. Its
	// context has the values of the caller's, and does not end with it: a caller that leaves
	// costs nobody a resource. Until Ping returns, its resource counts towards Max. nil means
	// no such check.
	Ping func(context.Context, T) error

	// Reset puts a resource in order when it is given back, before anybody else gets it.
	// Release waits for it. If it fails, the resource is closed. nil means none.
	Reset func(context.Context, T) error

	// Broken tells whether an error that the function of With has returned means that the
	// resource cannot be used again. nil means the function Broken of this package.
	Broken func(error) bool

	// Min is how many resources Start opens, and how many are kept open from then on,
	// also beyond MaxIdle. 0 by default.
	Min int

	// Max is how many resources are open at most, including those that are being created
	// or closed. 0 means DefaultMax, or Min if that is more.
	Max int

	// MaxAge is how old a resource becomes: it is closed when it is given back or asked
	// for after that, and in the background if Start was called. 0 and None mean that age
	// does not matter.
	MaxAge time.Duration

	// AgeJitter shortens MaxAge for each resource by a random part of up to this
	// fraction, so that those created together are not closed together. At most 1; 0
	// means DefaultAgeJitter; NoJitter for none.
	AgeJitter float64

	// MaxIdle is how long a resource lies idle before it is closed, as far as more than
	// Min are open: in the background if Start was called, and when it is asked for. 0
	// and None mean that it may lie for ever.
	MaxIdle time.Duration

	// PingAfter is how long after its last use a resource is handed out without a Ping.
	// 0 means DefaultPingAfter; None means that every acquire pings.
	PingAfter time.Duration

	// AcquireTimeout bounds Acquire and With's acquire beside their context, as one time
	// from the call on. 0 means DefaultAcquireTimeout; None for no bound but the context.
	AcquireTimeout time.Duration

	// CreateTimeout bounds the context of New and Hooks.OnCreate. 0 means
	// DefaultCreateTimeout; None for no bound.
	CreateTimeout time.Duration

	// CheckTimeout bounds each Ping and Reset. 0 means DefaultCheckTimeout; None for no
	// bound.
	CheckTimeout time.Duration

	// CloseTimeout bounds the context of Close. If Close has not returned some more than a
	// quarter of it later, the place of the resource is free for another all the same. 0
	// means DefaultCloseTimeout; None for no bound.
	CloseTimeout time.Duration

	// DrainTimeout is how long Pool.Close waits if its context has no deadline. 0 means
	// DefaultDrainTimeout; None for no bound.
	DrainTimeout time.Duration

	// Backoff is the longest wait after a first failure of New. Each further failure
	// doubles it up to MaxBackoff; the wait is a random part of that (full jitter), and
	// one creation at a time is tried until one succeeds. 0 means DefaultBackoff and
	// DefaultMaxBackoff, or Backoff if that is more.
	Backoff, MaxBackoff time.Duration

	// Leak is how long a lease may be held before a warning is logged, once, with the
	// stack of who acquired it. It needs no Start. The stack is noted at each acquire,
	// which takes about a microsecond. 0 and None mean that nobody looks.
	Leak time.Duration

	// FailFast makes Start return the error of New if a resource cannot be created.
	// Without it Start succeeds and creation is tried again in the background.
	FailFast bool

	// Hooks are told about what happens to resources.
	Hooks Hooks[T]

	// Logger is where failures of creation, leaks and panics are logged. nil means
	// slog.Default() at that time.
	Logger *slog.Logger
}

// Hooks are called at events in a resource's life. All may be nil. One that panics has
// the effect of an error, which is returned or logged as its comment says.
type Hooks[T any] struct {
	// OnCreate is called with a new resource before it is used. An error closes it, and is
	// that of the creation.
	OnCreate func(context.Context, T) error

	// OnAcquire is called before a resource is handed out, with the context of Acquire.
	// An error closes the resource and is returned by Acquire.
	OnAcquire func(context.Context, T) error

	// OnRelease is called when a resource is given back, after Reset. An error closes it
	// and is logged.
	OnRelease func(T) error

	// OnClose is called after a resource was closed, with the reason, and the error of
	// Close if it had one. A panic is logged. It is not called for one that was hijacked.
	OnClose func(T, Reason, error)
}

// A Factory gives the options of a pool when they are needed. Generated code implements
// it, so that the initialisation of a package refers to no function of the user's.
type Factory[T any] interface {
	// PoolOptions returns the options. It is called once, at the first use of the pool,
	// which it must not use itself.
	PoolOptions() Options[T]
}
