package monitor

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

// TestOldViewsAreForgotten has a page open for some looks, and asks what is left of the
// first one.
func TestOldViewsAreForgotten(t *testing.T) {
	p := Handler().(*pages)
	open, err := p.join(subject{page: "caches"})
	if err != nil {
		t.Fatal(err)
	}
	defer p.leave(open)
	first := weak.Make(p.view)
	for range 5 {
		p.mu.Lock()
		p.look()
		p.mu.Unlock()
	}
	runtime.GC()
	if first.Value() != nil {
		t.Error("the view of the first look is kept, five looks later")
	}
	runtime.KeepAlive(p)
}

// TestManyLooks opens pages of things that come and go.
func TestManyLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := Handler().(*pages)
		probes := make([]*profile.Probe, 15)
		again := func(round int) {
			for i := range probes {
				probes[i] = profile.New(fmt.Sprintf("looks.f%d.%d", round%7, i))
			}
		}
		again(0)
		all, err := p.join(subject{page: "overview"})
		if err != nil {
			t.Fatal(err)
		}
		defer p.leave(all)
		one, err := p.join(subject{page: "function", key: key{name: "looks.f0.0"}})
		if err != nil {
			t.Fatal(err)
		}
		defer p.leave(one)
		var before runtime.MemStats
		for look := range 700 {
			if look%50 == 0 {
				again(look / 50)
			}
			for _, probe := range probes {
				call := probe.Begin()
				call.End()
			}
			time.Sleep(p.every)
			for _, c := range []*topic{all, one} {
				if _, err := p.next(c, look); err != nil {
					t.Fatal(err)
				}
			}
			if look == 350 {
				runtime.GC()
				runtime.ReadMemStats(&before)
			}
		}
		var after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&after)
		if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 4<<20 {
			t.Errorf("after 350 more looks the heap has grown by %d kB", grown>>10)
		}
		if n := len(p.bases); n > int(pageWindow/pageBases)+2 {
			t.Errorf("%d reports are kept", n)
		}
		if n := len(one.points.values[0]); n != pageKeep || len(one.heatmap.columns) != pageKeep {
			t.Errorf("%d points and %d columns are kept, want %d", n, len(one.heatmap.columns), pageKeep)
		}
	})
}

// TestReturnAtTheEnd comes back at the moment at which what was kept is about to be
// dropped.
func TestReturnAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := Handler().(*pages)
		open, err := p.join(subject{page: "caches"})
		if err != nil {
			t.Fatal(err)
		}
		p.leave(open)
		p.mu.Lock()
		time.Sleep(pageGrace) // the timer has run off, and waits for us
		open, err = p.admit(open.subject)
		p.mu.Unlock()
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		p.mu.Lock()
		kept := p.topics[open.subject]
		p.mu.Unlock()
		if kept != open {
			t.Error("an open page was dropped: it will never hear of anything")
		}
		p.leave(open)
	})
}

// TestServersAreForgotten has servers come and go.
func TestServersAreForgotten(t *testing.T) {
	p := Handler().(*pages)
	for range 50 {
		r, err := http.NewRequestWithContext(context.WithValue(t.Context(), http.ServerContextKey, new(http.Server)), "GET", "/", nil)
		if err != nil {
			t.Fatal(err)
		}
		if first, again := p.closing(r), p.closing(r); first == nil || first != again {
			t.Fatal("a server has not one channel")
		}
	}
	for range 100 {
		runtime.GC()
		p.mu.Lock()
		n := len(p.servers)
		p.mu.Unlock()
		if n < 5 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d servers are kept", len(p.servers))
}
