package main

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/internal/redistest"
)

// unanswered is how long a process may take to answer until the test gives up.
const unanswered = 30 * time.Second

// company is what processes have in common.
type company struct {
	*testing.T
	program, dir string
	server       *redistest.Server
}

// newCompany builds the program and starts a server.
func newCompany(t *testing.T) *company {
	t.Helper()
	c := &company{T: t, dir: t.TempDir(), server: redistest.Start(t)}
	c.program = filepath.Join(t.TempDir(), "shared")
	if runtime.GOOS == "windows" {
		c.program += ".exe"
	}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", c.program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return c
}

// process is one that runs the program. Its methods are for one goroutine.
type process struct {
	*company
	cmd     *exec.Cmd
	in      io.WriteCloser
	answers *bufio.Reader
}

// start starts a process that reaches the server under an address.
func (c *company) start(address string, args ...string) *process {
	c.Helper()
	p := &process{company: c}
	p.cmd = exec.Command(c.program, append([]string{"-dir", c.dir, "-redis", address}, args...)...)
	var failures strings.Builder
	p.cmd.Stderr = &failures
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		c.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		c.Fatal(err)
	}
	p.answers = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() {
		p.in.Close() // which ends the process
		p.cmd.Wait()
		if c.Failed() {
			c.Logf("process %d has written:\n%s", p.cmd.Process.Pid, &failures)
		}
	})
	return p
}

// join returns when the process hears what others change. It asks for user 0, who does
// not exist, because the store is not used before the first call.
func (p *process) join() *process {
	p.Helper()
	for end := time.Now().Add(unanswered); time.Now().Before(end); time.Sleep(time.Millisecond) {
		p.within(normally, "no such user, ", "get 0")
		if stats, err := p.ask("stats"); err != nil || strings.HasSuffix(stats, ", in company") {
			return p
		}
	}
	p.Fatal("a process does not hear the others")
	return nil
}

// kill ends the process as it is, without a chance to do anything.
func (p *process) kill() {
	p.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.Fatal(err)
	}
}

// send sends a command.
func (p *process) send(format string, args ...any) error {
	_, err := fmt.Fprintf(p.in, format+"\n", args...)
	return err
}

// receive returns the answer to a command. A process that gives none is killed.
func (p *process) receive() (string, error) {
	watchdog := time.AfterFunc(unanswered, func() { _ = p.cmd.Process.Kill() })
	defer watchdog.Stop()
	line, err := p.answers.ReadString('\n')
	return strings.TrimSuffix(line, "\n"), err
}

// ask sends a command and returns the answer.
func (p *process) ask(format string, args ...any) (string, error) {
	if err := p.send(format, args...); err != nil {
		return "", err
	}
	return p.receive()
}

// want says what is wrong if the answer to a command is another one.
func (p *process) want(answer, format string, args ...any) {
	p.Helper()
	if got, err := p.ask(format, args...); err != nil || got != answer {
		p.Errorf("%s: %q, %v, want %q", fmt.Sprintf(format, args...), got, err, answer)
	}
}

// within is want for an answer that only begins so, and may be another one for a while.
func (p *process) within(bound time.Duration, begin, format string, args ...any) {
	p.Helper()
	for end := time.Now().Add(bound); ; time.Sleep(time.Millisecond) {
		asked := time.Now()
		got, err := p.ask(format, args...)
		switch {
		case strings.HasPrefix(got, begin):
			return
		case err != nil || asked.After(end):
			p.Fatalf("%s: %q, %v, want %q within %v", fmt.Sprintf(format, args...), got, err, begin, bound)
		}
	}
}
