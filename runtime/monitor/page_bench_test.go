package monitor

import (
	"fmt"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// crowd has 500 functions that are cached and profiled, each with calls that took
// differently long, and returns what calls a part of them.
func crowd(b *testing.B) (call func(part int)) {
	manager := cache.NewManager(cache.Config{})
	b.Cleanup(func() { manager.Close(b.Context()) })
	var caches []*cache.Cache[int, int]
	var probes []*profile.Probe
	for i := range 500 {
		name := fmt.Sprintf("example.com/shop/crowd.function%d", i)
		caches = append(caches, cache.New(cache.Options[int, int]{Name: name, TTL: time.Hour, Manager: manager}))
		probes = append(probes, profile.New(name))
		for k := range 20 {
			caches[i].Get(k)
			call := probes[i].Begin()
			for range k * 50 {
				call.Context(b.Context())
			}
			call.End()
		}
	}
	return func(part int) {
		for i := range part {
			caches[i].Get(1)
			call := probes[i].Begin()
			call.End()
		}
	}
}

// opened are the pages of a handler with an overview and a function's page open.
func opened(b *testing.B) *pages {
	p := Handler().(*pages)
	for _, on := range []subject{{page: "overview"}, {page: "function", key: key{name: "example.com/shop/crowd.function7"}}} {
		t, err := p.join(on)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { p.leave(t) })
	}
	return p
}

// BenchmarkPageLook500 is what a look costs, with all that is written for those who
// watch, when a tenth of the functions was called since the last one, or all.
func BenchmarkPageLook500(b *testing.B) {
	call := crowd(b)
	for _, part := range []int{0, 50, 500} {
		b.Run(fmt.Sprint("called=", part), func(b *testing.B) {
			p := opened(b)
			for b.Loop() {
				call(part)
				p.mu.Lock()
				p.look()
				p.mu.Unlock()
			}
		})
	}
}

// BenchmarkPageUpdate500 has the size of an update of the overview.
func BenchmarkPageUpdate500(b *testing.B) {
	call := crowd(b)
	for _, part := range []int{0, 50, 500} {
		b.Run(fmt.Sprint("called=", part), func(b *testing.B) {
			p := opened(b)
			bytes, n := 0, 0
			for b.Loop() {
				call(part)
				p.mu.Lock()
				p.look()
				bytes, n = bytes+len(p.topics[subject{page: "overview"}].update), n+1
				p.mu.Unlock()
			}
			b.ReportMetric(float64(bytes)/float64(n), "B/update")
			p.mu.Lock()
			defer p.mu.Unlock()
			text, err := p.topics[subject{page: "overview"}].document()
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(len(text)), "B/document")
		})
	}
}
