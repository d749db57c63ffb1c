// Command faulttable prints what callers notice whose connections come from a pool while
// their server fails in several ways, one after the other. It takes three minutes and
// needs a redis-server and PostgreSQL, as the tests do.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"github.com/bunsui/bunsui-go/internal/poolfaults"
)

func main() {
	effort := poolfaults.DefaultEffort()
	flag.IntVar(&effort.Calls, "calls", effort.Calls, "how many calls are made in each row")
	server := flag.String("server", "", "a part of the name of the server; all unless given")
	only := flag.String("only", "", "a part of the names of the faults; all unless given")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *server, *only, effort); err != nil {
		fmt.Fprintln(os.Stderr, "faulttable:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, server, only string, effort poolfaults.Effort) error {
	var all []poolfaults.Row
	for _, s := range poolfaults.Servers() {
		if !strings.Contains(s.Name, server) {
			continue
		}
		rows, err := poolfaults.Play(ctx, s, only, effort)
		if err != nil {
			return err
		}
		all = append(all, rows...)
	}
	return poolfaults.Print(os.Stdout, all)
}
