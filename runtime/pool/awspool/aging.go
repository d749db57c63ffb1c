package awspool

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"time"
)

// expiry draws when a connection that is opened now is too old.
func (t *Transport) expiry() time.Time {
	if t.options.MaxAge <= 0 {
		return time.Time{}
	}
	const jitter = 0.1
	age := float64(t.options.MaxAge) * (1 - jitter*rand.Float64())
	return time.Now().Add(time.Duration(age))
}

// aging is the transport of net/http, with an end to connections that are too old. That
// transport reads Request.Close after it has chosen a connection, and the hook runs in
// between, in the same goroutine.
type aging struct{ *Transport }

// RoundTrip makes a request the last one of its connection if that is too old.
func (a aging) RoundTrip(r *http.Request) (*http.Response, error) {
	if a.options.MaxAge <= 0 {
		return a.http.RoundTrip(r)
	}
	var last *http.Request
	last = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			c := under(info.Conn)
			if c == nil || time.Now().Before(c.expires) || a.options.HTTP2 {
				return
			}
			last.Close = true
			a.figures.aged.Add(1)
		},
	}))
	return a.http.RoundTrip(last)
}
