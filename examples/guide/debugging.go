package guide

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// Why tells where the greeting of a user comes from, and what is kept of it.
func Why(ctx context.Context, w io.Writer, user int64) error {
	kept, err := UserProfileCache.Inspect(ctx, user, "en") // counts nothing, loads nothing
	if err != nil {
		return err // the store gives no answer
	}
	fmt.Fprintf(w, "in memory %v, for %v more; in the store %v\n", kept.InMemory, kept.Rest.Round(time.Second), kept.InStore)

	ctx, trace := cache.Trace(ctx)
	if _, err := GreetingPage(ctx, user); err != nil {
		return err
	}
	for _, step := range trace.Steps() {
		fmt.Fprintln(w, step)
	}
	return nil
}

// LogEvents writes a line for each hit, miss, load, retry and acquire of this program's own,
// with keys, until the returned function is called.
func LogEvents(w io.Writer) (stop func()) {
	logger := slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
	monitor.LogEvents(logger, monitor.LogKeys(), monitor.LogOnly("*/examples/guide.*", "mail"))
	return func() { monitor.LogEvents(nil) }
}
