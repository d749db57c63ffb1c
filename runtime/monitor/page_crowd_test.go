package monitor_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// panics is where a server logs what its handlers panic with, which fails a test.
func panics(t *testing.T) func(*http.Server) {
	var text syncBuffer
	t.Cleanup(func() {
		if got := text.String(); got != "" {
			t.Errorf("the server has logged %s", got)
		}
	})
	return func(s *http.Server) { s.ErrorLog = log.New(&text, "", 0) }
}

type syncBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// TestCrowd has visitors who come and go while things and a monitor do so. Afterwards
// there must be room for as many as before.
func TestCrowd(t *testing.T) {
	logged(t)
	bubble(t, func(t *testing.T) {
		o := newThings(t, "crowd")
		s := newSite(t, monitor.Handler(monitor.AllowActions()), panics(t))
		queries := []string{
			"page=overview", "page=caches", "page=alerts", "page=function&" + o.query, "page=cache&" + o.query, "page=pool&" + o.query,
			"page=batch&" + o.query, "page=loader&" + o.query,
		}
		var crowd sync.WaitGroup
		for i := range 40 {
			crowd.Go(func() {
				for k := range 6 {
					time.Sleep(time.Duration(i*37%1000) * time.Millisecond)
					visitor := s.stream(queries[(i+k)%len(queries)])
					for range k {
						visitor.next()
					}
					visitor.close()
					s.do("GET", "/function.json?"+o.query, "")
				}
			})
		}
		crowd.Go(func() {
			for k := range 10 {
				o.use(3)
				newThings(t, "crowd.passing").pool.Close(t.Context())
				ctx, stop := context.WithCancel(t.Context())
				m := monitor.Start(ctx, monitor.Every(time.Second))
				time.Sleep(time.Duration(k) * 500 * time.Millisecond)
				s.do("POST", "/action", "do=invalidate&"+o.query, "Content-Type", aForm)
				stop()
				<-m.Done()
			}
		})
		crowd.Wait()
		synctest.Wait()
		for range 64 {
			defer s.stream("page=caches").close()
		}
	})
}

// TestOddRequests writes requests that no browser sends.
func TestOddRequests(t *testing.T) {
	bubble(t, func(t *testing.T) {
		mux := http.NewServeMux()
		h := monitor.Handler(monitor.AllowActions())
		mux.Handle("/a%20b/ü:x/", http.StripPrefix("/a b/ü:x", h))
		mux.Handle("/a%20b/ü:x", http.StripPrefix("/a b/ü:x", h))
		bare, below := newSite(t, h, panics(t)), newSite(t, mux, panics(t))
		for _, c := range []struct {
			site           *site
			request        string
			status         int
			location, body string
		}{
			{bare, "GET // HTTP/1.1", 404, "", "no such page"},
			{bare, "GET //evil.test/ HTTP/1.1", 404, "", "no such page"},
			{bare, "GET /.. HTTP/1.1", 404, "", ""},
			{bare, "GET /static/..%2fweb.go HTTP/1.1", 404, "", ""},
			{bare, "GET /%00 HTTP/1.1", 404, "", ""},
			{bare, "GET /%ff%fe?name=%ff HTTP/1.1", 404, "", ""},
			{bare, "GET /function.json?name=%ff%00%0d%0aX:y HTTP/1.1", 404, "", "nothing of that name"},
			{bare, "GET /function.json?name=%zz&;;=& HTTP/1.1", 404, "", "nothing of that name"},
			{bare, "GET /function?name=" + strings.Repeat("x", 500_000) + " HTTP/1.1", 404, "", "nothing of that name"},
			{bare, "GET http://site.test HTTP/1.1", 307, "././", ""},
			{bare, "GET /overview.json HTTP/1.0", 200, "", `"head"`},
			{bare, "GET /events?page=alerts HTTP/1.0", 200, "", "event: document"},
			{bare, "TRACE / HTTP/1.1", 405, "", "not allowed"},
			{bare, "POST /action/ HTTP/1.1", 405, "", "not allowed"},
			{bare, "POST //action HTTP/1.1", 405, "", "not allowed"},
			{below, "GET /a%20b/%C3%BC:x?q=%3Cscript%3E HTTP/1.1", 307, "./%C3%BC:x/?q=%3Cscript%3E", ""},
			{below, "GET /a%20b/%C3%BC:x/ HTTP/1.1", 200, "", `data-page="overview"`},
		} {
			got := c.site.raw(c.request)
			if got.status != c.status || got.header.Get("Location") != c.location || !strings.Contains(got.body, c.body) {
				t.Errorf("%.60s: status %d, to %q: %.200s", c.request, got.status, got.header.Get("Location"), got.body)
			}
		}
	})
}

// raw sends a request line, and reads an answer, or the beginning of one without an end.
func (s *site) raw(line string) reply {
	s.t.Helper()
	conn, err := s.dial(s.t.Context(), "", "")
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	go fmt.Fprintf(conn, "%s\r\nHost: site.test\r\n\r\n", line)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		s.t.Fatalf("%.60s: %v", line, err)
	}
	defer answer.Body.Close()
	text := make([]byte, 4096)
	n, err := io.ReadAtLeast(answer.Body, text, 1)
	if err != nil && err != io.EOF {
		s.t.Fatalf("%.60s: %v", line, err)
	}
	return reply{answer.StatusCode, answer.Header, string(text[:n])}
}

// TestWithoutFlusher has a writer that cannot be flushed, as behind some middleware: a
// document comes, and the stream ends, for the browser to ask again.
func TestWithoutFlusher(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := httptest.NewRecorder()
		began := time.Now()
		monitor.Handler().ServeHTTP(struct{ http.ResponseWriter }{w}, httptest.NewRequest("GET", "/events?page=alerts", nil))
		if took := time.Since(began); took > time.Second || !strings.HasPrefix(w.Body.String(), "event: document") {
			t.Errorf("it took %v: %.100s", took, w.Body)
		}
		time.Sleep(time.Minute) // until it has forgotten
	})
}
