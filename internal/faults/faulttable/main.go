// Command faulttable prints what callers of a shared cached function notice while its
// Redis server fails in several ways, one after the other. It takes two minutes and
// needs a redis-server, as the tests do.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"github.com/redis/go-redis/v9/logging"

	"github.com/bunsui/bunsui-go/internal/faults"
)

func main() {
	calls := flag.Int("calls", faults.DefaultCalls, "how many calls each scenario has")
	only := flag.String("only", "", "a part of the names of the scenarios to play; all unless given")
	flag.Parse()
	logging.Disable() // it says for each connection that there is none
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *calls, *only); err != nil {
		fmt.Fprintln(os.Stderr, "faulttable:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, calls int, only string) error {
	var rows []faults.Row
	for _, s := range faults.Scenarios() {
		if !strings.Contains(s.Name, only) {
			continue
		}
		s.Calls = calls
		row, err := faults.Run(ctx, s)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	return faults.Print(os.Stdout, rows)
}
