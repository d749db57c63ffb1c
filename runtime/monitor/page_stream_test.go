package monitor_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// merge takes an update over as page_document.go says.
func merge(document, update map[string]any) {
	for name, value := range update {
		switch name {
		case "head":
			for member, v := range value.(map[string]any) {
				document["head"].(map[string]any)[member] = v
			}
		case "functions", "caches", "pools", "processors", "loaders":
			mergeTable(document[name].(map[string]any), value.(map[string]any))
		case "series":
			for member, more := range value.(map[string]any) {
				append300(document[name].(map[string]any), member, more)
			}
		case "heatmap":
			append300(document[name].(map[string]any), "columns", value.(map[string]any)["columns"])
		default:
			document[name] = value
		}
	}
}

func append300(to map[string]any, member string, more any) {
	list := append(to[member].([]any), more.([]any)...)
	to[member] = list[max(len(list)-300, 0):]
}

func mergeTable(table, more map[string]any) {
	rate := len(table["columns"].([]any)) - 1
	byID := func(list any, id func(any) any) (m map[float64]any) {
		m = make(map[float64]any)
		all, _ := list.([]any)
		for _, e := range all {
			m[id(e).(float64)] = e
		}
		return m
	}
	label := func(e any) any { return e.(map[string]any)["id"] }
	first := func(e any) any { return e.([]any)[0] }
	labels, rows := byID(table["labels"], label), byID(table["rows"], first)
	gone, _ := more["gone"].([]any)
	for _, id := range gone {
		delete(labels, id.(float64))
		delete(rows, id.(float64))
	}
	known := make(map[float64]any)
	for id, l := range labels {
		known[id] = l.(map[string]any)["spark"]
	}
	for id, l := range byID(more["labels"], label) {
		if spark, ok := known[id]; ok && spark != nil {
			l.(map[string]any)["spark"] = spark
		}
		labels[id] = l
	}
	for id, r := range byID(more["rows"], first) {
		rows[id] = r
	}
	for id, spark := range known {
		if spark != nil && labels[id] != nil {
			append30(labels[id].(map[string]any), rows[id].([]any)[rate])
		}
	}
	table["labels"], table["rows"] = inOrder(labels), inOrder(rows)
}

func append30(label map[string]any, rate any) {
	list := append(label["spark"].([]any), rate)
	label["spark"] = list[max(len(list)-30, 0):]
}

func inOrder(m map[float64]any) (list []any) {
	for id := float64(0); len(list) < len(m); id++ {
		if e, ok := m[id]; ok {
			list = append(list, e)
		}
	}
	return list
}

// TestUpdates merges many updates of each page, and compares the outcome with the
// document that another client gets at that time.
func TestUpdates(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := newThings(t, "updates")
		o.use(2)
		s := newSite(t, monitor.Handler())
		pages := map[string]string{
			"overview": "", "function": o.query, "caches": "", "cache": o.query, "pools": "", "pool": o.query,
			"batches": "", "batch": o.query, "loader": o.query, "alerts": "",
		}
		streams, documents := make(map[string]*stream), make(map[string]map[string]any)
		for page, query := range pages {
			streams[page] = s.stream("page=" + page + "&" + query)
			documents[page] = streams[page].want("document")
		}
		var passing *things
		for i := range 330 {
			switch { // often nothing happens
			case i%7 == 0:
				o.use(i % 5)
			case i == 30:
				passing = newThings(t, "updates.passing")
			case i == 40:
				passing.pool.Close(t.Context())
			case i == 50:
				o.slow("x")
			case i == 64:
				o.pool.Suspend()
			case i == 66:
				o.pool.Resume()
			}
			for page, stream := range streams {
				merge(documents[page], stream.want("update"))
			}
		}
		for page, query := range pages {
			other := s.stream("page=" + page + "&" + query)
			want := other.want("document")
			other.close()
			streams[page].close()
			for member := range want {
				if got := documents[page][member]; !reflect.DeepEqual(got, want[member]) {
					t.Errorf("%s: %s is\n%s, want\n%s", page, member, text(got), text(want[member]))
				}
			}
		}
	})
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// TestOneLook has clients that came at different times, who see the same looks.
func TestOneLook(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newSite(t, monitor.Handler(monitor.PageEvery(5*time.Second)))
		began := time.Now()
		first := s.stream("page=caches")
		first.want("document")
		time.Sleep(3 * time.Second)
		second := s.stream("page=caches")
		other := s.stream("page=pools")
		defer first.close()
		defer second.close()
		defer other.close()
		at := func(document map[string]any) string { return document["head"].(map[string]any)["time"].(string) }
		if got := at(second.want("document")); got != began.Format(time.RFC3339Nano) {
			t.Errorf("the second client sees a look at %s, want the one of %v", got, began)
		}
		other.want("document")
		for i := range 3 {
			want := began.Add(time.Duration(i+1) * 5 * time.Second).Format(time.RFC3339Nano)
			for _, c := range []*stream{first, second, other} {
				if got := at(c.want("update")); got != want {
					t.Errorf("look %d is at %s, want %s", i, got, want)
				}
			}
		}
	})
}

