package page

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// The page may be anywhere on a site, with and without a slash behind the prefix that is
// taken away, and all of it stays below that.
func TestPrefix(t *testing.T) {
	for _, mount := range []string{"/debug/bunsui", "/debug/bunsui/", "/a b/é%2F/"} {
		t.Run(mount, func(t *testing.T) {
			t.Parallel()
			base := &url.URL{Path: strings.TrimSuffix(mount, "/") + "/"}
			page := monitor.Handler(monitor.PageEvery(often))
			mux := http.NewServeMux()
			mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
				if !strings.HasPrefix(r.URL.Path, strings.TrimSuffix(mount, "/")) {
					t.Errorf("%s is asked for, which is not below %s", r.URL.Path, mount)
					http.NotFound(w, r)
					return
				}
				http.StripPrefix(mount, page).ServeHTTP(w, r)
			})
			s := serveHandler(t, base.Path, mux)
			c := newTab(t)
			start := s.at("")
			if mount == "/debug/bunsui" { // the page itself asks for the slash
				start.Path = mount
			}
			c.open(start)
			if at := evaluate[string](c, "location.pathname"); at != base.EscapedPath() {
				t.Errorf("at %s, want %s", at, base.EscapedPath())
			}
			c.click(`.name a`)
			c.until(`document.body?.dataset.page === 'function' || document.body?.dataset.page === 'cache'`)
			c.live()
			c.click(`.subject a`)
			c.until(`['overview', 'caches'].includes(document.body?.dataset.page)`)
			c.live()
			if kind := evaluate[string](c, `fetch(document.querySelector('a.json').href).then((r) => r.headers.get('Content-Type'))`); !strings.HasPrefix(kind, "application/json") {
				t.Errorf("the JSON is %s", kind)
			}
		})
	}
}

// A server that comes back is found again, and the figures go on.
func TestReconnect(t *testing.T) {
	t.Parallel()
	s := serve(t)
	c := newTab(t)
	c.open(s.at(""))
	evaluate[bool](c, "window.same = true")
	c.outage(true)
	s.stop()
	c.until(`document.querySelector('.state')?.dataset.state !== 'live'`)
	if text := c.text(".state"); !strings.Contains(text, "connecting") {
		t.Errorf("it says %q", text)
	}
	s.start()
	back := time.Now()
	c.live()
	c.newer(back)
	c.outage(false)
	c.newer(time.Now())
	if !evaluate[bool](c, "window.same") {
		t.Error("the page was loaded again")
	}
}
