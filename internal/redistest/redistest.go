// Package redistest starts real Redis servers for tests, on ports of their own on the
// loopback interface: one alone, a Cluster, Sentinels with a master and a replica,
// and one with TLS and an ACL. They end with the test, and can be killed, paused,
// restarted and filled before that. Proxy is a bad network between a client and one
// of them.
//
// It installs nothing: make redis does that, and tests fail with that advice where
// there is no server, unless BUNSUI_WITHOUT_REDIS is 1, in which case they are
// skipped.
package redistest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// patience bounds how long anything may take that a server does by itself.
const patience = 30 * time.Second

// without is the environment variable that makes tests skip what needs Redis.
const without = "BUNSUI_WITHOUT_REDIS"

// program returns the path of the server.
func program(t testing.TB) string {
	t.Helper()
	path, err := find()
	switch {
	case err == nil:
		return path
	case os.Getenv(without) == "1":
		t.Skipf("%v; %s is 1", err, without)
	default:
		t.Fatalf("%v: run make redis, or skip such tests with %s=1", err, without)
	}
	return ""
}

// find looks for the server in the path, under both names that its program has
// (Debian's redis-tools has only the second), and then where make redis puts it
// without root.
func find() (string, error) {
	for _, name := range []string{"redis-server", "redis-check-rdb"} {
		if path, err := exec.LookPath(name); err == nil {
			return filepath.Abs(path)
		}
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		path := filepath.Join(dir, ".tools", "redis", "bin", "redis-server")
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("there is no redis-server")
		}
		dir = filepath.Dir(dir)
	}
}

// freePort returns a port that nobody uses at the moment.
func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// eventually waits until f returns nil.
func eventually(t testing.TB, what string, f func() error) {
	t.Helper()
	if err := retry(patience, f); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// retry calls f until it returns nil, or its last error when time is over.
func retry(bound time.Duration, f func() error) error {
	for end := time.Now().Add(bound); ; time.Sleep(5 * time.Millisecond) {
		err := f()
		if err == nil {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("not within %v: %w", bound, err)
		}
	}
}