// TestStalledClient has a client that stops to read, and others that do not mind.
func TestStalledClient(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newSite(t, monitor.Handler())
		stalled, reading := s.stream("page=overview"), s.stream("page=overview")
		defer reading.close()
		reading.want("document")
		stalled.want("document")
		for i := range 20 {
			event, _, err := reading.next()
			if err != nil || event != "update" {
				t.Fatalf("event %d is %q, error %v", i, event, err)
			}
		}
		// What had been sent before is there, and then it ends.
		for i := 0; ; i++ {
			if _, _, err := stalled.next(); err != nil {
				if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
					break
				}
				t.Fatal(err)
			}
			if i > 15 {
				t.Fatal("the client was not dropped")
			}
		}
	})
}

func TestTooManyClients(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newSite(t, monitor.Handler())
		var open []*stream
		for range 64 {
			open = append(open, s.stream("page=caches"))
		}
		if got := s.do("GET", "/events?page=caches", ""); got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") == "" {
			t.Errorf("status %d, %v: %s", got.status, got.header, got.body)
		}
		s.json("/caches.json")
		open[0].close()
		synctest.Wait()
		open[0] = s.stream("page=caches")
		for _, c := range open {
			c.close()
		}
	})
}

// TestGone closes a pool while its page is open.
func TestGone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := newThings(t, "gone")
		s := newSite(t, monitor.Handler())
		stream := s.stream("page=pool&" + o.query)
		defer stream.close()
		stream.want("document")
		stream.want("update")
		o.pool.Close(t.Context())
		if got := stream.want("gone"); got["error"] == "" {
			t.Errorf("the problem is %v", got)
		}
		if _, _, err := stream.next(); !errors.Is(err, io.EOF) {
			t.Errorf("after the end: %v", err)
		}
	})
}

// TestShutdown shuts a server down that has open pages: they must not hold it up.
func TestShutdown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newSite(t, monitor.Handler())
		stream := s.stream("page=overview")
		defer stream.close()
		stream.want("document")
		ended := make(chan error)
		go func() { // a pipe has no room: what ends the stream must be read
			_, _, err := stream.next()
			ended <- err
		}()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second) // before the next look
		defer cancel()
		if err := s.server.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := <-ended; err == nil {
			t.Error("the stream has not ended")
		}
	})
}

// TestServerTimeouts has a server whose timeouts are shorter than a page is open.
func TestServerTimeouts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newSite(t, monitor.Handler(), func(s *http.Server) { s.ReadTimeout, s.WriteTimeout = 3*time.Second, 3*time.Second })
		stream := s.stream("page=caches")
		defer stream.close()
		stream.want("document")
		for range 20 {
			stream.want("update")
		}
	})
}
