package otlp

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// The functions of the program, as generated code would name them.
const (
	path    = "example.com/shop."
	orderFn = path + "Shop.order"
	priceFn = path + "price"
	stockFn = path + "stocks"
	mailFn  = path + "mail"
	region  = "send /mail.eml"
)

var shops atomic.Int64

var errNoStock = errors.New("nothing is left")

// A shop is a program that uses everything: an order needs a price, which is cached, a
// stock, which is loaded with those of other orders, and a connection of a pool.
type shop struct {
	name   string       // of this one alone: processors live as long as the process
	users  trace.Tracer // of another library
	prices *cache.Cache[int, int]
	stock  *batch.Loader[int, int]
	conns  *pool.Pool[*int]
	mails  *batch.Processor
}

func open(t *testing.T, users trace.Tracer) *shop {
	t.Helper()
	profile.Reset()
	profile.New(orderFn, profile.MaxLatency(0.99, time.Hour))
	s := &shop{users: users, name: fmt.Sprint(path, "number", shops.Add(1))}
	s.mails = batch.NewProcessor(s.name)
	manager := cache.NewManager(cache.Config{}).Scope("shop")
	s.prices = cache.New(cache.Options[int, int]{Name: s.name, TTL: time.Hour, Manager: manager})
	s.stock = batch.NewLoader(s.stocks, batch.LoaderName(s.name))
	s.conns = pool.New(pool.Options[*int]{Name: s.name, Max: 1, New: func(context.Context) (*int, error) { return new(int), nil }})
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		if err := errors.Join(s.conns.Close(ctx), manager.Close(ctx)); err != nil {
			t.Error(err)
		}
	})
	return s
}

// profiled runs body as generated code runs a profiled function.
func profiled[T any](ctx context.Context, name string, body func(context.Context) (T, error)) (T, error) {
	call := profile.New(name).Start(ctx)
	defer call.End()
	v, err := body(call.Context(ctx))
	call.Return(err)
	return v, err
}

func (s *shop) order(ctx context.Context, id int) (int, error) {
	return profiled(ctx, orderFn, func(ctx context.Context) (int, error) {
		price, err := s.prices.Load(ctx, id, s.price)
		if err != nil {
			return 0, err
		}
		n, err := s.stock.Load(ctx, id)
		switch {
		case err != nil:
			return 0, err
		case n == 0:
			return 0, errNoStock
		}
		return price, s.conns.With(ctx, func(context.Context, *int) error { return nil })
	})
}

func (s *shop) price(ctx context.Context, id int) (int, error) {
	return profiled(ctx, priceFn, func(ctx context.Context) (int, error) {
		_, span := s.users.Start(ctx, "SELECT", trace.WithSpanKind(trace.SpanKindClient))
		defer span.End()
		return 10 * id, nil
	})
}

func (s *shop) stocks(ctx context.Context, ids []int) (map[int]int, error) {
	return profiled(ctx, stockFn, func(context.Context) (map[int]int, error) {
		found := make(map[int]int)
		for _, id := range ids {
			found[id] = id - 1
		}
		return found, nil
	})
}

// mail sends one for each order; that of 3 panics, in the function that is measured.
func (s *shop) mail(ctx context.Context, ids []int) {
	batch.Process(ctx, ids, func(ctx context.Context, id int) (int, error) {
		return profiled(ctx, mailFn, func(ctx context.Context) (int, error) {
			_, end := profile.Region(ctx, region)
			defer end()
			if id == 3 {
				panic(id)
			}
			return id, nil
		})
	}, s.mails)
}

// run lets the shop work, below one span of the user's: two orders of 2, the second of
// which finds the price, one of 1, of which nothing is left, then mails.
func (s *shop) run(t *testing.T) {
	t.Helper()
	ctx, span := s.users.Start(t.Context(), "request", trace.WithSpanKind(trace.SpanKindServer))
	defer span.End()
	for _, id := range []int{2, 2, 1} {
		want := error(nil)
		if id == 1 {
			want = errNoStock
		}
		if _, err := s.order(ctx, id); !errors.Is(err, want) {
			t.Errorf("order %d: %v", id, err)
		}
	}
	s.mail(ctx, []int{1, 2, 3})
	s.queue(t)
}

// queue makes one acquire wait for another, and leaves one lease to the test's end.
func (s *shop) queue(t *testing.T) {
	t.Helper()
	first, err := s.conns.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	held := make(chan pool.Lease[*int])
	go func() {
		l, err := s.conns.Acquire(t.Context())
		if err != nil {
			t.Error(err)
		}
		held <- l
	}()
	for s.conns.Stats().Waiting == 0 {
		time.Sleep(time.Millisecond)
	}
	first.Release()
	lease := <-held
	t.Cleanup(func() { lease.Release() })
}
