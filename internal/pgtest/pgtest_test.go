package pgtest

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestStart(t *testing.T) {
	var s *Server
	t.Run("runs", func(t *testing.T) {
		s = Start(t)
		network, address := "unix", filepath.Join(s.address, ".s.PGSQL."+s.port)
		if runtime.GOOS == "windows" {
			network, address = "tcp", net.JoinHostPort(s.address, s.port)
		}
		c, err := net.Dial(network, address)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
		if !strings.HasPrefix(s.URL(), "postgres://postgres:") {
			t.Errorf("URL = %s", s.URL())
		}
	})
	if s == nil {
		t.Skip("no server")
	}
	if _, err := os.Stat(s.folder); !os.IsNotExist(err) {
		t.Errorf("the folder is left: %v", err)
	}
	select {
	case <-s.process.exited:
	default:
		t.Error("the server runs")
	}
}

func TestRestart(t *testing.T) {
	s := Start(t)
	for range 2 {
		if err := s.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Restart(); err != nil { // it says so when it is ready
		t.Fatal(err)
	}
	if err := s.Restart(); err != nil {
		t.Fatal(err)
	}
}

// A server that cannot start says why.
func TestReason(t *testing.T) {
	if os.Getenv(Without) != "" {
		t.Skipf("%s is set", Without)
	}
	where, err := find()
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{where: where}
	s.folder, err = os.MkdirTemp("", "pgtest")
	if err == nil {
		err = handOver(s.folder)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.stop() }()
	s.process, err = launch(s.command("postgres", "-D", filepath.Join(s.folder, "nowhere")))
	if err == nil {
		err = s.process.untilReady(starting)
	}
	if err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("error = %v", err)
	}
}

func TestVersion(t *testing.T) {
	for path, want := range map[string]int{
		"/usr/lib/postgresql/15/bin": 15, "/usr/pgsql-9/bin": 9, "/opt/homebrew/opt/postgresql@17/bin": 17, "/bin": 0,
	} {
		if got := version(path); got != want {
			t.Errorf("version(%q) = %d, want %d", path, got, want)
		}
	}
}
