package guide

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// MailServer is where mail is delivered. It must be set before the first one is sent.
var MailServer = "localhost:25"

// MailSession is a session with the mail server. It takes one mail after the other, and
// never two at once.
type MailSession struct {
	*smtp.Client
	conn net.Conn
}

// dialMail begins a session with the mail server, which greets it.
//
//bunsui:pool min=1 max=4 max_age=5m max_idle=1m timeout=5s ping=noop reset=resetMail close=quit leak=30s
func dialMail(ctx context.Context) (*MailSession, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", MailServer)
	if err != nil {
		return nil, err
	}
	s := &MailSession{conn: conn}
	host, _, _ := net.SplitHostPort(MailServer)
	err = s.within(ctx, func() error {
		s.Client, err = smtp.NewClient(conn, host)
		return err
	})
	if err != nil {
		conn.Close()
		return nil, err
	}
	return s, nil
}

// within gives a conversation the deadline of its context.
func (s *MailSession) within(ctx context.Context, f func() error) error {
	deadline, _ := ctx.Deadline()
	if err := s.conn.SetDeadline(deadline); err != nil {
		return err
	}
	return f()
}

func noop(ctx context.Context, s *MailSession) error { return s.within(ctx, s.Noop) }

func resetMail(ctx context.Context, s *MailSession) error { return s.within(ctx, s.Reset) }

func quit(ctx context.Context, s *MailSession) error { return s.within(ctx, s.Quit) }

// send delivers a mail over one of the sessions.
//
//bunsui:pooled
func send(ctx context.Context, s *MailSession, to, text string) error {
	return s.within(ctx, func() error {
		if err := errors.Join(s.Mail("shop@example.com"), s.Rcpt(to)); err != nil {
			return err
		}
		body, err := s.Data()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(body, "To: %s\r\n\r\n%s\r\n", to, text)
		return errors.Join(err, body.Close())
	})
}

// NewMailPool is the same by hand.
func NewMailPool(minimum, maximum int) *pool.Pool[*MailSession] {
	return pool.New(pool.Options[*MailSession]{
		Name: "mail", Min: minimum, Max: maximum,
		MaxAge: 5 * time.Minute, MaxIdle: time.Minute,
		AcquireTimeout: 5 * time.Second, Leak: 30 * time.Second,
		New: dialMail, Ping: noop, Reset: resetMail, Close: quit,
	})
}
