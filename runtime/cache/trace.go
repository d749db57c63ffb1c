package cache

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
	"github.com/bunsui/bunsui-go/runtime/internal/route"
)

// MaxTraceSteps is the number of steps that a TraceLog has room for.
const MaxTraceSteps = 1000

// Source says where the result of a call came from.
type Source int

// Where results come from.
const (
	// SourceMemory: it was kept in this process.
	SourceMemory Source = iota + 1
	// SourceStore: it was kept in the manager's store.
	SourceStore
	// SourceLoaded: the call called the function.
	SourceLoaded
	// SourceJoined: it waited for another call, which called the function, looked into
	// the store or took what LoadFrom has read; if it did not call it, Age says how old
	// the result is.
	SourceJoined
	// SourceStale: it was kept beyond its TTL, and returned because of Options.Stale.
	SourceStale
	// SourceBypassed: the call went past the cache, by Bypass or Tx.
	SourceBypassed
	// SourceSaved: it was read by LoadFrom, and asked for the first time.
	SourceSaved
)

var sourceNames = [...]string{"unknown", "memory", "store", "loaded", "joined", "stale", "bypassed", "saved"}

// String returns the name of the source in lower case.
func (s Source) String() string {
	if s < 0 || int(s) >= len(sourceNames) {
		s = 0
	}
	return sourceNames[s]
}

// Step is a call of a cached function.
type Step struct {
	// Func is the name of the cache: see Options.Name.
	Func string
	// Source is where the result, or the error, came from.
	Source Source
	// Age is how long ago the result, or the error that is kept, was stored, in the
	// store if it came from there; 0 if it was not, or just now.
	Age time.Duration
}

// String describes the step in a line, such as "store.getUser: memory, 3s old".
func (s Step) String() string {
	if s.Age == 0 {
		return fmt.Sprintf("%s: %v", s.Func, s.Source)
	}
	return fmt.Sprintf("%s: %v, %v old", s.Func, s.Source, s.Age)
}

// TraceLog is told of the calls that are made with a context from Trace. It is
// safe for concurrent use.
type TraceLog struct {
	mu    sync.Mutex
	steps []Step
	count int // of all steps, also those that were overwritten
}

// Trace returns a context, and a log of the calls of cached functions that are made
// with it or in loads that it begins. A call that ends by a panic is not logged. A
// call that waits for the load of another caller does not see what is called in
// there, and a context from Trace within another one's tells the inner log only.
//
// From the first call of Trace on, each hit of the process costs a look at its
// context.
func Trace(ctx context.Context) (context.Context, *TraceLog) {
	l := &TraceLog{}
	return route.Traced(ctx, l), l
}

// Steps returns the calls in the order in which they ended: what a load has called
// stands before it. If there were more than MaxTraceSteps, it returns the last ones.
func (l *TraceLog) Steps() []Step {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := 0
	if l.count > len(l.steps) {
		first = l.count % len(l.steps)
	}
	return append(append(make([]Step, 0, len(l.steps)), l.steps[first:]...), l.steps[:first]...)
}

// Last returns the call that ended last, and false if there was none.
func (l *TraceLog) Last() (Step, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.count == 0 {
		return Step{}, false
	}
	return l.steps[(l.count-1)%len(l.steps)], true
}

// Len returns the number of calls, also of those that there was no room for.
func (l *TraceLog) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count
}

// add logs a call. There may be no log.
func (l *TraceLog) add(name string, from Source, age time.Duration) {
	if l == nil {
		return
	}
	step := Step{Func: name, Source: from, Age: max(age, 0)}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.steps) < MaxTraceSteps {
		l.steps = append(l.steps, step)
	} else {
		l.steps[l.count%MaxTraceSteps] = step
	}
	l.count++
}

func logIn(r route.Route) *TraceLog {
	l, _ := r.Trace.(*TraceLog)
	return l
}

// traceOf returns the log of ctx, or nil.
func traceOf(ctx context.Context) *TraceLog {
	if !route.Active() {
		return nil
	}
	return logIn(route.Of(ctx))
}

// kept logs a call that was answered with an entry.
func (l *TraceLog) kept(s *state, it *engine.Item, from Source) {
	if l != nil {
		l.add(s.home.name, from, time.Duration(clock.Now()-s.storedAt(it)))
	}
}

// ended logs a call that did what a step said.
func (l *TraceLog) ended(s *state, next step) {
	switch {
	case l == nil:
	case next.call.How == flight.Kept:
		l.kept(s, itemOf(next.call.Kept), SourceMemory)
	case next.call.How == flight.Joined:
		l.add(s.home.name, SourceJoined, 0)
	default:
		l.add(s.home.name, SourceLoaded, 0)
	}
}
