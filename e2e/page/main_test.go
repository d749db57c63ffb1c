package page

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/examples/dashboard/shop"
	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// customers are those of the shop, which all tests look at: the figures are the process's.
var customers *shop.Customers

// usual is how many come in a second.
const usual = 200

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// run opens the shop for all tests, and closes it with the browser in the end.
func run(m *testing.M) (int, error) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // what fails in the shop is meant to
	warehouse, err := shop.OpenWarehouse()
	if err != nil {
		return 1, err
	}
	shop.Connect(warehouse.Addr())
	ctx, cancel := context.WithCancel(context.Background())
	customers = shop.Open(ctx, usual)
	watching := watch(ctx)
	code := m.Run()
	stopBrowser()
	cancel()
	<-customers.Done()
	<-watching.Done()
	ending, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return code, errors.Join(shop.ConnPool.Close(ending), warehouse.Close())
}

// hitRate is the name of an alert that is raised as soon as there were some customers, and
// stays so.
const hitRate = "recommendations are seldom kept"

// watch begins to judge alerts.
func watch(ctx context.Context) *monitor.Monitor {
	return monitor.Start(ctx, monitor.Every(often), monitor.WithoutObjectives(), monitor.Watch(
		monitor.Alert{
			Name: hitRate, When: monitor.Only(monitor.HitRateBelow(0.8), "*.recommend"),
			MinSamples: 20, Window: 2 * time.Second,
		},
		monitor.Alert{Name: "the moon is blue", When: monitor.LatencyAbove(0.5, time.Hour)},
	))
}

// quiet lets nobody come while the test lasts, once all have left.
func quiet(t testing.TB) {
	t.Helper()
	t.Cleanup(func() { customers.SetRate(usual) })
	if err := customers.Quiet(t.Context()); err != nil {
		t.Fatal(err)
	}
}
