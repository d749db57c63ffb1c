package awstest

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// S3 starts versitygw, a real S3 server, though not Amazon's, without buckets, and returns
// what clients are made of. Credentials are checked. Clients need UsePathStyle, because
// names of buckets are no hosts here. The test cannot be parallel.
func S3(t testing.TB) aws.Config {
	t.Helper()
	return NewS3Server(t).Config()
}

// S3WithTLS is S3 over HTTPS, with a certificate that only the client of the configuration
// trusts.
func S3WithTLS(t testing.TB) aws.Config {
	t.Helper()
	certificate, key, roots := makeCertificate(t)
	c := NewS3Server(t, "--cert", certificate, "--key", key).Config()
	c.BaseEndpoint = aws.String("https" + (*c.BaseEndpoint)[len("http"):])
	c.HTTPClient.(*http.Client).Transport.(*http.Transport).TLSClientConfig = roots
	return c
}

// An S3Server is a versitygw that can be killed and started again.
type S3Server struct {
	t       testing.TB
	address string
	cmd     []string
	log     string

	process *os.Process
	ended   chan struct{}
}

// NewS3Server starts one, with flags beside those that it needs.
func NewS3Server(t testing.TB, flags ...string) *S3Server {
	t.Helper()
	program, err := below("versitygw", "versitygw")
	switch {
	case err == nil:
	case os.Getenv(without) == "1":
		t.Skipf("%v; %s is 1", err, without)
	default:
		t.Fatalf("%v: run make aws, or skip such tests with %s=1", err, without)
	}
	const attempts = 3 // another program may take the port
	for range attempts {
		if s := newS3Server(t, program, flags); s.start() == nil {
			t.Cleanup(s.Kill)
			return s
		}
	}
	t.Fatal("versitygw does not start")
	return nil
}

// newS3Server chooses a port that is free now, because the server cannot.
func newS3Server(t testing.TB, program string, flags []string) *S3Server {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := append([]string{program, "--quiet", "--keep-alive", "--port", address, "--access", "key", "--secret", "secret"}, flags...)
	return &S3Server{t: t, address: address, cmd: append(cmd, "posix", t.TempDir()), log: filepath.Join(t.TempDir(), "log")}
}

// Address is the host and port where the server listens.
func (s *S3Server) Address() string { return s.address }

// Config returns what clients are made of.
func (s *S3Server) Config() aws.Config { return config(s.t, s.address) }

// Kill ends the server without warning. What it has stored remains.
func (s *S3Server) Kill() {
	_ = s.process.Kill() // it may have ended
	<-s.ended
}

// Start starts a server that was killed.
func (s *S3Server) Start() {
	s.t.Helper()
	if err := s.start(); err != nil {
		s.t.Fatal(err)
	}
}

func (s *S3Server) start() error {
	log, err := os.Create(s.log)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(s.cmd[0], s.cmd[1:]...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	s.process, s.ended = cmd.Process, ended
	go func() {
		defer close(ended)
		_ = cmd.Wait()
	}()
	if err := listening(s.address, ended); err != nil {
		s.Kill()
		said, _ := os.ReadFile(s.log)
		return fmt.Errorf("versitygw: %w: %s", err, said)
	}
	return nil
}

// listening waits until there is a server at an address.
func listening(address string, ended <-chan struct{}) error {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if c, err := net.Dial("tcp", address); err == nil {
			return c.Close()
		}
		select {
		case <-ended:
			return errors.New("it has ended")
		case <-time.After(5 * time.Millisecond):
		}
	}
	return errors.New("it does not listen")
}

// below looks for a file in .tools of this folder or the nearest above.
func below(path ...string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		file := filepath.Join(append([]string{dir, ".tools"}, path...)...)
		if _, err := os.Stat(file); err == nil {
			return file, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("there is no %s", path[0])
		}
		dir = filepath.Dir(dir)
	}
}
