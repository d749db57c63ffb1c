package awspool

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// Do sends a request of the SDK, which calls it, and waits for its turn before. The body
// of the response must be read to its end or closed, as always; until then the request
// counts towards Options.Max. The error is that of package net/http, or one that the SDK
// does not retry and that wraps a *pool.AcquireError.
func (t *Transport) Do(r *http.Request) (*http.Response, error) {
	return t.send(r, func(httptrace.GotConnInfo) {}, t.client.Do)
}

// send has do send a request, and calls got when it has a connection.
func (t *Transport) send(r *http.Request, got func(httptrace.GotConnInfo), do func(*http.Request) (*http.Response, error)) (*http.Response, error) {
	place, err := t.places.Acquire(r.Context())
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, refused{err}
	}
	t.figures.requests.Add(1)
	u := &use{place: place, figures: t.figures, stop: t.watch(r.Context())}
	trace := &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) { got(info); u.got(info) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			if err != nil {
				t.figures.dialErrors.Add(1)
			}
		},
	}
	answer, err := do(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
	if err != nil {
		u.end()
		return answer, err
	}
	if answer.Body == http.NoBody {
		u.end()
		return answer, nil
	}
	answer.Body = &body{answer.Body, u}
	return answer, nil
}

// refused is an error of the pool of places. Trying again would only wait again.
type refused struct{ error }

func (e refused) Unwrap() error { return e.error }

// RetryableError tells the SDK not to try again.
func (refused) RetryableError() bool { return false }

// A use is a request from its beginning until its response was read.
type use struct {
	place   pool.Lease[struct{}]
	figures *figures
	stop    func() bool // of the watch
	conn    atomic.Pointer[conn]
	ended   atomic.Bool
}

// got notes the connection. The transport of net/http tries again by itself if a server
// has just closed an idle connection, and then there is another one.
func (u *use) got(info httptrace.GotConnInfo) {
	if info.Reused {
		u.figures.reused.Add(1)
	}
	c := under(info.Conn)
	if c == nil {
		return
	}
	c.begin()
	if before := u.conn.Swap(c); before != nil {
		before.finish()
	}
}

// end may be called again.
func (u *use) end() {
	if u.ended.Swap(true) {
		return
	}
	u.stop()
	if c := u.conn.Swap(nil); c != nil {
		c.finish()
	}
	_ = u.place.Release()
}

// A body is that of a response. At its end the connection is idle already: net/http sees
// to that before it says so.
type body struct {
	io.ReadCloser
	use *use
}

// Read ends the use when there is nothing left, also because of an error.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.use.end()
	}
	return n, err
}

// Close ends the use.
func (b *body) Close() error {
	err := b.ReadCloser.Close()
	b.use.end()
	return err
}
