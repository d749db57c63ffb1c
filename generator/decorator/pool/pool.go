// Package pool is the //bunsui:pool directive: of a constructor it makes a pool of what
// that constructs. It finds out how a resource is closed and writes the pool's variable;
// when resources come and go is the business of runtime/pool.
package pool

import (
	_ "embed"
	"go/token"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

//go:embed doc.md
var doc string

// Options are the arguments of //bunsui:pool.
type Options struct {
	As string `bunsui:"as,own" doc:"The name of the pool. Not given, it is the name of the constructor without new, open, dial, create or connect, and with Pool behind it: ConnPool for newConn."`
	bounds
	checks
	Name string `bunsui:"name,own" doc:"A stable name for configuration and metrics instead of import/path.Func. Only on the first directive of a function."`
}

// bounds are how many resources there are, and how long.
type bounds struct {
	Min     annotations.Count    `bunsui:"min,own" also:"min_size,min_idle,min_conns" doc:"How many resources are kept open at least, once the pool is started."`
	Max     annotations.Count    `bunsui:"max,own" also:"max_size,size,max_open,max_conns" default:"10" doc:"How many resources are open at most."`
	MaxAge  annotations.Duration `bunsui:"max_age" also:"max_lifetime,lifetime,ttl" doc:"How old a resource gets at most, a random tenth less for each, so that they do not all go at once."`
	MaxIdle annotations.Duration `bunsui:"max_idle" also:"idle,idle_timeout" doc:"How long a resource is kept without being used."`
	Timeout annotations.Duration `bunsui:"timeout,forever" also:"acquire_timeout,wait" default:"30s" doc:"How long a caller waits for a resource at most, if its context does not end before."`

	CreateTimeout annotations.Duration `bunsui:"create_timeout" also:"connect_timeout,dial_timeout" doc:"How long one call of the constructor may take; its context ends then."`
}

// checks are how resources are looked after.
type checks struct {
	Close     annotations.Name     `bunsui:"close,own" doc:"What closes a resource: a function func(R), func(R) error or func(context.Context, R) error. Not given, it is the resource's method Close, with a context or an error or without."`
	Ping      annotations.Name     `bunsui:"ping,own" also:"health_check,check" doc:"A function func(context.Context, R) error or func(R) error that tells whether a resource still works. It is called before a resource is handed out, unless that was used just before."`
	PingAfter annotations.Duration `bunsui:"ping_after,own" needs:"ping" default:"1s" doc:"How long after its last use a resource is handed out without a ping."`
	Reset     annotations.Name     `bunsui:"reset,own" doc:"A function func(context.Context, R) error or func(R) error that is called when a resource comes back. If it fails, the resource is closed."`
	Leak      annotations.Duration `bunsui:"leak" also:"leak_detection" doc:"After what time a resource that has not come back is logged, with the stack of who took it."`
	FailFast  bool                 `bunsui:"fail_fast" doc:"Start fails if a resource cannot be made. Otherwise it logs that, and the pool tries again."`
}

// ChainOptions has the name for the whole chain.
func (o Options) ChainOptions() decorator.Common { return decorator.Common{Name: o.Name} }

// verbs begin the names of constructors.
var verbs = []string{"New", "Open", "Dial", "Create", "Connect", "Make", "Get"}

// MadeName is the name of the pool.
func (o Options) MadeName(fn *model.Func) string {
	if o.As != "" {
		return o.As
	}
	if what := constructed(fn.Name); token.IsExported(what) {
		return what + "Pool"
	}
	return ""
}

// constructed is what a constructor's name says that it makes: Conn for newConn.
func constructed(name string) string {
	name = decorator.Export(name)
	for _, verb := range verbs {
		if rest, ok := strings.CutPrefix(name, verb); ok && rest != "" && token.IsExported(rest) {
			return rest
		}
	}
	return ""
}

// Decorator is the directive.
var Decorator = decorator.Define(decorator.Decorator[Options, *plan]{
	Name: "pool", Doc: doc, Layer: "Pool", Beside: true, Collect: collect, Plan: check, Emit: write,
})
