package clock

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

const idleEnv = "BUNSUI_TEST_IDLE_CLOCK"

// TestIdleProcess asks the clock for the time in a process of its own, and then
// looks at what that process still does.
func TestIdleProcess(t *testing.T) {
	if os.Getenv(idleEnv) != "" {
		idleProcess(t)
		return
	}
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestIdleProcess$", "-test.v", "-test.timeout=0")
	cmd.Env = append(os.Environ(), idleEnv+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

func idleProcess(t *testing.T) {
	ticks.Store(true)
	began := runtime.NumGoroutine()
	busy := switches(t)
	for range 50 {
		Now()
		time.Sleep(tick)
	}
	busy = switches(t) - busy
	if !standard.running() {
		t.Error("the clock did not tick while it was used")
	}
	// How soon it ends depends on the machine's load, that it ends does not.
	for end := time.Now().Add(time.Minute); standard.running() || runtime.NumGoroutine() > began; time.Sleep(tick) {
		if time.Now().After(end) {
			t.Fatalf("the clock ticks on; %d goroutines, %d at the start", runtime.NumGoroutine(), began)
		}
	}
	// Without a goroutine or a timer nothing of ours can wake. The figures are for
	// the reader: the Go runtime makes some switches of its own, more on a busy
	// machine, where a clock that ticks on would make 100 each second.
	idle := switches(t)
	time.Sleep(time.Second)
	t.Logf("%d voluntary context switches in 0.5 s of use, %d in 1 s of idling", busy, switches(t)-idle)
}

// switches returns the voluntary context switches of all threads.
func switches(t *testing.T) (sum int) {
	t.Helper()
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Skip(err)
	}
	for _, thread := range threads {
		status, err := os.ReadFile("/proc/self/task/" + thread.Name() + "/status")
		if err != nil {
			continue // it has ended
		}
		for line := range strings.Lines(string(status)) {
			n := 0
			if _, err := fmt.Sscanf(line, "voluntary_ctxt_switches: %d", &n); err == nil {
				sum += n
			}
		}
	}
	return sum
}
