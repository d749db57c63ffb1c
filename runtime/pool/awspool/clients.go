package awspool

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

// ClientsOptions describe a pool of clients. Its durations are those of pool.Options.
type ClientsOptions struct {
	// Name names the pool in errors, logs and figures. It is no registration: see
	// pool.Register.
	Name string
	// Min and Max are how many clients there are; see pool.Options.
	Min, Max int
	// MaxAge and MaxIdle are when a client is closed, with its connections.
	MaxAge, MaxIdle time.Duration
	// AcquireTimeout bounds the wait for a client, and Leak is how long one may be lent
	// before that is logged.
	AcquireTimeout, Leak time.Duration
	// Transport describes that of each client. Its Name is that of the pool. If an
	// endpoint is known, its Min is how many connections are opened when a client is
	// made, where 0 means 1.
	Transport Options
}

// Clients makes a pool of clients that share nothing, for those who want isolation: each
// has an HTTP transport of its own. It is for services' functions:
//
//	p := pool.Register("s3", awspool.Clients(cfg, awspool.ClientsOptions{Name: "s3", Min: 3, Max: 10}, s3.NewFromConfig))
//
// Without that want, one client with a Transport does the same with fewer connections.
// Who has a client may use it concurrently. When it is given back its requests should have
// ended, and the bodies of responses been closed: a client that the pool closes waits for
// them, within pool.DefaultCloseTimeout. A connection that cannot be opened is an error of
// the creation, which is tried again; an answer that closes it is not. It panics if an
// option is wrong.
func Clients[C comparable, O any](
	cfg aws.Config, o ClientsOptions, newFromConfig func(aws.Config, ...func(*O)) C, options ...func(*O),
) *pool.Pool[C] {
	o.Transport.Name = o.Name
	if o.Transport.Min == 0 && (o.Transport.Endpoints != nil || cfg.BaseEndpoint != nil) {
		o.Transport.Min = 1
	}
	s := &set[C]{config: cfg, options: o.Transport.complete(cfg), figures: &figures{name: o.Name}, transports: map[C]*Transport{}}
	(&Transport{options: s.options, figures: s.figures}).build(cfg.HTTPClient) // panics now if it is a wrong one
	s.create = func(c aws.Config) C { return newFromConfig(c, options...) }
	enlist(s.figures)
	return pool.New(pool.Options[C]{
		Name: o.Name, Min: o.Min, Max: o.Max, MaxAge: o.MaxAge, MaxIdle: o.MaxIdle,
		AcquireTimeout: o.AcquireTimeout, Leak: o.Leak,
		New: s.open, Close: s.close,
		// An error of a call says nothing about the client: its transport replaces
		// connections by itself.
		Broken: func(error) bool { return false },
	})
}

// A set is what a pool of clients knows about those that there are.
type set[C comparable] struct {
	config  aws.Config
	options Options
	figures *figures
	create  func(aws.Config) C

	mu         sync.Mutex
	transports map[C]*Transport
}

func (s *set[C]) open(ctx context.Context) (C, error) {
	t := newTransport(s.config, s.options, s.figures)
	if err := t.Start(ctx); err != nil && !errors.Is(err, ErrNoEndpoint) && !errors.Is(err, errAnswer) {
		var none C
		return none, errors.Join(err, t.Close(context.WithoutCancel(ctx)))
	}
	c := s.create(t.Config())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.transports[c] = t
	return c, nil
}

func (s *set[C]) close(ctx context.Context, c C) error {
	s.mu.Lock()
	t := s.transports[c]
	delete(s.transports, c)
	s.mu.Unlock()
	return t.Close(ctx)
}
