package pgtest

import (
	"fmt"
	"os/exec"
	"time"
)

// Kill ends the server at once, as SIGKILL does, and waits for the end of all its
// processes. It does nothing if it has ended. It is not for concurrent use, as Restart.
func (s *Server) Kill() error {
	_ = s.process.cmd.Process.Kill() // an error if it has ended
	<-s.process.exited
	select {
	case <-s.process.silent:
		return nil
	case <-time.After(stopping):
		return fmt.Errorf("pgtest: a process of the server is left\n%s", s.process.log())
	}
}

// Restart starts a server that was killed, or kills it first. It has the same address,
// and what was committed.
func (s *Server) Restart() error {
	if err := s.Kill(); err != nil {
		return err
	}
	before := s.process.cmd
	p, err := launch(&exec.Cmd{
		Path: before.Path, Args: before.Args, Dir: before.Dir, Env: before.Env, SysProcAttr: before.SysProcAttr,
	})
	if err != nil {
		return err
	}
	s.process = p
	return p.untilReady(starting)
}
