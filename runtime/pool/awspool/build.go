package awspool

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

// build makes what sends requests from the HTTP client of a configuration.
func (t *Transport) build(client aws.HTTPClient) {
	t.client = &http.Client{CheckRedirect: redirect}
	switch c := client.(type) {
	case nil:
		t.http = awshttp.NewBuildableClient().GetTransport()
	case *awshttp.BuildableClient:
		t.http, t.client.Timeout = c.GetTransport(), c.GetTimeout()
		if d, ok := c.GetReadTimeout(); ok && t.options.ReadTimeout == 0 {
			t.options.ReadTimeout = d
		}
	case *http.Client:
		t.http, t.client.Timeout, t.client.Jar = t.clone(c.Transport), c.Timeout, c.Jar
	default:
		t.refuse("aws.Config.HTTPClient", client)
	}
	t.client.Transport = aging{t}
	t.size()
	t.count()
}

func (t *Transport) clone(from http.RoundTripper) *http.Transport {
	switch from := from.(type) {
	case nil:
		return http.DefaultTransport.(*http.Transport).Clone()
	case *http.Transport:
		return from.Clone()
	}
	t.refuse("Transport of aws.Config.HTTPClient", from)
	return nil
}

func (t *Transport) refuse(what string, found any) {
	panic(fmt.Sprintf("awspool: %s: %s is a %T: it must be nil, a *http.BuildableClient of the SDK or a *http.Client, with a *http.Transport",
		title(t.options.Name), what, found))
}

func (t *Transport) size() {
	o := t.options
	t.http.MaxConnsPerHost = o.Max
	t.http.MaxIdleConnsPerHost = o.Max
	if t.http.MaxIdleConns > 0 { // 0 is no limit
		t.http.MaxIdleConns = max(t.http.MaxIdleConns, o.Max)
	}
	t.http.DisableKeepAlives = false
	switch {
	case o.IdleTimeout == pool.None:
		t.http.IdleConnTimeout = 0
	case o.IdleTimeout > 0:
		t.http.IdleConnTimeout = o.IdleTimeout
	}
	t.http.Protocols = new(http.Protocols)
	t.http.Protocols.SetHTTP1(true)
	t.http.Protocols.SetHTTP2(o.HTTP2)
	// A transport that was in use before offers HTTP/2 in its TLS configuration, and would
	// not understand the answer.
	t.http.TLSNextProto = nil
	if c := t.http.TLSClientConfig; c != nil && !o.HTTP2 {
		c.NextProtos = slices.DeleteFunc(slices.Clone(c.NextProtos), func(name string) bool { return name == "h2" })
	}
}

// count makes the connections that are dialled count.
func (t *Transport) count() {
	dial := t.http.DialContext
	//lint:ignore SA1019 what users have set is not ignored, even if it is old
	if old := t.http.Dial; dial == nil && old != nil {
		dial = func(_ context.Context, network, address string) (net.Conn, error) { return old(network, address) }
	}
	if dial == nil {
		dial = (&net.Dialer{Timeout: awshttp.DefaultDialConnectTimeout, KeepAlive: awshttp.DefaultDialKeepAliveTimeout}).DialContext
	}
	t.http.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		// The context is not that of a request, which need not wait for the connection.
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(t.life, cancel)()
		t.live.more()
		c, err := dial(ctx, network, address)
		if err != nil {
			t.live.fewer()
			t.figures.dialErrors.Add(1)
			return nil, err
		}
		t.figures.created.Add(1)
		return &conn{Conn: c, transport: t, timeout: max(0, t.options.ReadTimeout), expires: t.expiry()}, nil
	}
}

// redirect follows what the clients of the SDK follow: redirections that keep the method,
// without the session token if they lead to another host than the first. Package net/http
// copies the headers of the first request each time.
func redirect(r *http.Request, via []*http.Request) error {
	const most = 10
	code := r.Response.StatusCode
	if code != http.StatusTemporaryRedirect && code != http.StatusPermanentRedirect || len(via) >= most {
		return http.ErrUseLastResponse
	}
	if via[0].URL.Host != r.URL.Host {
		r.Header.Del("X-Amz-Security-Token")
	}
	return nil
}
