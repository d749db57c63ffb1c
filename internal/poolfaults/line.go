package poolfaults

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// A line is a connection that sends one line and gets an answer.
type line struct {
	net.Conn
	in *bufio.Reader
	// question is what is sent, with a %d, and header says that there is a line ahead of
	// the answer.
	question string
	header   bool
}

func (l *line) echo(ctx context.Context, number int64) (answer int64, err error) {
	// Whoever gives up leaves an answer behind, which nobody else must get.
	stop := context.AfterFunc(ctx, func() { _ = l.Conn.Close() })
	answer, err = l.exchange(number)
	if !stop() {
		return 0, errors.Join(ctx.Err(), net.ErrClosed)
	}
	return answer, err
}

func (l *line) exchange(number int64) (int64, error) {
	if _, err := fmt.Fprintf(l.Conn, l.question+"\r\n", number); err != nil {
		return 0, err
	}
	if l.header {
		if _, err := l.in.ReadString('\n'); err != nil {
			return 0, err
		}
	}
	text, err := l.in.ReadString('\n')
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(text), 10, 64)
}

func (l *line) close(context.Context) error {
	if err := l.Conn.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}
