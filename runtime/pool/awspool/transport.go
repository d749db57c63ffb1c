package awspool

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

// A Transport is a bounded set of connections that clients of AWS share. It is made by
// New and safe for concurrent use. It belongs to who made it, and must be closed.
type Transport struct {
	options Options
	config  aws.Config
	figures *figures
	alone   bool // the figures are those of this transport only
	live    live

	http   *http.Transport
	client *http.Client
	// places are what requests hold: there are Options.Max.
	places *pool.Pool[struct{}]
	// starting is held during Start, of which two at once would wait for each other.
	starting chan struct{}
	// life ends when the transport does, and with it what it dials.
	life context.Context
	end  context.CancelFunc
}

// New makes a transport from the HTTP client of a configuration: that of the SDK if it
// is nil, a BuildableClient, or an http.Client with an http.Transport. Of these it keeps
// dialers, TLS configuration, proxies and times, but connections are kept alive in any
// case; those that a DialTLSContext opens are not counted. It opens none before they are needed or Start is called. It panics if
// an option is wrong, or the HTTP client is another one.
func New(cfg aws.Config, o Options) *Transport {
	o = o.complete(cfg)
	t := newTransport(cfg, o, &figures{name: o.Name})
	t.alone = true
	enlist(t.figures)
	return t
}

// newTransport makes one of the transports to which figures belong.
func newTransport(cfg aws.Config, o Options, f *figures) *Transport {
	t := &Transport{options: o, figures: f, live: live{less: make(chan struct{}, 1)}, starting: make(chan struct{}, 1)}
	t.life, t.end = context.WithCancel(context.Background())
	t.build(cfg.HTTPClient)
	name := o.Name
	if name != "" {
		name += " requests"
	}
	t.places = pool.New(pool.Options[struct{}]{
		Name:           name,
		New:            func(context.Context) (struct{}, error) { return struct{}{}, nil },
		Min:            o.Max,
		Max:            o.Max,
		AcquireTimeout: o.AcquireTimeout,
	})
	// All places are there from the beginning, or their creation would count as a wait.
	_ = t.places.Start(t.life)
	t.config = cfg.Copy()
	t.config.HTTPClient = t
	t.config.APIOptions = append(slices.Clone(cfg.APIOptions), f.measure)
	if o.Leak > 0 {
		t.config.APIOptions = append(t.config.APIOptions, remember)
	}
	f.join(t)
	return t
}

// Config returns the configuration for clients that use this transport, which is
// otherwise that given to New. The caller may change it.
func (t *Transport) Config() aws.Config {
	c := t.config.Copy()
	c.APIOptions = slices.Clone(c.APIOptions)
	return c
}

// Client makes a client that uses a transport. It is for services' functions, as in
// Client(t, s3.NewFromConfig), and the same as calling these with Transport.Config.
func Client[C, O any](t *Transport, newFromConfig func(aws.Config, ...func(*O)) C, options ...func(*O)) C {
	return newFromConfig(t.Config(), options...)
}

// Name returns Options.Name.
func (t *Transport) Name() string { return t.options.Name }

// Stats returns the figures.
func (t *Transport) Stats() Stats { return t.figures.stats() }

// Close ends the transport: from then on requests fail with an error that wraps
// pool.ErrClosed, and so do those that wait. It waits for those under way, and then for
// all connections to be closed, until ctx ends, or for pool.DefaultDrainTimeout if ctx
// has no deadline. Then it returns an error that wraps that of the context: what is under
// way goes on, and its connections are closed when it ends. It may be called again, to
// wait again.
func (t *Transport) Close(ctx context.Context) error {
	if _, bounded := ctx.Deadline(); !bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, pool.DefaultDrainTimeout)
		defer cancel()
	}
	if err := t.places.Close(ctx); err != nil {
		return fmt.Errorf("awspool: closing %s: %w", title(t.options.Name), err)
	}
	t.end()
	for {
		// Connections that become idle after this call are closed at once, as long as
		// nothing is asked for, which nobody does any more.
		t.http.CloseIdleConnections()
		n := t.live.count()
		if n == 0 {
			t.figures.leave(t)
			if t.alone {
				delist(t.figures)
			}
			return nil
		}
		select {
		case <-t.live.less:
		case <-ctx.Done():
			return fmt.Errorf("awspool: closing %s: %d connections are open: %w", title(t.options.Name), n, context.Cause(ctx))
		}
	}
}
