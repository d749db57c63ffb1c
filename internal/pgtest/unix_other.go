//go:build unix && !linux

package pgtest

import "syscall"

// endWithParent does nothing where the kernel offers nothing.
func endWithParent(*syscall.SysProcAttr) {}
