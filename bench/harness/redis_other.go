//go:build !linux

package harness

import "syscall"

// endingWithParent returns nothing: this system does not end a process with the one
// that has started it.
func endingWithParent() *syscall.SysProcAttr { return nil }
