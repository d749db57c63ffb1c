package awspool

import (
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

// Options describe a Transport. The zero value is of use.
type Options struct {
	// Name names the transport in errors and figures. It may be empty.
	Name string

	// Min is how many connections Start opens to each endpoint. They are closed when they
	// were idle for IdleTimeout, as all others are: Start may be called again. 0 by
	// default.
	Min int

	// Max is how many requests are under way at once, and with HTTP/1.1 how many
	// connections are open to one host; others wait, first come, first served. A request
	// ends when its response was read or closed. With requests to several hosts (S3 has
	// one for each bucket, unless UsePathStyle is set), up to Max idle ones are kept for
	// each, and as many in all as the HTTP client in the configuration allows, which is 100
	// for the SDK's, or Max if that is more. 0 means pool.DefaultMax, or Min if that is
	// more.
	Max int

	// AcquireTimeout bounds the wait for others' requests to end, beside the context of
	// the call. 0 means pool.DefaultAcquireTimeout; pool.None for no bound but the
	// context.
	AcquireTimeout time.Duration

	// IdleTimeout is how long a connection lies idle before it is closed. Servers do that
	// after a time of their own as well. 0 means that of the HTTP client in the
	// configuration, which is 90 seconds for the SDK's; pool.None for no bound.
	IdleTimeout time.Duration

	// MaxAge is how old a connection becomes, so that new ones reach new addresses of the
	// endpoint: the first request on it after that is the last one, with the header
	// Connection: close. Each lives up to a tenth shorter, at random. It has no effect with
	// HTTP/2. 0 and pool.None mean that age does not matter.
	MaxAge time.Duration

	// ReadTimeout is how long a connection may be silent in both directions during a
	// request before it is closed, which is an error that the SDK retries (and before that
	// net/http, once, if it is a GET or HEAD on a connection that had worked). It must be
	// longer than what an operation takes to answer: up to 20 seconds for long polls of
	// SQS, up to 15 minutes for Lambda. 0 means that of the HTTP client in the
	// configuration, which has none by default; pool.None for none.
	ReadTimeout time.Duration

	// Endpoints are the URLs to which Start connects, such as
	// https://sqs.eu-central-1.amazonaws.com. See the function Endpoints, which finds
	// them. nil means aws.Config.BaseEndpoint, if that is set.
	Endpoints []string

	// Leak is how long a request may be under way, until its response was read or closed,
	// before a warning is logged, once, with the operation and who called it: a body that
	// nobody closes takes a connection away for ever. 0 and pool.None mean that nobody
	// looks.
	Leak time.Duration

	// Logger is where such warnings go. nil means slog.Default() at that time.
	Logger *slog.Logger

	// HTTP2 allows HTTP/2 where the server offers it. It is off by default because all
	// requests to a host then share a connection: it is the requests that Max bounds, and
	// Start opens one connection. Operations that stream events both ways need it.
	HTTP2 bool
}

// complete fills in the defaults, and panics if an option is wrong.
func (o Options) complete(cfg aws.Config) Options {
	say := func(format string, args ...any) {
		panic("awspool: " + title(o.Name) + ": " + fmt.Sprintf(format, args...))
	}
	if o.Min < 0 {
		say("Min is %d: it must not be negative", o.Min)
	}
	if o.Max == 0 {
		o.Max = max(pool.DefaultMax, o.Min)
	}
	if o.Max < 0 || o.Max < o.Min {
		say("Max is %d: it must be positive, not below Min, which is %d, or 0 for the default", o.Max, o.Min)
	}
	if o.Endpoints == nil && cfg.BaseEndpoint != nil {
		o.Endpoints = []string{*cfg.BaseEndpoint}
	}
	o.Endpoints = slices.Clone(o.Endpoints)
	for _, endpoint := range o.Endpoints {
		u, err := url.Parse(endpoint)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			say("%q in Endpoints is not the URL of a server, such as https://sqs.eu-central-1.amazonaws.com", endpoint)
		}
	}
	if n := len(o.Endpoints); n*o.Min > o.Max {
		say("Min is %d for each of %d endpoints, which is more than Max, which is %d", o.Min, n, o.Max)
	}
	for option, d := range map[string]time.Duration{
		"AcquireTimeout": o.AcquireTimeout, "IdleTimeout": o.IdleTimeout, "MaxAge": o.MaxAge, "ReadTimeout": o.ReadTimeout, "Leak": o.Leak,
	} {
		if d < 0 && d != pool.None {
			say("%s is %v: it must be positive, 0 for the default, or pool.None", option, d)
		}
	}
	return o
}

// title is what errors call a transport.
func title(name string) string {
	if name == "" {
		return "transport"
	}
	return fmt.Sprintf("transport %q", name)
}
