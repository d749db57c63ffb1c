package awspool

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"time"

	"github.com/aws/smithy-go/middleware"
)

// An origin says which call a request is of.
type origin struct {
	operation string
	pcs       [24]uintptr
	depth     int
}

type originKey struct{}

// remember notes who called an operation, for a warning. The SDK's own part of the stack
// is deeper than what a lease of a pool notes, so it is done at its top.
func remember(stack *middleware.Stack) error {
	name := stack.ID()
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("bunsui/awspool/leak", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		o := &origin{operation: middleware.GetServiceID(ctx) + "." + name}
		o.depth = runtime.Callers(2, o.pcs[:])
		return next.HandleInitialize(context.WithValue(ctx, originKey{}, o), in)
	}), middleware.Before)
}

// watch warns if the request is under way for too long. It returns what ends the watch.
func (t *Transport) watch(ctx context.Context) (stop func() bool) {
	o, ok := ctx.Value(originKey{}).(*origin)
	if !ok {
		return func() bool { return true }
	}
	return time.AfterFunc(t.options.Leak, func() {
		defer t.figures.leaks.Add(1)
		logger := t.options.Logger
		if logger == nil {
			logger = slog.Default()
		}
		logger.Warn("a request has not ended: is the body of its response closed?",
			"transport", t.options.Name, "operation", o.operation, "after", t.options.Leak, "caller", o.callers())
	}).Stop
}

// callers returns the functions and places of the caller, without those of the SDK, the
// innermost first.
func (o *origin) callers() string {
	var b strings.Builder
	for frames := runtime.CallersFrames(o.pcs[:o.depth]); ; {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "github.com/aws/") {
			fmt.Fprintf(&b, "%s %s:%d\n", frame.Function, frame.File, frame.Line)
		}
		if !more {
			return b.String()
		}
	}
}
