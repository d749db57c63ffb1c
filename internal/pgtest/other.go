//go:build !unix

package pgtest

import (
	"net"
	"os"
	"syscall"
)

// listen makes the server listen on a port of the loopback interface that was free
// a moment ago.
func (s *Server) listen() ([]string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.address, s.port, err = net.SplitHostPort(l.Addr().String())
	if err != nil {
		return nil, err
	}
	return []string{"listen_addresses=127.0.0.1", "unix_socket_directories=", "port=" + s.port}, l.Close()
}

func interrupt(p *os.Process) error { return p.Kill() }

func handOver(...string) error { return nil }

func attributes() *syscall.SysProcAttr { return nil }
