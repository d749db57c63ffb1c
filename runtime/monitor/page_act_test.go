package monitor_test

import (
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

// TestInvalidateOne empties one cache, and must leave those alone whose names or keys
// begin likewise.
func TestInvalidateOne(t *testing.T) {
	logged(t)
	bubble(t, func(t *testing.T) {
		m := cache.NewManager(cache.Config{})
		cache.Register("m:invalidate.one", m)
		defer m.Close(t.Context())
		caches := make(map[string]*cache.Cache[string, int])
		add := func(name string, m *cache.Manager, text func(string) string) {
			c := cache.New(cache.Options[string, int]{Name: name, TTL: time.Hour, Manager: m, KeyText: text})
			c.Set(t.Context(), "7", 1)
			caches[c.Name()] = c
		}
		add("user", m, nil)
		add("user:old", m, nil)
		add("user", m.Scope("eu"), nil)
		add("store.getUser", m, func(key string) string { return "user:" + key })
		add("all*", m, nil)
		add("all.others", m, nil)
		s := newSite(t, monitor.Handler(monitor.AllowActions()))
		for _, name := range []string{"user", "all*", "user@eu"} {
			form := url.Values{"do": {"invalidate"}, "name": {name}, "manager": {"m:invalidate.one"}}
			got := s.do("POST", "/action", form.Encode(), "Content-Type", aForm)
			if done := parse(t, got.body)["done"]; got.status != 200 || done != "1 entries invalidated" {
				t.Errorf("%s: status %d: %s", name, got.status, got.body)
			}
			delete(caches, name)
			for other, c := range caches {
				if _, ok := c.Get("7"); !ok {
					t.Errorf("%s: %s is empty as well", name, other)
					delete(caches, other)
				}
			}
		}
	})
}

type wires struct{}

func (*wires) Name() string      { return "wires" }
func (*wires) Stats() pool.Stats { return pool.Stats{Max: 3} }

// TestActs tells what actions do not reach, so that a page has no buttons for them.
func TestActs(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := newThings(t, "acts")
		w := new(wires)
		defer pool.Enlist(w)()
		s := newSite(t, monitor.Handler(monitor.AllowActions()))
		for path, want := range map[string]bool{
			"/pool.json?" + o.query: true, "/cache.json?" + o.query: true, "/function.json?" + o.query: true, "/pool.json?name=wires": false,
		} {
			compare(t, path, s.json(path)["subject"], "acts", want)
		}
		var all []*pool.Pool[int]
		for i := range 1001 {
			all = append(all, pool.New(pool.Options[int]{
				Name: fmt.Sprint("acts.many", i), Max: 1, New: func(context.Context) (int, error) { return 1, nil },
			}))
		}
		defer func() {
			for _, p := range all {
				p.Close(context.Background())
			}
		}()
		compare(t, "others", s.json("/pool.json?name=" + url.QueryEscape(monitor.Other))["subject"], "acts", false)
	})
}
