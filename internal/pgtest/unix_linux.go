package pgtest

import "syscall"

// endWithParent makes the server end at once if the test is killed.
func endWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGQUIT }
