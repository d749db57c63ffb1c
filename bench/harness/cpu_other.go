//go:build !unix

package harness

import "time"

// processCPU returns 0: this system is not asked for processor times.
func processCPU() time.Duration { return 0 }
