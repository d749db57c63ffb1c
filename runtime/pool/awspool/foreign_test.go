package awspool_test

import (
	"io"
	"net/http"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/pool/awspool"
)

// foreign returns the figures that lists of pools have of a name.
func foreign(name string) (s pool.Stats, ok bool) {
	all := pool.Foreigners()
	i := slices.IndexFunc(all, func(f pool.Foreign) bool { return f.Name() == name })
	if i < 0 {
		return s, false
	}
	return all[i].Stats(), true
}

// A transport looks like a pool of connections as long as it is open.
func TestTransportIsForeign(t *testing.T) {
	s, cfg := serve(t, ok)
	p := awspool.New(cfg, awspool.Options{Name: "foreign", Min: 2, Max: 3})
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f, _ := foreign("foreign connections"); f.Created != 2 || f.Idle != 2 || f.InUse != 0 || f.Max != 3 || f.Acquired != 2 {
		t.Errorf("after Start: %+v", f)
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, http.NoBody)
	held, err := p.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if f, _ := foreign("foreign connections"); f.InUse != 1 || f.Reused != 1 || f.Open() < 2 {
		t.Errorf("during a request: %+v", f)
	}
	_, _ = io.Copy(io.Discard, held.Body)
	_ = held.Body.Close()
	storm(t, func() error { return get(t.Context(), p, s.URL) })
	f, _ := foreign("foreign connections")
	own := p.Stats()
	if f.Waits == 0 || f.Waits != own.Waits || f.WaitTime != own.WaitTime || f.WaitTime <= 0 || f.WaitTimes != [12]uint64(own.WaitTimes) {
		t.Errorf("waits: %+v, and its own figures are %+v", f, own)
	}
	if f.Created != own.Created || f.Reused != own.Reused || f.Acquired != own.Requests || f.ClosedBy[pool.Ended] != f.Closed {
		t.Errorf("%+v, and its own figures are %+v", f, own)
	}
	in := func(r monitor.Report) bool {
		return slices.ContainsFunc(r.Pools, func(p monitor.Pool) bool { return p.Name == "foreign connections" && p.Created == own.Created })
	}
	if !in(monitor.Snapshot()) {
		t.Error("it is missing in reports")
	}
	closed(t, p)
	if f, ok := foreign("foreign connections"); ok {
		t.Errorf("after Close it is listed: %+v", f)
	}
}

// What nobody refers to is not listed, and not kept alive by that.
func TestForgottenTransportIsNotForeign(t *testing.T) {
	func() {
		p := awspool.New(aws.Config{}, awspool.Options{Name: "forgotten"})
		if _, ok := foreign("forgotten connections"); !ok {
			t.Error("it is not listed")
		}
		runtime.KeepAlive(p)
	}()
	eventually(t, "it is forgotten", func() bool {
		runtime.GC()
		time.Sleep(time.Millisecond)
		_, ok := foreign("forgotten connections")
		return !ok
	})
}
