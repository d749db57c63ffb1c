package batch

import (
	"context"
	"log/slog"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
)

// What follows writes debug logs. It is called where no lock is held, since handlers are
// the user's code, and only while eventlog.On.

// tell writes an event of a call of Process, Stream or Write.
func (s *settings) tell(ctx context.Context, what string, attrs ...slog.Attr) {
	name := ""
	if s.by != nil {
		name = s.by.name
	}
	if l := eventlog.For(ctx, name); l != nil {
		l.Tell(ctx, what, append([]slog.Attr{slog.String("batch", name)}, attrs...)...)
	}
}

// tellRetry tells of an attempt after the first one, which is about to be made: after how
// long a wait, and after which error.
func (s *settings) tellRetry(ctx context.Context, index, attempt int, delay time.Duration, last error) {
	s.tell(ctx, "batch retry",
		slog.Int("index", index), slog.Int("attempt", attempt), slog.Duration("delay", delay), eventlog.Error(last))
}

// tellRun tells of the end of a run.
func (s *settings) tellRun(ctx context.Context, good, bad, skipped int, took time.Duration) {
	s.tell(ctx, "batch run",
		slog.Int("succeeded", good), slog.Int("failed", bad), slog.Int("not_started", skipped), slog.Duration("took", took))
}

// tellCall tells of a call for several items, of which some may be repeated.
func (s *settings) tellCall(ctx context.Context, items, failed int, took time.Duration) {
	s.tell(ctx, "batch call", slog.Int("items", items), slog.Int("failed", failed), slog.Duration("took", took))
}

// tell writes an event of a loader. ctx is that of a batch.
func (c *loaderCore) tell(ctx context.Context, keys int, began time.Time, err error) {
	l := eventlog.For(ctx, c.name)
	if l == nil {
		return
	}
	var took slog.Attr
	if !began.IsZero() {
		took = slog.Duration("took", time.Since(began))
	}
	l.Tell(ctx, "loader batch", slog.String("loader", c.name), slog.Int("keys", keys), took, eventlog.Error(err))
}
