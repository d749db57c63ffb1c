package main

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// More functions are for those who want to see the page of a large program. They have
// names as those of one have, and what generated code makes for each function: a probe,
// and for two of three a cache. Nothing is behind them.
type function struct {
	probe   *profile.Probe
	entries *cache.Cache[int, int] // nil if it is not cached
}

var (
	parts = strings.Fields("billing catalog checkout delivery search users mail stock prices reports reviews media coupons taxes sessions carriers")
	verbs = strings.Fields("load find list count render check read resolve")
	whats = strings.Fields("Account Address Article Basket Invoice Order Payment Rate")
)

// newFunction makes the one of a number. There are names for a thousand.
func newFunction(n int) function {
	part, rest := parts[n%len(parts)], n/len(parts)
	name := "github.com/bunsui/bunsui-go/examples/dashboard/more/" + part + "." + verbs[rest%len(verbs)] + whats[rest/len(verbs)%len(whats)]
	f := function{probe: profile.New(name)}
	if n%3 != 0 {
		f.entries = cache.New(cache.Options[int, int]{Name: name, TTL: time.Minute, MaxEntries: 100})
	}
	return f
}

// call calls it, and what it calls: the next one.
func (f function) call(ctx context.Context, key int, below ...function) {
	call := f.probe.Start(ctx)
	defer call.End()
	ctx = call.Context(ctx)
	if f.entries != nil {
		_, _ = f.entries.Load(ctx, key, func(_ context.Context, key int) (int, error) { return key, nil })
	}
	if len(below) > 0 {
		below[0].call(ctx, key, below[1:]...)
	}
	call.Return(nil)
}

// startMore makes n of them and calls them until ctx ends, so many times in a second. What
// it returns is closed then.
func startMore(ctx context.Context, n, perSecond int) <-chan struct{} {
	ended := make(chan struct{})
	all := make([]function, n)
	for i := range all {
		all[i] = newFunction(i)
	}
	go func() {
		defer close(ended)
		if n == 0 || perSecond <= 0 {
			return
		}
		const tick = 20 * time.Millisecond
		t := time.NewTicker(tick)
		defer t.Stop()
		for next := 0; ; {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
			}
			for range max(1, perSecond*int(tick/time.Millisecond)/1000/2) {
				next = (next + 1) % n
				all[next].call(ctx, rand.IntN(150), all[(next+1)%n])
			}
		}
	}()
	return ended
}
