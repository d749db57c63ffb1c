package pool_test

import (
	"bufio"
	"net"
	"sync"
	"testing"
)

// A server answers each line with the same line, on the loopback interface.
type server struct {
	t    *testing.T
	addr string

	mu       sync.Mutex
	listener net.Listener
	conns    map[net.Conn]bool
	mute     bool // it reads, and does not answer
}

func newServer(t *testing.T) *server {
	s := &server{t: t, addr: "127.0.0.1:0", conns: map[net.Conn]bool{}}
	s.start()
	s.addr = s.listener.Addr().String() // it stays
	t.Cleanup(s.kill)
	return s
}

func (s *server) start() {
	s.t.Helper()
	l, err := net.Listen("tcp", s.addr)
	must(s.t, err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listener = l
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns[c] = true
			s.mu.Unlock()
			go s.serve(c)
		}
	}()
}

func (s *server) serve(c net.Conn) {
	defer func() {
		_ = c.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.conns, c)
	}()
	for lines := bufio.NewScanner(c); lines.Scan(); {
		s.mu.Lock()
		mute := s.mute
		s.mu.Unlock()
		if !mute {
			if _, err := c.Write(append(lines.Bytes(), '\n')); err != nil {
				return
			}
		}
	}
}

// kill ends the server with all its connections: the next ones are refused.
func (s *server) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.listener.Close()
	for c := range s.conns {
		_ = c.Close()
	}
}

func (s *server) setMute(mute bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mute = mute
}

func (s *server) open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}
