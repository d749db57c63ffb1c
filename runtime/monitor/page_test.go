package monitor_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// things has one of each kind, all of one name, and a manager of its own.
type things struct {
	name    string
	query   string // name and manager, for addresses
	manager *cache.Manager
	cache   *cache.Cache[string, int]
	pool    *pool.Pool[int]
	probe   *profile.Probe
	loader  *batch.Loader[string, int]
	batch   *batch.Processor
}

var thingsMade atomic.Int64

// newThings makes things whose name no other test has, nor this one when it runs again.
func newThings(t *testing.T, name string) *things {
	name = fmt.Sprintf("%s%d", name, thingsMade.Add(1))
	o := &things{name: name, manager: cache.NewManager(cache.Config{})}
	cache.Register("m:"+name, o.manager)
	o.query = url.Values{"name": {name}, "manager": {"m:" + name}}.Encode()
	o.cache = cache.New(cache.Options[string, int]{Name: name, TTL: time.Minute, MaxEntries: 100, Manager: o.manager})
	o.pool = pool.New(pool.Options[int]{Name: name, Max: 3, New: func(context.Context) (int, error) { return 1, nil }})
	o.probe = profile.New(name, profile.Slow(time.Second), profile.MaxLatency(0.99, time.Second), profile.MaxErrors(0.01))
	o.batch = batch.NewProcessor(name)
	o.loader = batch.NewLoader(func(_ context.Context, keys []string) (map[string]int, error) {
		return map[string]int{keys[0]: 1}, nil
	}, batch.LoaderName(name))
	t.Cleanup(func() {
		if err := errors.Join(o.pool.Close(context.Background()), o.manager.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
	return o
}

// use uses each of the things n times, differently.
func (o *things) use(n int) {
	ctx := context.Background()
	for i := range n {
		call := o.probe.Start(ctx)
		_, end := profile.Region(call.Context(ctx), o.name+".inner")
		time.Sleep(time.Duration(i) * time.Millisecond)
		end()
		call.Return([]error{nil, errors.New("bad luck")}[i%2])
		call.End()
		o.cache.Get("key")
		o.cache.Set(ctx, "key", i)
		o.loader.Load(ctx, fmt.Sprint(i))
		batch.Process(ctx, []int{1, 2, 3}, func(context.Context, int) (int, error) { return 0, nil }, o.batch)
		o.pool.With(ctx, func(context.Context, int) error { return nil })
	}
}

// slow makes a slow call that has an argument.
func (o *things) slow(argument string) {
	call := o.probe.Begin()
	time.Sleep(2 * time.Second)
	if call.Slow() {
		call.Arg("query", argument)
		call.Redact("password")
	}
	call.Return(nil)
	call.End()
}

func bubble(t *testing.T, f func(t *testing.T)) { synctest.Test(t, f) }

// TestRoutes asks for every address below different mounts.
func TestRoutes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := newThings(t, "routes")
		o.use(3)
		mux := http.NewServeMux()
		h := monitor.Handler()
		mux.Handle("/", h)
		mux.Handle("/debug/bunsui/", http.StripPrefix("/debug/bunsui", h))
		mux.Handle("/deep/er/", http.StripPrefix("/deep/er/", h))
		s := newSite(t, mux)
		for _, mount := range []string{"/", "/debug/bunsui/", "/deep/er/"} {
			for route, kind := range map[string]string{
				"": "text/html", "overview.json": "application/json",
				"function?" + o.query: "text/html", "function.json?" + o.query: "application/json",
				"caches": "text/html", "caches.json": "application/json",
				"cache?" + o.query: "text/html", "cache.json?" + o.query: "application/json",
				"pools": "text/html", "pools.json": "application/json",
				"pool?" + o.query: "text/html", "pool.json?" + o.query: "application/json",
				"batches": "text/html", "batches.json": "application/json",
				"batch?" + o.query: "text/html", "batch.json?" + o.query: "application/json",
				"loader?" + o.query: "text/html", "loader.json?" + o.query: "application/json",
				"alerts": "text/html", "alerts.json": "application/json", "report.json": "application/json",
				"profile.json": "application/json", "profile.folded": "text/plain", "profile.txt": "text/plain",
				"static/app.js": "text/javascript", "static/app.css": "text/css",
			} {
				got := s.do("GET", mount+route, "")
				if got.status != 200 || got.header.Get("Content-Type") != kind+"; charset=utf-8" || got.body == "" {
					t.Errorf("GET %s%s: status %d, %s", mount, route, got.status, got.header.Get("Content-Type"))
				}
				checkHeaders(t, mount+route, got.header)
				if kind == "application/json" && !json.Valid([]byte(got.body)) {
					t.Errorf("%s%s: not JSON", mount, route)
				}
				head := s.do("HEAD", mount+route, "")
				if head.status != 200 || head.body != "" || head.header.Get("Content-Type") != got.header.Get("Content-Type") {
					t.Errorf("HEAD %s%s: status %d, %q", mount, route, head.status, head.body)
				}
			}
			if got := s.do("HEAD", mount+"events?page=caches", ""); got.status != 200 || got.header.Get("Content-Type") != "text/event-stream" {
				t.Errorf("HEAD %sevents: %+v", mount, got)
			}
		}
	})
}

