//go:build unix

package pgtest

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// listen makes the server listen on a socket in its folder only.
func (s *Server) listen() ([]string, error) {
	s.address, s.port = s.folder, "5432" // the port is a part of the socket's name
	return []string{"listen_addresses=", "unix_socket_directories=" + s.folder}, nil
}

// interrupt asks the server to end without waiting for its clients.
func interrupt(p *os.Process) error { return p.Signal(syscall.SIGINT) }

// servant returns the user that the server runs as, or nil if that is the one who
// runs the test. The server refuses to be root's.
func servant() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("the server cannot run as root, and there is neither a user postgres nor nobody")
}

// handOver gives files to the user that the server runs as.
func handOver(paths ...string) error {
	c, err := servant()
	if c == nil {
		return err
	}
	for _, path := range paths {
		if err := os.Chown(path, int(c.Uid), int(c.Gid)); err != nil {
			return err
		}
	}
	return nil
}

// attributes are those of the server's processes. An error of servant has been
// returned by handOver before.
func attributes() *syscall.SysProcAttr {
	c, _ := servant()
	a := &syscall.SysProcAttr{Credential: c}
	endWithParent(a)
	return a
}
