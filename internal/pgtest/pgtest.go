// Package pgtest starts PostgreSQL servers for tests: each in a temporary folder,
// on a socket of its own, under a user who is not root, and gone with its test. It
// finds a server that is installed, and installs none: "make postgres" does.
//
// It is support for this module's tests, knows no client library, and is not for
// production.
package pgtest

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Without is the environment variable that lets tests be skipped that need a
// server, if it is set.
const Without = "BUNSUI_WITHOUT_POSTGRES"

// starting and stopping bound how long a server may take for either.
const (
	starting = 2 * time.Minute
	stopping = 20 * time.Second
)

// Server is a PostgreSQL server that runs. Its database postgres is empty, and its
// user postgres may do everything.
type Server struct {
	where    installation
	folder   string
	port     string
	password string
	address  string // a folder, or 127.0.0.1
	process  *process
}

// Start starts a server, which ends with the test. If none is installed, the test
// fails, or is skipped if the environment says so: see Without.
func Start(t testing.TB) *Server {
	t.Helper()
	if os.Getenv(Without) != "" {
		t.Skipf("%s is set", Without)
	}
	where, err := find()
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{where: where}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	if err := s.start(); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return s
}

// URL returns what clients connect to.
func (s *Server) URL() string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword("postgres", s.password), Path: "/postgres"}
	u.RawQuery = url.Values{"host": {s.address}, "port": {s.port}, "sslmode": {"disable"}}.Encode()
	return u.String()
}

func (s *Server) start() error {
	var err error
	// Not the test's own folder: the path of a socket must be short.
	if s.folder, err = os.MkdirTemp("", "pgtest"); err != nil {
		return err
	}
	if err := s.initialise(); err != nil {
		return err
	}
	options, err := s.listen()
	if err != nil {
		return err
	}
	// Nothing here outlives a crash, so nothing has to reach the disk.
	options = append(options, "fsync=off", "shared_buffers=16MB", "max_connections=60")
	args := []string{"-D", s.data()}
	for _, o := range options {
		args = append(args, "-c", o)
	}
	s.process, err = launch(s.command("postgres", args...))
	if err != nil {
		return err
	}
	return s.process.untilReady(starting)
}

// initialise makes the files of an empty database.
func (s *Server) initialise() error {
	s.password = randomText()
	secret := filepath.Join(s.folder, "password")
	if err := os.WriteFile(secret, []byte(s.password+"\n"), 0o600); err != nil {
		return err
	}
	if err := handOver(s.folder, secret); err != nil {
		return err
	}
	return run(s.command("initdb", "-D", s.data(), "-U", "postgres", "-A", "scram-sha-256",
		"--pwfile="+secret, "--locale=C", "--encoding=UTF8", "--no-sync"))
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// stop ends the server and removes its files.
func (s *Server) stop() error {
	var err error
	if s.process != nil {
		err = s.process.stop(stopping)
	}
	if s.folder == "" {
		return err
	}
	if gone := os.RemoveAll(s.folder); err == nil {
		err = gone
	}
	return err
}

// environment is what the server and its tools see: messages in English, and
// libraries that came with it.
func (s *Server) environment() []string {
	env := []string{"LC_ALL=C", "TZ=UTC", "HOME=" + s.folder, "PATH=" + s.where.bin + string(os.PathListSeparator) + os.Getenv("PATH")}
	if len(s.where.libraries) > 0 {
		env = append(env, "LD_LIBRARY_PATH="+strings.Join(s.where.libraries, string(os.PathListSeparator)))
	}
	return env
}
