package harness

import "syscall"

// endingWithParent makes a process end when this one is killed.
func endingWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
