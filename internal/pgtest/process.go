package pgtest

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// process is a server that was started.
type process struct {
	cmd    *exec.Cmd
	ready  chan struct{}
	exited chan struct{}
	silent chan struct{} // closed when nothing more can be said

	mu   sync.Mutex
	said []string
	err  error
}

// command makes a command with a program of the installation.
func (s *Server) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.where.bin, program), args...)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = s.folder, s.environment(), attributes()
	return cmd
}

// run runs a command to its end.
func run(cmd *exec.Cmd) error {
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(cmd.Path), err, out)
	}
	return nil
}

// launch starts a server.
func launch(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, ready: make(chan struct{}), exited: make(chan struct{}), silent: make(chan struct{})}
	log, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = w
	started := make(chan error)
	go func() {
		// A server is to end with its parent, which for the kernel is the thread
		// that started it: this one must last as long.
		runtime.LockOSThread()
		err := cmd.Start()
		_ = w.Close()
		started <- err
		if err == nil {
			p.end(cmd.Wait())
		}
	}()
	if err := <-started; err != nil {
		_ = log.Close()
		return nil, err
	}
	go p.listen(log)
	return p, nil
}

func (p *process) end(err error) {
	p.mu.Lock()
	p.err = err
	p.mu.Unlock()
	close(p.exited)
}

// listen reads what the server says until all of its processes have ended.
func (p *process) listen(log io.ReadCloser) {
	defer close(p.silent)
	defer func() { _ = log.Close() }()
	ready := false
	for lines := bufio.NewScanner(log); lines.Scan(); {
		p.mu.Lock()
		p.said = append(p.said, lines.Text())
		p.mu.Unlock()
		if !ready && strings.Contains(lines.Text(), "ready to accept connections") {
			ready = true
			close(p.ready)
		}
	}
}

// untilReady waits for the server to accept connections.
func (p *process) untilReady(atMost time.Duration) error {
	select {
	case <-p.ready:
		return nil
	case <-p.exited:
		select {
		case <-p.silent:
		case <-time.After(stopping): // another process of the server is left
		}
		return fmt.Errorf("the server ended: %w\n%s", p.result(), p.log())
	case <-time.After(atMost):
		return fmt.Errorf("the server does not start\n%s", p.log())
	}
}

// stop ends the server, by force if it does not obey.
func (p *process) stop(atMost time.Duration) error {
	err := interrupt(p.cmd.Process)
	select {
	case <-p.exited:
		return nil
	case <-time.After(atMost):
	}
	err = errors.Join(err, p.cmd.Process.Kill())
	<-p.exited
	return fmt.Errorf("the server had to be killed: %w\n%s", err, p.log())
}

func (p *process) result() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil {
		return errors.New("without an error")
	}
	return p.err
}

func (p *process) log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.said, "\n")
}

func randomText() string { return rand.Text() }
