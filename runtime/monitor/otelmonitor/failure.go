package otelmonitor

import (
	"cmp"
	"fmt"
	"runtime"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

const (
	maxMessage = 500 // bytes
	maxFrames  = 64  // of the stack of a panic
)

var otherKind = semconv.ErrorTypeOther.Value.AsString()

// A failure is why a call failed, as spans tell it.
type failure struct {
	kind    string
	message string // of an error
	stack   string // of a panic
}

func failureOf(err error) failure {
	if err == profile.ErrPanicked { // itself: what a function returns may wrap it
		return unwinding()
	}
	return failure{kind: kindOf(err), message: messageOf(err)}
}

// record is what RecordError does, but that survives errors whose methods panic.
func (f failure) record(to trace.Span) {
	about := []attribute.KeyValue{semconv.ExceptionType(f.kind)}
	if f.stack != "" {
		about = append(about, semconv.ExceptionStacktrace(f.stack))
	}
	if f.message != "" {
		about = append(about, semconv.ExceptionMessage(f.message))
	}
	to.SetAttributes(semconv.ErrorTypeKey.String(f.kind))
	to.AddEvent(semconv.ExceptionEventName, trace.WithAttributes(about...))
	to.SetStatus(codes.Error, cmp.Or(f.message, f.kind))
}

// kindOf returns the type of an error, or what its own method ErrorType says.
func kindOf(err error) (kind string) {
	defer func() {
		if recover() != nil { // of that method, as for a nil pointer
			kind = otherKind
		}
	}()
	return strings.ToValidUTF8(semconv.ErrorType(err).Value.AsString(), "\uFFFD")
}

func messageOf(err error) string {
	text := fmt.Sprint(err) // which survives an Error that panics
	if len(text) > maxMessage {
		text = text[:maxMessage] + "…"
	}
	return strings.ToValidUTF8(text, "") // nor is there half a character
}

// reasons are the functions of the runtime that run deferred ones before their time.
var reasons = map[string]string{"runtime.gopanic": "panic", "runtime.Goexit": "runtime.Goexit"}

// unwinding tells why the goroutine runs its deferred functions.
func unwinding() failure {
	var f failure
	var stack strings.Builder
	pcs := make([]uintptr, 2*maxFrames)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	for written, more := 0, true; more && written < maxFrames; {
		var frame runtime.Frame
		frame, more = frames.Next()
		if f.kind == "" {
			f.kind = reasons[frame.Function]
		}
		if f.kind != "" {
			// As the runtime prints it, but without the arguments.
			fmt.Fprintf(&stack, "%s(...)\n\t%s:%d\n", frame.Function, frame.File, frame.Line)
			written++
		}
	}
	if f.kind == "" { // Return was not called, but nothing is amiss
		f.kind = otherKind
	}
	f.stack = stack.String()
	return f
}
