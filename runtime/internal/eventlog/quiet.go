package eventlog

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"runtime"
	"runtime/debug"
	"sync/atomic"
)

// What a handler does itself is not logged, or it would be called for ever. What it does
// with its context is known by that, and all else by the stack of its goroutine.

type quietKey struct{}

// handling counts the handlers at work: as long as there is none, no stack is looked at.
var handling atomic.Int64

// Under returns ctx with a note for what is begun with it elsewhere, if a handler at work
// is its caller. It calls nothing of the user's.
func Under(ctx context.Context) context.Context {
	if !On() || !inHandler() {
		return ctx
	}
	return context.WithValue(ctx, quietKey{}, true)
}

// Quiet reports whether a handler at work is the caller, or has begun what calls.
func Quiet(ctx context.Context) bool {
	return On() && (ctx.Value(quietKey{}) != nil || inHandler())
}

// enabled asks the logger whether it wants events.
//
//go:noinline
func (l *Log) enabled(ctx context.Context) (wants bool) {
	defer l.entered()()
	return l.To.Enabled(context.WithValue(ctx, quietKey{}, true), slog.LevelDebug)
}

//go:noinline
func (l *Log) handle(ctx context.Context, r slog.Record) {
	defer l.entered()()
	// A load that has ended, for one, has a context that has.
	ctx = context.WithValue(context.WithoutCancel(ctx), quietKey{}, true)
	_ = l.To.Handler().Handle(ctx, r) // the error is dropped, as slog does
}

// entered is called before the user's code. What it returns is deferred: a panic there must
// not end, in the middle of it, what the event is about.
func (l *Log) entered() func() {
	handling.Add(1)
	return func() {
		handling.Add(-1)
		p := recover()
		if p == nil || l.broken.Swap(true) {
			return
		}
		defer func() { _ = recover() }() // it may be the same one
		slog.Error("the handler of the debug logs panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	}
}

// marks are the functions that have handlers above them on the stack.
var marks = [...]uintptr{
	reflect.ValueOf((*Log).enabled).Pointer(),
	reflect.ValueOf((*Log).handle).Pointer(),
}

// inHandler reports whether the goroutine was called by a handler.
func inHandler() bool {
	if handling.Load() == 0 {
		return false
	}
	var pcs [64]uintptr
	for skip := 2; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		for _, pc := range pcs[:n] {
			// That of the function that others were inlined into.
			if f := runtime.FuncForPC(pc); f != nil && (f.Entry() == marks[0] || f.Entry() == marks[1]) {
				return true
			}
		}
		if n < len(pcs) {
			return false
		}
	}
}