func checkHeaders(t *testing.T, route string, h http.Header) {
	t.Helper()
	policy := h.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("%s: the policy is %q", route, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("%s: the headers are %v", route, h)
	}
	if got := h.Get("Cache-Control"); !strings.Contains(route, "static/") && got != "no-store" {
		t.Errorf("%s: Cache-Control is %q", route, got)
	}
}

// TestMountWithoutSlash follows the redirect that relative links need.
func TestMountWithoutSlash(t *testing.T) {
	bubble(t, func(t *testing.T) {
		mux := http.NewServeMux()
		mux.Handle("/debug/live", http.StripPrefix("/debug/live", monitor.Handler()))
		mux.Handle("/debug/live/", http.StripPrefix("/debug/live", monitor.Handler()))
		mux.Handle("/exact/", http.StripPrefix("/exact/", monitor.Handler()))
		s := newSite(t, mux)
		got := s.do("GET", "/debug/live?x=1", "")
		to, err := (&url.URL{Path: "/debug/live"}).Parse(got.header.Get("Location"))
		if err != nil || got.status != http.StatusTemporaryRedirect || to.String() != "/debug/live/?x=1" {
			t.Fatalf("status %d, to %v, error %v", got.status, to, err)
		}
		for _, path := range []string{"/debug/live/", "/exact/"} {
			if got := s.do("GET", path, ""); got.status != 200 || !strings.Contains(got.body, `data-page="overview"`) {
				t.Errorf("%s: status %d: %s", path, got.status, got.body)
			}
		}
	})
}

func TestUnknown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newSite(t, monitor.Handler())
		for _, path := range []string{
			"/function?name=nobody", "/cache?name=nobody", "/pool?name=nobody", "/batch?name=nobody", "/loader?name=nobody",
			"/nothing", "/overview", "/caches/", "/static/", "/static/nothing.js", "/static/../web.go", "/action",
			"/function.json?name=nobody", "/nothing.json", "/profile.xml", "/events?page=nothing", "/events?page=function&name=nobody",
		} {
			got := s.do("GET", path, "")
			if got.status != http.StatusNotFound || got.body == "" {
				t.Errorf("%s: status %d: %s", path, got.status, got.body)
			}
			checkHeaders(t, path, got.header)
		}
		if got := s.do("GET", "/function.json?name=nobody", ""); parse(t, got.body)["error"] == "" {
			t.Errorf("the problem is %s", got.body)
		}
		if got := s.do("GET", "/function?name=nobody", ""); !strings.Contains(got.body, "there is nothing of that name") {
			t.Errorf("the page is %s", got.body)
		}
	})
}

func TestOtherMethods(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newSite(t, monitor.Handler())
		for _, path := range []string{"/", "/overview.json", "/events?page=caches", "/action", "/static/app.js", "/profile.json"} {
			for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH"} {
				got := s.do(method, path, "")
				if got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != "GET, HEAD" {
					t.Errorf("%s %s: status %d, Allow %q", method, path, got.status, got.header.Get("Allow"))
				}
			}
		}
	})
}

