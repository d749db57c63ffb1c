// Package eventlog is the switch of the debug logs of caches, batches, loaders and pools.
// Packages ask On where something happens, which is one atomic load, and more only if it
// is true. What a cached call asks is route.Active, which is true as long as On is: its
// hits pay nothing.
//
// It knows nothing of what is logged. Package monitor is what users see of it.
package eventlog

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/bunsui/bunsui-go/runtime/internal/route"
)

// A Log is where events go. Nobody changes it once it is in use. A panic of the logger is
// reported once.
type Log struct {
	To *slog.Logger
	// Keys says that keys are shown.
	Keys bool
	// Only reports whether the events of a name are wanted; nil wants all.
	Only func(name string) bool
	// broken says that the handler has panicked, and that this was reported.
	broken atomic.Bool
}

var current atomic.Pointer[Log]

var switching struct {
	sync.Mutex
	hear []func()
}

// On reports whether there is a log.
func On() bool { return current.Load() != nil }

// Switch makes l the log; nil is none.
func Switch(l *Log) {
	switching.Lock()
	defer switching.Unlock()
	current.Store(l)
	route.Watch(l != nil)
	for _, f := range switching.hear {
		f()
	}
}

// Hear has f called after each change of On, by one goroutine at a time. It returns true,
// so that a package can call it in the initialiser of a blank variable.
func Hear(f func()) bool {
	switching.Lock()
	defer switching.Unlock()
	switching.hear = append(switching.hear, f)
	return true
}

// For returns the log for an event of a name, or nil if there is none that wants it. It
// calls the user's code, as Tell does: no lock may be held.
func For(ctx context.Context, name string) *Log {
	l := current.Load()
	if l == nil || l.Only != nil && !l.Only(name) || Quiet(ctx) || !l.enabled(ctx) {
		return nil
	}
	return l
}

// Tell writes an event for which For has returned l.
func (l *Log) Tell(ctx context.Context, what string, attrs ...slog.Attr) {
	r := slog.NewRecord(time.Now(), slog.LevelDebug, what, 0)
	r.AddAttrs(slices.DeleteFunc(attrs, slog.Attr{}.Equal)...)
	l.handle(ctx, r)
}

// longest is how many bytes of a key are shown.
const longest = 200

// Key returns an attribute with a key, which Tell leaves out
// unless keys are shown. text may be the user's code, and panic.
func (l *Log) Key(text func() string) (a slog.Attr) {
	if !l.Keys {
		return a
	}
	defer func() {
		if recover() != nil {
			a = slog.String("key", "(no text: a panic)")
		}
	}()
	return slog.String("key", bounded(text()))
}

func bounded(text string) string {
	if len(text) <= longest {
		return text
	}
	end := longest
	for end > longest-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// Error returns an attribute with an error, which Tell leaves out if that is nil.
func Error(err error) (a slog.Attr) {
	if err == nil {
		return a
	}
	return slog.Any("error", err)
}
