package monitor_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

const aForm, someJSON = "application/x-www-form-urlencoded", "application/json"

// logged returns what is logged until the test ends.
func logged(t *testing.T) *bytes.Buffer {
	var text bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&text, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	return &text
}

func TestActions(t *testing.T) {
	text := logged(t)
	bubble(t, func(t *testing.T) {
		o := newThings(t, "actions")
		o.use(3)
		s := newSite(t, monitor.Handler(monitor.AllowActions()))
		act := func(do, mode string) {
			t.Helper()
			form := url.Values{"do": {do}, "mode": {mode}, "name": {o.name}, "manager": {"m:" + o.name}}
			got := s.do("POST", "/action", form.Encode(), "Content-Type", aForm)
			if got.status != 200 || parse(t, got.body)["done"] == "" {
				t.Errorf("%s %s: status %d: %s", do, mode, got.status, got.body)
			}
			if line := text.String(); strings.Count(line, "\n") == 0 || !strings.Contains(line, "level=INFO") || !strings.Contains(line, o.name) {
				t.Errorf("%s %s: the log has %q", do, mode, line)
			}
			text.Reset()
		}
		act("invalidate", "")
		if _, ok := o.cache.Get("key"); ok {
			t.Error("the cache has its entry still")
		}
		for mode, want := range map[string]cache.Mode{"off": cache.Off, "memory": cache.MemoryOnly, "on": cache.On, "usual": cache.On} {
			act("mode", mode)
			if e, err := o.manager.Entry(o.name); err != nil || e.Settings().Mode != want {
				t.Errorf("%s: the mode is %v, error %v", mode, e.Settings().Mode, err)
			}
		}
		calls := func() uint64 { return find(t, profile.Snapshot(), o.name).Calls }
		before := calls()
		act("recording", "off")
		o.use(2)
		compare(t, "function", s.json("/function.json?"+o.query), "recording", "off", "recorded", false)
		act("recording", "usual")
		compare(t, "function", s.json("/function.json?"+o.query), "recording", "usual", "recorded", true)
		if calls() != before {
			t.Error("calls were recorded")
		}
		act("suspend", "")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := o.pool.Acquire(ctx); err == nil || !o.pool.Stats().Suspended {
			t.Errorf("a suspended pool acquires: %v", err)
		}
		act("resume", "")
		o.use(1)
	})
}

// TestActionAnswers asks for what is wrong, and from elsewhere.
func TestActionAnswers(t *testing.T) {
	logged(t)
	bubble(t, func(t *testing.T) {
		o := newThings(t, "answers")
		s := newSite(t, monitor.Handler(monitor.AllowActions()))
		good := `{"do":"recording","mode":"usual","name":"` + o.name + `"}`
		for _, c := range []struct {
			what, body, kind string
			status           int
			header           []string
		}{
			{"JSON", good, someJSON, 200, nil},
			{"its own origin", good, someJSON, 200, []string{"Origin", "http://site.test"}},
			{"its own site", good, someJSON, 200, []string{"Sec-Fetch-Site", "same-origin", "Origin", "https://elsewhere.test"}},
			{"another origin", good, someJSON, 403, []string{"Origin", "http://elsewhere.test"}},
			{"another port", good, someJSON, 403, []string{"Origin", "http://site.test:81"}},
			{"no origin", good, someJSON, 403, []string{"Origin", "null"}},
			{"another site", good, someJSON, 403, []string{"Sec-Fetch-Site", "cross-site"}},
			{"a subdomain", good, someJSON, 403, []string{"Sec-Fetch-Site", "same-site"}},
			{"text", good, "text/plain", 400, nil},
			{"no JSON", "{", someJSON, 400, nil},
			{"an unknown action", `{"do":"format"}`, someJSON, 400, nil},
			{"an unknown mode", `{"do":"recording","mode":"x","name":"` + o.name + `"}`, someJSON, 400, nil},
			{"an unknown mode of a cache", "do=mode&name=" + o.name, aForm, 400, nil},
			{"an unknown cache", "do=mode&mode=on&name=" + o.name, aForm, 404, nil},
			{"an unknown cache", "do=invalidate&name=nobody", aForm, 404, nil},
			{"an unknown function", "do=recording&mode=on&name=nobody", aForm, 404, nil},
			{"an unknown pool", "do=suspend&name=nobody", aForm, 404, nil},
			{"too much", `{"do":"` + strings.Repeat("x", 1<<20) + `"}`, someJSON, 413, nil},
			{"too much of a form", "do=" + strings.Repeat("x", 1<<20), aForm, 413, nil},
			{"a browser without a script", "do=recording&mode=usual&" + o.query, aForm, 303, []string{"Accept", "text/html,*/*"}},
		} {
			got := s.do("POST", "/action", c.body, append([]string{"Content-Type", c.kind}, c.header...)...)
			if got.status != c.status {
				t.Errorf("%s: status %d, want %d: %s", c.what, got.status, c.status, got.body)
			}
			if to := got.header.Get("Location"); (c.status == 303) != (to == "./function?name="+o.name) {
				t.Errorf("%s: leads to %q", c.what, to)
			}
			if c.status >= 400 && parse(t, got.body)["error"] == "" {
				t.Errorf("%s: the problem is %s", c.what, got.body)
			}
			checkHeaders(t, c.what, got.header)
		}
		if got := s.do("GET", "/action", ""); got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != "POST" {
			t.Errorf("GET: status %d, Allow %q", got.status, got.header.Get("Allow"))
		}
		if got := s.do("POST", "/", ""); got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != "GET, HEAD" {
			t.Errorf("POST /: status %d, Allow %q", got.status, got.header.Get("Allow"))
		}
	})
}
