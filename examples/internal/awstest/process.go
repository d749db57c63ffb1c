package awstest

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	// without is the environment variable that makes tests skip what needs this.
	without = "BUNSUI_WITHOUT_AWS"
	// patience bounds how long starting and ending may take.
	patience = 30 * time.Second
)

//go:embed standin.mjs
var script []byte

// start starts a program, and returns its address.
func start(t testing.TB, name string) string {
	t.Helper()
	node, modules, err := find()
	switch {
	case err == nil:
	case os.Getenv(without) == "1":
		t.Skipf("%v; %s is 1", err, without)
	default:
		t.Fatalf("%v: run make aws, or skip such tests with %s=1", err, without)
	}
	path := filepath.Join(t.TempDir(), "standin.mjs")
	if err := os.WriteFile(path, script, 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := launch(exec.Command(node, path, modules, name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	t.Cleanup(func() {
		if err := p.stop(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
	port, err := p.port()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, &p.complaints)
	}
	return net.JoinHostPort("127.0.0.1", port)
}

// find looks for Node.js in the path, and for the programs where make aws puts them.
func find() (node, modules string, err error) {
	if node, err = exec.LookPath("node"); err != nil {
		return "", "", errors.New("there is no Node.js")
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", "", err
	}
	for {
		modules = filepath.Join(dir, ".tools", "aws", "node_modules")
		if _, err := os.Stat(modules); err == nil {
			return node, modules, nil
		}
		if dir == filepath.Dir(dir) {
			return "", "", errors.New("there are no stand-ins for AWS")
		}
		dir = filepath.Dir(dir)
	}
}

// process is a program that runs until its input ends.
type process struct {
	cmd        *exec.Cmd
	input      io.Closer
	lines      chan string
	ended      chan struct{}
	complaints strings.Builder // to be read when it has ended
}

func launch(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, lines: make(chan string, 1), ended: make(chan struct{})}
	cmd.Env = append(os.Environ(), "AWS_EC2_METADATA_DISABLED=true")
	cmd.Stderr = &p.complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if p.input, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(p.ended)
		lines := bufio.NewScanner(out)
		if lines.Scan() {
			p.lines <- lines.Text()
		}
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
	}()
	return p, nil
}

// port waits for the program to listen.
func (p *process) port() (string, error) {
	select {
	case line := <-p.lines:
		if port, ok := strings.CutPrefix(line, "port "); ok {
			return port, nil
		}
		return "", errors.Join(fmt.Errorf("it said %q", line), p.stop())
	case <-p.ended:
		return "", errors.New("it has ended")
	case <-time.After(patience):
		return "", errors.Join(errors.New("it does not start"), p.stop())
	}
}

// stop ends the program, by force if it does not obey, and waits for its end.
func (p *process) stop() error {
	_ = p.input.Close() // it may have ended before
	select {
	case <-p.ended:
		return nil
	case <-time.After(patience):
	}
	err := p.cmd.Process.Kill()
	<-p.ended
	return errors.Join(errors.New("it had to be killed"), err)
}
