// Command dashboard is a shop with its live page: open the URL that it prints. It makes
// the load by itself, on the loopback interface only, and ends on an interrupt.
//
// Start it in the folder examples:
//
//	go run ./dashboard
//	curl -X POST 'http://127.0.0.1:PORT/customers?rate=500'
//
// The shop is in package shop; this one puts it on a mux, with the live page.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/bunsui/bunsui-go/examples/dashboard/shop"
	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// closing bounds how long it may take to end what is under way.
const closing = 5 * time.Second

// config is what the command line says.
type config struct {
	addr            string
	rate, functions int
	calls           int
	actions, args   bool
}

func main() {
	var c config
	flag.StringVar(&c.addr, "addr", "127.0.0.1:0", "host:port to listen at; port 0 is one that is free")
	flag.IntVar(&c.rate, "rate", 200, "customers a second, at first")
	flag.IntVar(&c.functions, "functions", 0, "how many more functions the program has, which do nothing but are measured")
	flag.IntVar(&c.calls, "calls", 3000, "how often they are called in a second, all together")
	flag.BoolVar(&c.actions, "actions", true, "allow actions on the page, such as invalidating a cache")
	flag.BoolVar(&c.args, "arguments", true, "show the arguments of slow calls on the page")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, c, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// run opens the shop, prints where its page is, and closes it when ctx ends. Nothing of
// it is left then.
func run(ctx context.Context, c config, out io.Writer) (err error) {
	warehouse, err := shop.OpenWarehouse()
	if err != nil {
		return err
	}
	shop.Connect(warehouse.Addr())
	ctx, cancel := context.WithCancel(ctx)
	customers := shop.Open(ctx, c.rate)
	more := startMore(ctx, c.functions, c.calls)
	watching := watch(ctx)
	defer func() {
		cancel()
		<-customers.Done()
		<-more
		<-watching.Done()
		ending, cancel := context.WithTimeout(context.Background(), closing)
		defer cancel()
		err = errors.Join(err, shop.ConnPool.Close(ending), warehouse.Close())
	}()
	if err := shop.ConnPool.Start(ctx); err != nil {
		return err
	}
	return serve(ctx, c, out, handler(c, customers))
}

// watch looks at everything twice as often as it would by itself, so that there is something
// to see soon. What page promises (p99=, max_errors=) is judged without being asked for.
func watch(ctx context.Context) *monitor.Monitor {
	alerts := append(monitor.Alerts(), monitor.Alert{Name: "calls fail", When: monitor.ErrorsAbove(0.02)})
	return monitor.Start(ctx, monitor.Every(5*time.Second), monitor.Watch(alerts...))
}

// serve answers requests until ctx ends.
func serve(ctx context.Context, c config, out io.Writer, h http.Handler) error {
	listener, err := net.Listen("tcp", c.addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: closing}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	fmt.Fprintf(out, "http://%s%s\n", listener.Addr(), prefix)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	err = server.Shutdown(ending) // open pages end by that
	<-failed
	return err
}
