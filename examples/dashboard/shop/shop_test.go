package shop_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/examples/dashboard/shop"
	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// There is one warehouse for all tests, as there is one pool in the process.
func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	warehouse, err := shop.OpenWarehouse()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	shop.Connect(warehouse.Addr())
	code := m.Run()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := errors.Join(shop.ConnPool.Close(ctx), warehouse.Close()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// patient repeats what fails because the warehouse is busy, as it is by chance.
func patient(t *testing.T, f func() error) error {
	t.Helper()
	for range 20 {
		if err := f(); err == nil || !strings.Contains(err.Error(), "busy") {
			return err
		}
	}
	t.Fatal("the warehouse is busy all the time")
	return nil
}

func TestPage(t *testing.T) {
	ctx := cachetest.Context(t)
	var text string
	if err := patient(t, func() (err error) { text, err = shop.Page(ctx, 1, 12); return err }); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<h1>Sturdy lamp no. 12</h1>", "40 left"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	before := cachetest.Stats(t, shop.StockCache).Hits
	if _, err := shop.Page(ctx, 1, 12); err != nil {
		t.Error(err)
	}
	if got := cachetest.Stats(t, shop.StockCache).Hits; got != before+1 {
		t.Errorf("%d hits, want one more than %d", got, before)
	}
	if err := patient(t, func() error { _, err := shop.Page(ctx, 1, shop.Products+1); return err }); !errors.Is(err, batch.ErrNotFound) {
		t.Errorf("an unknown product: %v", err)
	}
}

func TestOrder(t *testing.T) {
	ctx := cachetest.Context(t)
	const product = 77
	stock := func() (left int64) {
		if err := patient(t, func() (err error) { left, err = shop.Stock(ctx, product); return err }); err != nil {
			t.Fatal(err)
		}
		return left
	}
	before := stock()
	if err := patient(t, func() error { _, err := shop.Order(ctx, 1, "4000123412341234", []int64{product}); return err }); err != nil {
		t.Fatal(err)
	}
	if after := stock(); after >= before {
		t.Errorf("%d left, and %d after an order: the old figure was kept", before, after)
	}
	if _, err := shop.Order(ctx, 1, "12", []int64{product}); err == nil || strings.Contains(err.Error(), "busy") {
		t.Errorf("a wrong card: %v", err)
	}
}

// Everything that Bunsui can decorate has a part in it.
func TestCustomers(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := shop.Open(ctx, 2000)
	deadline := time.Now().Add(time.Minute)
	for !busy(monitor.Snapshot()) {
		if time.Now().After(deadline) {
			t.Fatalf("after a minute: %+v", monitor.Snapshot())
		}
		time.Sleep(5 * time.Millisecond)
	}
	if err := c.Quiet(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c.Rate() != 0 {
		t.Errorf("%d come after Quiet", c.Rate())
	}
	for _, f := range monitor.Snapshot().Functions {
		if f.InFlight != 0 {
			t.Errorf("%s is called after Quiet", f.Name)
		}
	}
	cancel()
	<-c.Done()
}

// busy reports whether something of each kind has happened.
func busy(r monitor.Report) bool {
	slow, failed, low, high := false, false, false, false
	for _, f := range r.Functions {
		slow = slow || len(f.Slow) > 0 && len(f.Slow[0].Args) > 0
		failed = failed || f.Errors > 0
	}
	for _, c := range r.Caches {
		low = low || c.Hits+c.Misses > 100 && c.HitRate() < 0.5 && c.Evictions > 0
		high = high || c.Hits+c.Misses > 100 && c.HitRate() > 0.5
	}
	return slow && failed && low && high &&
		len(r.Pools) == 1 && r.Pools[0].Reused > 0 &&
		len(r.Processors) == 1 && r.Processors[0].Succeeded > 0 &&
		len(r.Loaders) == 1 && r.Loaders[0].Batches > 0
}
