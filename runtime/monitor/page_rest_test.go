package monitor

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// TestRest leaves a page, after which nothing looks, and what was kept is dropped.
func TestRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := Handler().(*pages)
		visit := func() {
			topic, err := p.join(subject{page: "overview"})
			if err != nil {
				t.Fatal(err)
			}
			p.leave(topic)
		}
		view := func() *view {
			p.mu.Lock()
			defer p.mu.Unlock()
			return p.view
		}
		visit()
		first := view()
		time.Sleep(pageGrace - time.Second)
		visit()
		second := view()
		if second.before == nil || second.before.Time != first.now.Time {
			t.Error("what was known was dropped too early")
		}
		time.Sleep(pageGrace - time.Second)
		if view() != second {
			t.Error("somebody has looked")
		}
		time.Sleep(2 * time.Second)
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.view != nil || p.bases != nil || len(p.topics) != 0 || p.forget != nil {
			t.Errorf("%d topics and %d reports are kept", len(p.topics), len(p.bases))
		}
	})
}

// TestTopicsAreDropped goes from page to page while one stays open.
func TestTopicsAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := Handler().(*pages)
		stays, err := p.join(subject{page: "caches"})
		if err != nil {
			t.Fatal(err)
		}
		passing, err := p.join(subject{page: "pools"})
		if err != nil {
			t.Fatal(err)
		}
		p.leave(passing)
		for range 300 {
			time.Sleep(p.every)
			if _, err := p.next(stays, 0); err != nil {
				t.Fatal(err)
			}
		}
		p.mu.Lock()
		topics, bases := len(p.topics), len(p.bases)
		p.mu.Unlock()
		if topics != 1 || bases > int(pageWindow/pageBases)+2 {
			t.Errorf("%d topics and %d reports are kept", topics, bases)
		}
		p.leave(stays)
	})
}

// TestWithoutServer serves the page where there is no http.Server to tell when it ends.
func TestWithoutServer(t *testing.T) {
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, &http.Request{Method: "GET", URL: httptest.NewRequest("GET", "/", nil).URL})
	if w.Code != http.StatusOK {
		t.Errorf("status %d", w.Code)
	}
}

// TestHeatmapRows finds the bounds of each row again, and those of the profile's own
// intervals within one.
func TestHeatmapRows(t *testing.T) {
	bounds := heatmapBounds()
	if len(bounds) != heatmapRows {
		t.Fatalf("there are %d bounds, want %d", len(bounds), heatmapRows)
	}
	for i, b := range bounds {
		if heatmapRow(b) != i || i > 0 && heatmapRow(b-1) != i-1 {
			t.Errorf("%v is in row %d, what is a little faster in %d, want %d", b, heatmapRow(b), heatmapRow(b-1), i)
		}
	}
	if got := heatmapRow(1<<63 - 1); got != heatmapRows-1 {
		t.Errorf("the longest duration is in row %d", got)
	}
}

func TestShort(t *testing.T) {
	for name, want := range map[string]string{
		"example.com/shop/store.getUser": "store.getUser", "main.run": "main.run", "example.com/store/v2.Get": "store/v2.Get",
		"example.com/store.get[example.com/x/y.T]": "store.get[example.com/x/y.T]", "GET /users": "GET /users", "": "", "a/": "a/",
		"/": "/", "商品/検索.探す": "検索.探す", "example.com/store.Users.Get@eu": "store.Users.Get@eu",
	} {
		if got := short(name); got != want {
			t.Errorf("short(%q) is %q, want %q", name, got, want)
		}
	}
}
