package monitor_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

func ExampleSnapshot() {
	p := pool.New(pool.Options[string]{Name: "example.connections", Max: 4, New: func(context.Context) (string, error) { return "connected", nil }})
	defer p.Close(context.Background())
	p.With(context.Background(), func(context.Context, string) error { return nil })

	for _, p := range monitor.Snapshot().Pools {
		if p.Name == "example.connections" {
			fmt.Println(p.Name, p.Acquired, "acquired,", p.Created, "created, at most", p.Max)
		}
	}
	// Output: example.connections 1 acquired, 1 created, at most 4
}

func ExampleStart() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	alerts := append(monitor.Alerts(), monitor.Alert{
		Name: "slow queries",
		When: monitor.Only(monitor.LatencyAbove(0.99, 200*time.Millisecond), "example.com/store.*"),
		For:  time.Minute,
	})
	m := monitor.Start(ctx, monitor.Watch(alerts...), monitor.OnAlert(func(e monitor.Event) {
		if e.Raised {
			log.Println("call somebody:", e)
		}
	}))
	for _, c := range m.History().Caches {
		last := c.Points[len(c.Points)-1]
		fmt.Printf("%s: %.0f hits/s\n", c.Name, last.PerSecond(last.Hits))
	}
	// Output:
}

func ExampleHandler() {
	page := monitor.Handler(monitor.AllowActions())
	http.Handle("/debug/bunsui/", http.StripPrefix("/debug/bunsui", page))
}

func ExampleWriteJSON() {
	http.HandleFunc("GET /internal/bunsui", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if err := monitor.WriteJSON(w); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	})
}
