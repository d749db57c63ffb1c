package monitor_test

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor"
)

func ExampleLogEvents() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "took" || a.Key == "age" { // which differ each time
				return slog.Attr{}
			}
			return a
		},
	}))
	users := cache.New(cache.Options[int, string]{Name: "example.com/store.getUser", TTL: time.Minute})
	load := func(context.Context, int) (string, error) { return "somebody", nil }

	monitor.LogEvents(logger, monitor.LogOnly("example.com/store.*"), monitor.LogKeys())
	defer monitor.LogEvents(nil)
	for range 2 {
		_, _ = users.Load(context.Background(), 7, load)
	}
	// Output:
	// level=DEBUG msg="cache miss" cache=example.com/store.getUser manager=default key=example.com/store.getUser:7
	// level=DEBUG msg="cache load" cache=example.com/store.getUser manager=default key=example.com/store.getUser:7
	// level=DEBUG msg="cache store" cache=example.com/store.getUser manager=default key=example.com/store.getUser:7 source=loaded
	// level=DEBUG msg="cache hit" cache=example.com/store.getUser manager=default key=example.com/store.getUser:7
}
