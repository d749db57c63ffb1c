package guide

import (
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
)

// A postOffice is a mail server that speaks as much of SMTP as a session needs, and keeps
// what it is given.
type postOffice struct {
	net.Listener
	mu       sync.Mutex
	mails    []string
	sessions int
	done     sync.WaitGroup
}

// openPostOffice sets MailServer until close is called, which waits for all sessions.
func openPostOffice() (p *postOffice, shut func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	p = &postOffice{Listener: l}
	before := MailServer
	MailServer = l.Addr().String()
	p.done.Go(p.accept)
	return p, func() {
		l.Close()
		p.done.Wait()
		MailServer = before
	}, nil
}

func (p *postOffice) accept() {
	for {
		conn, err := p.Accept()
		if err != nil {
			return
		}
		p.done.Go(func() { p.serve(textproto.NewConn(conn)) })
	}
}

func (p *postOffice) serve(c *textproto.Conn) {
	defer c.Close()
	p.mu.Lock()
	p.sessions++
	p.mu.Unlock()
	err := c.PrintfLine("220 ready")
	for err == nil {
		var line string
		if line, err = c.ReadLine(); err != nil {
			return
		}
		switch command, _, _ := strings.Cut(line, " "); command {
		case "EHLO", "HELO", "MAIL", "RCPT", "NOOP", "RSET":
			err = c.PrintfLine("250 ok")
		case "DATA":
			err = p.take(c)
		case "QUIT":
			_ = c.PrintfLine("221 bye")
			return
		default:
			err = c.PrintfLine("500 what?")
		}
	}
}

func (p *postOffice) take(c *textproto.Conn) error {
	if err := c.PrintfLine("354 go on"); err != nil {
		return err
	}
	text, err := c.ReadDotLines()
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.mails = append(p.mails, strings.Join(text, "\n"))
	p.mu.Unlock()
	return c.PrintfLine("250 taken")
}

// newPostOffice is one for a test.
func newPostOffice(t *testing.T) *postOffice {
	t.Helper()
	p, shut, err := openPostOffice()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shut)
	return p
}
