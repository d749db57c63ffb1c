package monitor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// find returns the element of a list that is called name.
func find[T any](t *testing.T, list []T, name string) T {
	t.Helper()
	i := slices.IndexFunc(list, func(e T) bool { return reflect.ValueOf(e).FieldByName("Name").String() == name })
	if i < 0 {
		t.Fatalf("there is no %q among %d of %T", name, len(list), list)
	}
	return list[i]
}

func TestSnapshotKnowsCaches(t *testing.T) {
	before := monitor.Snapshot()
	named := cache.NewManager(cache.Config{})
	cache.Register("snapshot.manager", named)
	defer named.Close(t.Context())
	of := map[string]*cache.Manager{"snapshot.default": nil, "snapshot.named": named, "snapshot.unnamed": cache.NewManager(cache.Config{})}
	for name, m := range of {
		c := cache.New(cache.Options[int, int]{Name: name, TTL: time.Hour, MaxEntries: 7, Manager: m})
		defer c.Clear(t.Context())
		if err := c.Set(t.Context(), 1, 1); err != nil {
			t.Fatal(err)
		}
		c.Get(1)
		c.Get(2)
	}
	r := monitor.Snapshot().Since(before)
	for name, manager := range map[string]string{
		"snapshot.default": "default", "snapshot.named": "snapshot.manager", "snapshot.unnamed": "",
	} {
		if c := find(t, r.Caches, name); c.Manager != manager || c.Hits != 1 || c.Misses != 1 || c.Size != 1 || c.Settings.MaxEntries != 7 {
			t.Errorf("the report has %+v", c)
		}
	}
	if m := find(t, r.Managers, "snapshot.manager"); m.Caches != 1 || m.HasStore {
		t.Errorf("the report has %+v", m)
	}
}

func TestSnapshotKnowsTheRest(t *testing.T) {
	before := monitor.Snapshot()
	processor := batch.NewProcessor("snapshot.processor")
	batch.Process(t.Context(), []int{1, 2, 3}, func(_ context.Context, i int) (int, error) {
		if i == 2 {
			return 0, errors.New("two")
		}
		return i, nil
	}, processor)
	loader := batch.NewLoader(double, batch.LoaderName("snapshot.loader"))
	defer loader.Load(t.Context(), 2) // so that it is still there
	if _, err := loader.Load(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	p := pool.Register("snapshot.pool", pool.New(pool.Options[int]{New: func(context.Context) (int, error) { return 1, nil }}))
	defer p.Close(t.Context())
	lease, err := p.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer lease.Release()
	_, end := profile.Region(t.Context(), "snapshot.region")
	end()
	checkTheRest(t, monitor.Snapshot().Since(before))
}

func checkTheRest(t *testing.T, r monitor.Window) {
	t.Helper()
	if p := find(t, r.Processors, "snapshot.processor"); p.Succeeded != 2 || p.Failed != 1 {
		t.Errorf("the report has %+v", p)
	}
	if l := find(t, r.Loaders, "snapshot.loader"); l.Calls != 1 || l.Batches != 1 {
		t.Errorf("the report has %+v", l)
	}
	if p := find(t, r.Pools, "snapshot.pool"); p.InUse != 1 || p.Created != 1 {
		t.Errorf("the report has %+v", p)
	}
	if f := find(t, r.Functions, "snapshot.region"); f.Calls != 1 {
		t.Errorf("the report has %+v", f)
	}
}

func double(_ context.Context, keys []int) (map[int]int, error) {
	all := make(map[int]int)
	for _, k := range keys {
		all[k] = 2 * k
	}
	return all, nil
}

func TestWriteJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := cache.New(cache.Options[int, int]{Name: "json.cache", TTL: cache.Forever, MaxEntries: cache.Unlimited})
		c.Set(t.Context(), 1, 1)
		p := pool.New(pool.Options[int]{
			Name: "json.pool", New: func(context.Context) (int, error) { return 0, errors.New("refused") },
			AcquireTimeout: time.Millisecond, Logger: slog.New(slog.DiscardHandler),
		})
		defer p.Close(t.Context())
		if _, err := p.Acquire(t.Context()); err == nil {
			t.Fatal("a pool without resources lends one")
		}
		var out bytes.Buffer
		if err := monitor.WriteJSON(&out); err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Version       int
			Time          time.Time
			Caches, Pools []map[string]any
		}
		if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		if doc.Version != monitor.JSONVersion || time.Since(doc.Time) > time.Hour {
			t.Errorf("version and time are %d, %v", doc.Version, doc.Time)
		}
		for _, c := range doc.Caches {
			if c["name"] == "json.cache" && (c["ttl_ns"] != nil || c["max_entries"] != nil || c["hit_rate"] != nil || c["mode"] != "on" || c["size"] != 1.0) {
				t.Errorf("the cache is %v", c)
			}
		}
		for _, p := range doc.Pools {
			if p["name"] == "json.pool" && (p["create_error"] != "refused" || p["timeouts"] != 1.0 || len(p["wait_times"].([]any)) != 12) {
				t.Errorf("the pool is %v", p)
			}
		}
	})
}

// TestJSONOfNothing makes sure that readers in other languages get arrays.
func TestJSONOfNothing(t *testing.T) {
	text, err := json.Marshal(monitor.Window{})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"begin":"0001-01-01T00:00:00Z","version":1,"time":"0001-01-01T00:00:00Z",` +
		`"managers":[],"caches":[],"processors":[],"loaders":[],"pools":[],"functions":[]}`
	if string(text) != want {
		t.Errorf("got\n%s, want\n%s", text, want)
	}
}
