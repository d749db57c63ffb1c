package pool_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// A Session stands for a connection of some client.
type Session struct{ service string }

func (s *Session) Send(_ context.Context, text string) error {
	fmt.Println(s.service, text)
	return nil
}

func (s *Session) Close() error { return nil }

// sessions is a pool of sessions of a service.
func sessions(service string, minimum, maximum int) *pool.Pool[*Session] {
	return pool.New(pool.Options[*Session]{
		Name: service, Min: minimum, Max: maximum, MaxAge: 5 * time.Minute,
		New:   func(context.Context) (*Session, error) { return &Session{service}, nil },
		Close: func(_ context.Context, s *Session) error { return s.Close() },
	})
}

// Services are registered with how many connections they may have, used by name, and all
// of them are started, stopped and looked at together.
func Example() {
	ctx := context.Background()
	pool.Register("mail", sessions("mail", 1, 3))
	pool.Register("search", sessions("search", 2, 10))
	if err := pool.Start(ctx); err != nil {
		fmt.Println(err)
	}

	mail, err := pool.Named[*Session]("mail")
	if err != nil {
		fmt.Println(err)
		return
	}
	err = mail.With(ctx, func(ctx context.Context, s *Session) error { return s.Send(ctx, "hello") })
	fmt.Println(err)

	all := pool.StatsAll()
	for _, name := range []string{"mail", "search"} {
		s := all[name]
		fmt.Println(name, s.Created, "created", s.Acquired, "acquired", s.Idle, "idle of at most", s.Max)
	}
	_, err = pool.Named[*Session]("serch")
	fmt.Println(err)
	fmt.Println(pool.Stop(ctx))
	// Output:
	// mail hello
	// <nil>
	// mail 1 created 1 acquired 1 idle of at most 3
	// search 2 created 0 acquired 2 idle of at most 10
	// unknown pool "serch" (did you mean "search"?)
	// <nil>
}

// Release may stand in a defer before a Discard: the lease ends once.
func ExampleLease_Discard() {
	p := sessions("mail", 0, 1)
	use := func(ctx context.Context) error {
		l, err := p.Acquire(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = l.Release() }()
		if err := l.Value().Send(ctx, "hello"); err != nil {
			return errors.Join(err, l.Discard())
		}
		return nil
	}
	fmt.Println(use(context.Background()), p.Close(context.Background()))
	// Output:
	// mail hello
	// <nil> <nil>
}