// TestHostileNames looks for names that would end a script, a path or a header.
func TestHostileNames(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newSite(t, monitor.Handler())
		for _, name := range []string{
			`</script><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "../../etc/passwd", strings.Repeat("long", 2500),
			"two\r\nSet-Cookie: a=b\n\n", "商品/検索", "\xff\xfe not UTF-8", "a&b=c#d?e%2f", "javascript:alert(1)", "${7*7} {{.}}",
		} {
			o := newThings(t, name)
			o.use(2)
			for _, page := range []string{"function", "cache", "pool", "batch", "loader"} {
				got := s.do("GET", "/"+page+"?"+o.query, "")
				if got.status != 200 || strings.Contains(got.body, "<script>") || strings.Contains(got.body, "<img") || got.header.Get("Set-Cookie") != "" {
					t.Errorf("%.40q: %s: status %d: %.2000s", name, page, got.status, got.body)
				}
				subject := s.json("/" + page + ".json?" + o.query)["subject"].(map[string]any)["name"].(string)
				if len(subject) > 210 || len(o.name) < 200 && subject != strings.ToValidUTF8(o.name, "?") {
					t.Errorf("%.40q: %s is about %q", name, page, subject)
				}
			}
			stream := s.stream("page=cache&" + o.query)
			stream.want("document")
			stream.close()
			if got := s.do("GET", "/"+url.PathEscape(name), ""); got.status != 404 || strings.Contains(got.body, "<script>") || strings.Contains(got.body, "<img") {
				t.Errorf("%.40q: as a path: status %d: %s", name, got.status, got.body)
			}
		}
		for _, list := range []string{"/overview.json", "/caches.json", "/pools.json", "/batches.json", "/report.json", "/profile.json"} {
			s.json(list)
		}
	})
}

// TestArguments looks for what a call was given everywhere.
func TestArguments(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := newThings(t, "arguments")
		o.slow("4711-secret")
		o.cache.Set(t.Context(), "4711-secret", 1)
		closed, open := newSite(t, monitor.Handler()), newSite(t, monitor.Handler(monitor.ShowArguments()))
		for _, path := range []string{
			"/", "/overview.json", "/function?" + o.query, "/function.json?" + o.query, "/cache.json?" + o.query, "/caches.json",
			"/pool.json?" + o.query, "/report.json", "/profile.json", "/profile.txt", "/profile.folded",
		} {
			if got := closed.do("GET", path, ""); got.status != 200 || strings.Contains(got.body, "4711") {
				t.Errorf("%s: status %d: %s", path, got.status, got.body)
			}
		}
		stream := closed.stream("page=function&" + o.query)
		if _, text, err := stream.next(); err != nil || strings.Contains(text, "4711") || !strings.Contains(text, `"duration_ns":2000000000`) {
			t.Errorf("error %v: %s", err, text)
		}
		stream.close()
		slow := open.json("/function.json?" + o.query)["slow"].(map[string]any)["last"].([]any)[0].(map[string]any)
		if got := fmt.Sprint(slow["args"]); !strings.Contains(got, "4711-secret") || !strings.Contains(got, "redacted:true") {
			t.Errorf("the arguments are %s", got)
		}
		if got := open.do("GET", "/profile.json", ""); !strings.Contains(got.body, "4711-secret") {
			t.Error("the download has no arguments")
		}
	})
}

// row returns a row of a table by the names of its columns.
func row(t *testing.T, table any, name string) map[string]any {
	t.Helper()
	all := table.(map[string]any)
	for _, l := range all["labels"].([]any) {
		l := l.(map[string]any)
		if l["name"] != name {
			continue
		}
		for _, r := range all["rows"].([]any) {
			if r := r.([]any); r[0] == l["id"] {
				found := map[string]any{"label": l}
				for i, column := range all["columns"].([]any) {
					found[column.(string)] = r[i]
				}
				return found
			}
		}
	}
	t.Fatalf("there is no row %q", name)
	return nil
}

// compare compares members, given as pairs of name and value, with those of an object.
func compare(t *testing.T, what string, object any, pairs ...any) {
	t.Helper()
	for pair := range slices.Chunk(pairs, 2) {
		if got, want := fmt.Sprint(object.(map[string]any)[pair[0].(string)]), fmt.Sprint(number(pair[1])); got != want {
			t.Errorf("%s: %s is %s, want %s", what, pair[0], got, want)
		}
	}
}

// number returns what encoding/json makes of a number.
func number(v any) (n any) {
	text, _ := json.Marshal(v)
	_ = json.Unmarshal(text, &n)
	return n
}
