package awspool_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/pool/awspool"
)

func TestConnectionsAreBoundedAndReused(t *testing.T) {
	left := noLeak(t)
	s, cfg := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 1 || r.TLS == nil {
			t.Errorf("%s, TLS %v", r.Proto, r.TLS != nil)
		}
		time.Sleep(time.Millisecond)
		ok(w, r)
	})
	p := awspool.New(cfg, awspool.Options{Name: "s3", Min: 3, Max: 5})
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if st := p.Stats(); st.Created != 3 || st.Warmed != 3 || st.Idle != 3 || st.InUse != 0 || s.opened.Load() != 3 {
		t.Errorf("after Start: %+v", st)
	}
	storm(t, func() error { return get(t.Context(), p, s.URL) })
	st := p.Stats()
	// On a busy machine net/http closes a connection now and then, because it does not wait
	// long enough for its own goroutines.
	if st.Created > 10 || st.Open > 5 || st.Idle != st.Open || st.Created != uint64(s.opened.Load()) || s.most.Load() > 5 {
		t.Errorf("%d connections at the server, at most %d: %+v", s.opened.Load(), s.most.Load(), st)
	}
	if st.Requests != 203 || st.Reused < 193 || st.Waits == 0 || st.WaitTime <= 0 || st.Max != 5 {
		t.Errorf("%+v", st)
	}
	if err := p.Start(t.Context()); err != nil || p.Stats().Open > 5 {
		t.Errorf("second Start: %v, %+v", err, p.Stats())
	}
	closed(t, p)
	s.Close()
	left()
}

// storm does something 200 times, 20 at once.
func storm(t *testing.T, do func() error) {
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			for range 10 {
				if err := do(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
}

func TestWaitsAreBounded(t *testing.T) {
	s, cfg := serve(t, ok)
	p := awspool.New(cfg, awspool.Options{Name: "s3", Max: 1, AcquireTimeout: 20 * time.Millisecond})
	defer closed(t, p)
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, http.NoBody)
	held, err := p.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	err = get(t.Context(), p, s.URL)
	again, found := errors.AsType[interface {
		error
		RetryableError() bool
	}](err)
	if !errors.Is(err, pool.ErrTimeout) || !found || again.RetryableError() {
		t.Errorf("the SDK must not try that again: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := get(ctx, p, s.URL); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if st := p.Stats(); st.Timeouts != 1 || st.Canceled != 1 || st.UnderWay != 1 || st.InUse != 1 || st.Requests != 1 {
		t.Errorf("%+v", st)
	}
	// The place is free when the body was read, even if nobody closes it.
	if _, err := io.Copy(io.Discard, held.Body); err != nil {
		t.Error(err)
	}
	if err := get(t.Context(), p, s.URL); err != nil || p.Stats().Created != 1 {
		t.Errorf("%v, %+v", err, p.Stats())
	}
	_ = held.Body.Close()
	if st := p.Stats(); st.UnderWay != 0 || st.InUse != 0 {
		t.Errorf("%+v", st)
	}
}

func TestCloseWaits(t *testing.T) {
	s, cfg := serve(t, ok)
	p := awspool.New(cfg, awspool.Options{})
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, http.NoBody)
	held, err := p.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := p.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a response is not closed: %v", err)
	}
	if err := get(t.Context(), p, s.URL); !errors.Is(err, pool.ErrClosed) {
		t.Error(err)
	}
	if b, err := io.ReadAll(held.Body); err != nil || string(b) != "hello" {
		t.Errorf("%q, %v", b, err)
	}
	closed(t, p)
}

// A dial that nobody waits for any more ends with the transport.
func TestCloseEndsDials(t *testing.T) {
	left := noLeak(t)
	tr := &http.Transport{DialContext: silentDial}
	p := awspool.New(configWith(&http.Client{Transport: tr}), awspool.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := get(ctx, p, "http://127.0.0.1:1"); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if st := closed(t, p); st.Created != 0 || st.DialErrors != 1 {
		t.Errorf("%+v", st)
	}
	left()
}

func TestReadTimeout(t *testing.T) {
	silent := make(chan struct{})
	s, cfg := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/silent":
			<-silent
		case "/slow":
			for range 10 {
				time.Sleep(10 * time.Millisecond)
				ok(w, r)
				_ = http.NewResponseController(w).Flush()
			}
		default:
			ok(w, r)
		}
	})
	defer close(silent)
	p := awspool.New(cfg, awspool.Options{ReadTimeout: 80 * time.Millisecond})
	defer closed(t, p)
	if err := get(t.Context(), p, s.URL); err != nil {
		t.Fatal(err)
	}
	time.Sleep(160 * time.Millisecond) // idle for longer is no error
	if err := get(t.Context(), p, s.URL); err != nil || p.Stats().Created != 1 {
		t.Errorf("%v, %+v", err, p.Stats())
	}
	if err := get(t.Context(), p, s.URL+"/slow"); err != nil {
		t.Errorf("as long as something comes: %v", err)
	}
	err := get(t.Context(), p, s.URL+"/silent")
	if timeout, found := errors.AsType[interface {
		error
		Timeout() bool
	}](err); !found || !timeout.Timeout() {
		t.Error(err)
	}
	// The transport itself has tried once more, because the first connection had worked.
	if err := get(t.Context(), p, s.URL); err != nil || p.Stats().Created != 3 {
		t.Errorf("%v, %+v", err, p.Stats())
	}
}

func TestRedirects(t *testing.T) {
	var other *server
	s, cfg := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, other.URL, http.StatusMovedPermanently)
			return
		}
		http.Redirect(w, r, other.URL+"/here", http.StatusTemporaryRedirect)
	})
	other, _ = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/here" || r.Header.Get("X-Amz-Security-Token") != "" {
			t.Errorf("%s %v", r.URL, r.Header)
		}
		ok(w, r)
	})
	p := awspool.New(cfg, awspool.Options{Max: 1})
	defer closed(t, p)
	for path, want := range map[string]int{"/moved": 301, "/": 200} {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, http.NoBody)
		r.Header.Set("X-Amz-Security-Token", "secret")
		answer, err := p.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s: %s", path, answer.Status)
		}
	}
}

func TestHTTP2(t *testing.T) {
	s, cfg := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Error(r.Proto)
		}
		ok(w, r)
	})
	p := awspool.New(cfg, awspool.Options{Min: 2, HTTP2: true})
	defer closed(t, p)
	if err := errors.Join(p.Start(t.Context()), get(t.Context(), p, s.URL)); err != nil {
		t.Error(err)
	}
	if st := p.Stats(); st.Open != 1 || st.InUse != 0 {
		t.Errorf("%+v", st)
	}
}
