package redistest

import (
	"context"
	"net"
	"strconv"
	"testing"
)

// TestTakenPort begins on a port that another server has, Redis or not.
func TestTakenPort(t *testing.T) {
	t.Parallel()
	other := Start(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	taken := []int{other.port, l.Addr().(*net.TCPAddr).Port}

	s := newServer(t)
	s.arguments = func() []string {
		if len(taken) > 0 {
			s.port, taken = taken[0], taken[1:]
		}
		return []string{"--port", strconv.Itoa(s.port), "--save", ""}
	}
	s.begin()
	if len(taken) != 0 || s.port == other.port {
		t.Fatalf("began on port %d with %v left to try", s.port, taken)
	}
	must(t, s.Client().Set(context.Background(), "key", "ours", 0).Err())
	if n := other.Client().DBSize(context.Background()).Val(); n != 0 {
		t.Errorf("the other server has got %d keys", n)
	}
}
