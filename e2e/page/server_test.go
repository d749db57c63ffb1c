package page

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// often is how often pages are updated here, so that tests need not wait for long.
const often = 250 * time.Millisecond

// A site is a server that has the live page below a prefix.
type site struct {
	testing.TB
	handler http.Handler
	addr    string
	prefix  string
	server  *http.Server
	ended   chan error
}

// serve starts one, which ends with the test.
func serve(t testing.TB, opts ...monitor.PageOption) *site {
	t.Helper()
	return serveHandler(t, "/", monitor.Handler(append([]monitor.PageOption{monitor.PageEvery(often)}, opts...)...))
}

func serveHandler(t testing.TB, prefix string, h http.Handler) *site {
	t.Helper()
	s := &site{TB: t, handler: h, addr: "127.0.0.1:0", prefix: prefix}
	s.start()
	t.Cleanup(s.stop)
	return s
}

// start makes it listen, at the same port as before if it has been stopped.
func (s *site) start() {
	s.Helper()
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		s.Fatal(err)
	}
	s.addr = listener.Addr().String()
	s.server = &http.Server{Handler: s.handler, ReadHeaderTimeout: time.Minute}
	s.ended = make(chan error, 1)
	server, ended := s.server, s.ended
	go func() { ended <- server.Serve(listener) }()
}

// stop ends it, with all streams.
func (s *site) stop() {
	s.Helper()
	if s.server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := s.server.Shutdown(ctx); err != nil {
		s.Error(err)
	}
	<-s.ended
	s.server = nil
}

// at is the URL of a page, with parameters one after another.
func (s *site) at(page string, parameters ...string) *url.URL {
	q := make(url.Values)
	for i := 0; i+1 < len(parameters); i += 2 {
		q.Set(parameters[i], parameters[i+1])
	}
	return &url.URL{Scheme: "http", Host: s.addr, Path: s.prefix + page, RawQuery: q.Encode()}
}
