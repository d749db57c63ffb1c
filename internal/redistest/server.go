package redistest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Server is one server process. Its methods fail the test if they cannot do what
// they should; they are not for concurrent use.
type Server struct {
	t    testing.TB
	port int
	dir  string
	// arguments returns the command line for the port, and args is what it returned.
	arguments func() []string
	args      []string
	// alive returns nil when the server answers.
	alive  func() error
	cmd    *exec.Cmd
	output *output
	ended  chan struct{}
}

// Start starts a server that keeps everything in memory and loses it when it ends.
// args are added to its command line.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	return startWith(t, func() []string { return args })
}

// startWith is Start for arguments that are others at each attempt.
func startWith(t testing.TB, args func() []string) *Server {
	t.Helper()
	s := newServer(t)
	s.arguments = func() []string {
		return append([]string{"--port", strconv.Itoa(s.port), "--save", "", "--appendonly", "no"}, args()...)
	}
	s.begin()
	return s
}

// newServer returns a server that is not started.
func newServer(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t, dir: t.TempDir()}
	s.alive = func() error { return ping(s.Addr()) }
	t.Cleanup(s.Kill)
	return s
}

// Addr returns the host and port of the server.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// Client returns a client, closed when the test ends. Its timeouts are those of
// contexts, and one second otherwise.
func (s *Server) Client() *redis.Client {
	s.t.Helper()
	return s.client(s.Addr())
}

// ClientVia returns a client that goes through a proxy.
func (s *Server) ClientVia(p *Proxy) *redis.Client {
	s.t.Helper()
	return s.client(p.Addr())
}

func (s *Server) client(addr string) *redis.Client {
	c := redis.NewClient(&redis.Options{
		Addr: addr, ContextTimeoutEnabled: true, DialTimeout: time.Second, ReadTimeout: time.Second, WriteTimeout: time.Second,
	})
	s.t.Cleanup(func() { _ = c.Close() })
	return c
}

// Kill ends the server at once, as SIGKILL does, and waits for its end. It does
// nothing if it has ended.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	<-s.ended
	s.cmd = nil
}

// Restart starts a server that was killed, or kills it first, on the same port. It
// has forgotten everything.
func (s *Server) Restart() {
	s.t.Helper()
	s.Kill()
	s.start()
}

// Pause makes the server stand still, with all connections open, until Resume.
func (s *Server) Pause() {
	s.t.Helper()
	if err := suspend(s.cmd.Process); err != nil {
		s.t.Fatal(err)
	}
}

// Resume ends Pause.
func (s *Server) Resume() {
	s.t.Helper()
	if err := resume(s.cmd.Process); err != nil {
		s.t.Fatal(err)
	}
}

// MaxMemory bounds what the server may use, in bytes, and says what it does about
// that, such as "noeviction" or "allkeys-lru".
func (s *Server) MaxMemory(n int, policy string) {
	s.t.Helper()
	c := redis.NewClient(&redis.Options{Addr: s.Addr()})
	defer c.Close()
	err := errors.Join(
		c.ConfigSet(context.Background(), "maxmemory-policy", policy).Err(),
		c.ConfigSet(context.Background(), "maxmemory", strconv.Itoa(n)).Err(),
	)
	if err != nil {
		s.t.Fatal(err)
	}
}

// begin starts the process on a port of its own. A port that was free a moment ago may
// be somebody else's by now, so there are several attempts.
func (s *Server) begin() {
	s.t.Helper()
	const attempts = 5
	for range attempts {
		s.port = freePort(s.t)
		s.args = s.arguments()
		if s.up() {
			return
		}
	}
	s.t.Fatalf("redis-server finds no port in %d attempts: %s", attempts, s.output)
}

// start starts the process on the port that it had.
func (s *Server) start() {
	s.t.Helper()
	if err := retry(patience, func() error {
		if s.up() {
			return nil
		}
		return fmt.Errorf("port %d is taken", s.port)
	}); err != nil {
		s.t.Fatalf("%v: %s", err, s.output)
	}
}

// up starts the process, waits until it answers, and returns false if it has ended
// because somebody else has its port.
func (s *Server) up() bool {
	s.t.Helper()
	if err := s.launch(); err != nil {
		s.t.Fatal(err)
	}
	err := retry(patience, func() error {
		select {
		case <-s.ended:
			return nil
		default:
			if !s.output.has("Ready to accept connections", "Sentinel ID is") {
				return errors.New("it is not ready") // and who answers may be another server on that port
			}
			return s.alive()
		}
	})
	select {
	case <-s.ended:
		s.cmd = nil
		if s.output.has("Address already in use") {
			return false
		}
		s.t.Fatalf("redis-server has ended: %s", s.output)
	default:
	}
	if err != nil {
		s.t.Fatalf("redis-server does not answer: %v: %s", err, s.output)
	}
	return true
}

func (s *Server) launch() error {
	cmd := exec.Command(program(s.t))
	// The program is the server if it is called so.
	cmd.Args = append([]string{"redis-server"}, s.args...)
	cmd.Args = append(cmd.Args, "--bind", "127.0.0.1", "--dir", s.dir)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.SysProcAttr = attributes()
	s.output = &output{}
	cmd.Stdout, cmd.Stderr = s.output, s.output
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	s.cmd, s.ended = cmd, ended
	return nil
}

// ping asks a server for a sign of life.
func ping(addr string) error {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	answer := make([]byte, 64)
	n, err := conn.Read(answer)
	if err == nil && !bytes.HasPrefix(answer, []byte("+PONG")) {
		err = fmt.Errorf("the answer is %q", answer[:n])
	}
	return err
}

// output keeps what a server has printed last.
type output struct {
	mu   sync.Mutex
	text []byte
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text = append(o.text, b...)
	o.text = o.text[max(0, len(o.text)-4096):]
	return len(b), nil
}

// has reports whether one of the texts was printed.
func (o *output) has(texts ...string) bool {
	all := o.String()
	return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(all, text) })
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.text)
}
