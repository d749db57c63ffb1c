package guide

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

func ExampleSend() {
	office, shut, err := openPostOffice()
	if err != nil {
		fmt.Println(err)
		return
	}

	ctx := context.Background()
	for _, to := range []string{"ada@example.com", "grace@example.com"} {
		if err := Send(ctx, to, "Your order has left."); err != nil {
			fmt.Println(err)
		}
	}
	MailPool.Reset() // closes what is idle, as the office closes
	shut()
	fmt.Println(len(office.mails), "mails over", office.sessions, "session")
	// Output: 2 mails over 1 session
}

func ExampleNewMailPool() {
	_, shut, err := openPostOffice()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer shut()

	ctx := context.Background()
	pool.Register("mail", NewMailPool(1, 4))
	pool.Register("newsletters", NewMailPool(2, 10)) // which must not hold up the others
	if err := pool.Start(ctx); err != nil {
		fmt.Println(err)
	}
	mail, err := pool.Named[*MailSession]("mail")
	if err != nil {
		fmt.Println(err)
		return
	}
	err = mail.With(ctx, func(ctx context.Context, s *MailSession) error {
		return send(ctx, s, "ada@example.com", "Your order has left.")
	})
	fmt.Println(err)
	all := pool.StatsAll()
	for _, name := range []string{"mail", "newsletters"} {
		s := all[name]
		fmt.Println(name, s.Open(), "open,", s.InUse, "in use, of at most", s.Max)
	}
	fmt.Println(pool.Stop(ctx))
	// Output:
	// <nil>
	// mail 1 open, 0 in use, of at most 4
	// newsletters 2 open, 0 in use, of at most 10
	// <nil>
}

// TestExclusive lends no session to two, and makes none beyond the maximum.
func TestExclusive(t *testing.T) {
	office := newPostOffice(t)
	p := NewMailPool(0, 2)
	done := make(chan error)
	const mails = 50
	for range mails {
		go func() {
			done <- p.With(t.Context(), func(ctx context.Context, s *MailSession) error {
				return send(ctx, s, "ada@example.com", "one of many")
			})
		}()
	}
	var failed error
	for range mails {
		failed = errors.Join(failed, <-done)
	}
	if err := errors.Join(failed, p.Close(context.Background())); err != nil {
		t.Fatal(err)
	}
	if len(office.mails) != mails || office.sessions > 2 {
		t.Errorf("%d mails over %d sessions, want %d over at most 2", len(office.mails), office.sessions, mails)
	}
}
