//go:build unix

package harness

import (
	"syscall"
	"time"
)

// processCPU returns the processor time, user and system, that this process has
// used so far.
func processCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
