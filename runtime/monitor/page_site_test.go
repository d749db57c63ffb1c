package monitor_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// A site is a server of a handler, over pipes, so that its time can be virtual.
type site struct {
	t      *testing.T
	server *http.Server
	client *http.Client
	conns  chan net.Conn
	done   chan struct{}
}

func (s *site) Accept() (net.Conn, error) {
	select {
	case c := <-s.conns:
		return c, nil
	case <-s.done:
		return nil, net.ErrClosed
	}
}

func (s *site) Close() error   { close(s.done); return nil }
func (s *site) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (s *site) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case s.conns <- there:
		return here, nil
	case <-s.done:
		return nil, net.ErrClosed
	}
}

// newSite serves a handler until the test ends, or close is called.
func newSite(t *testing.T, h http.Handler, set ...func(*http.Server)) *site {
	s := &site{t: t, conns: make(chan net.Conn), done: make(chan struct{})}
	s.server = &http.Server{Handler: h}
	for _, f := range set {
		f(s.server)
	}
	s.client = &http.Client{
		Transport:     &http.Transport{DialContext: s.dial},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := s.server.Serve(s); !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		s.client.CloseIdleConnections()
		s.server.Close()
		<-ended
		time.Sleep(time.Second) // after which its goroutines are gone
	})
	return s
}

// A reply is a response that was read.
type reply struct {
	status int
	header http.Header
	body   string
}

func (s *site) do(method, path, body string, header ...string) reply {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, "http://site.test"+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for pair := range slices.Chunk(header, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	answer, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Header, string(text)}
}

// json gets a document.
func (s *site) json(path string) map[string]any {
	s.t.Helper()
	got := s.do("GET", path, "")
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "application/json; charset=utf-8" {
		s.t.Fatalf("%s: status %d, %s: %s", path, got.status, got.header.Get("Content-Type"), got.body)
	}
	return parse(s.t, got.body)
}

func parse(t *testing.T, text string) (document map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatalf("%v in %.200s", err, text)
	}
	return document
}

// A stream is events that are read.
type stream struct {
	t     *testing.T
	lines *bufio.Reader
	close func()
}

// stream opens events of a page.
func (s *site) stream(query string) *stream {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", "http://site.test/events?"+query, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" {
		s.t.Fatalf("%s: status %d, %v", query, answer.StatusCode, answer.Header)
	}
	return &stream{s.t, bufio.NewReader(answer.Body), func() { cancel(); answer.Body.Close() }}
}

// next reads an event, and returns an error when the stream has ended.
func (s *stream) next() (event string, data string, err error) {
	for {
		line, err := s.lines.ReadString('\n')
		if err != nil {
			return "", "", err
		}
		switch name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": "); name {
		case "event":
			event = value
		case "data":
			data = value
		case "":
			return event, data, nil
		}
	}
}

// want reads an event of a kind.
func (s *stream) want(kind string) map[string]any {
	s.t.Helper()
	event, data, err := s.next()
	if err != nil || event != kind {
		s.t.Fatalf("event %q, error %v, want %q", event, err, kind)
	}
	return parse(s.t, data)
}
