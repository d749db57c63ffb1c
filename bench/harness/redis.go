package harness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// A Redis is a server process that keeps everything in memory.
type Redis struct {
	addr  string
	cmd   *exec.Cmd
	log   bytes.Buffer
	ended chan error
}

// redisPatience bounds how long a server may take until it answers.
const redisPatience = 10 * time.Second

// StartRedis starts a server on a port of the loopback interface. It ends with ctx,
// if not before. Its program is looked for in the path, and where make redis puts it.
func (b *Bench) StartRedis(ctx context.Context) (*Redis, error) {
	program, err := redisProgram(filepath.Join(b.Root, ".."))
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(b.Scratch, "redis-")
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &Redis{addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), ended: make(chan error, 1)}
	s.cmd = exec.CommandContext(ctx, program)
	// The program is the server if it is called so.
	s.cmd.Args = []string{"redis-server", "--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--save", "", "--appendonly", "no", "--dir", dir}
	s.cmd.SysProcAttr = endingWithParent()
	s.cmd.Stdout, s.cmd.Stderr = &s.log, &s.log
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { s.ended <- s.cmd.Wait() }()
	if err := s.await(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Addr is where clients connect.
func (s *Redis) Addr() string { return s.addr }

// Close ends the server, and returns when it has ended.
func (s *Redis) Close() error {
	if err := s.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-s.ended // an error, because it was killed
	return nil
}

// await returns when the server accepts connections. If it never does, it is ended.
func (s *Redis) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	for ctx.Err() == nil {
		select {
		case err := <-s.ended:
			return fmt.Errorf("redis-server has ended: %w: %s", err, s.log.Bytes())
		case <-time.After(5 * time.Millisecond):
		}
		if conn, err := net.Dial("tcp", s.addr); err == nil {
			return conn.Close()
		}
	}
	return errors.Join(fmt.Errorf("redis-server does not answer: %w", ctx.Err()), s.Close())
}

// redisProgram returns the path of the server's program. Debian's redis-tools has it
// under its second name only.
func redisProgram(repository string) (string, error) {
	local := filepath.Join(repository, ".tools", "redis", "bin", "redis-server")
	for _, name := range []string{"redis-server", "redis-check-rdb", local} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no redis-server: run make redis")
}

// freePort returns a port that nobody uses at the moment.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
