package harness

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
)

// TestWire counts a conversation with a server that answers each command with OK.
func TestWire(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	go answerOK(server)
	w, err := NewWire(server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	client, err := net.Dial("tcp", w.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	const ping, set = "*1\r\n$4\r\nPING\r\n", "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$9\r\n\r\n*1\r\n$4\n\r\n"
	answers := bufio.NewReader(client)
	for _, commands := range []string{ping, set + ping + set, ping} {
		fmt.Fprint(client, commands)
		for range strings.Count(commands, "PING") + strings.Count(commands, "SET") {
			if line, err := answers.ReadString('\n'); err != nil || line != "+OK\r\n" {
				t.Fatalf("%q, %v", line, err)
			}
		}
	}
	want := Traffic{Commands: 5, RoundTrips: 3, Sent: int64(3*len(ping) + 2*len(set)), Received: 5 * int64(len("+OK\r\n"))}
	if got := w.Traffic(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if _, err := answers.ReadByte(); err == nil {
		t.Error("the connection is still open")
	}
}

// answerOK reads commands as a server does: headers, and texts by their lengths.
func answerOK(l net.Listener) {
	c, err := l.Accept()
	if err != nil {
		return
	}
	defer c.Close()
	r := bufio.NewReader(c)
	for {
		var texts, length int
		if _, err := fmt.Fscanf(r, "*%d\r\n", &texts); err != nil {
			return
		}
		for range texts {
			if _, err := fmt.Fscanf(r, "$%d\r\n", &length); err != nil {
				return
			}
			if _, err := io.CopyN(io.Discard, r, int64(length+2)); err != nil {
				return
			}
		}
		fmt.Fprint(c, "+OK\r\n")
	}
}

// TestCommandCounter cuts a stream in two at each of its bytes.
func TestCommandCounter(t *testing.T) {
	const stream = "*2\r\n$3\r\nGET\r\n$4\r\n*9\r\n\r\n*1\r\n$0\r\n\r\n*1\r\n$4\r\nPING\r\n"
	for i := range stream {
		var c commandCounter
		if n := c.feed([]byte(stream[:i])) + c.feed([]byte(stream[i:])); n != 3 {
			t.Errorf("cut at %d: %d commands", i, n)
		}
	}
}
