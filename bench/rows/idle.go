package rows

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
)

// idle counts how often processes that have used caches, and now do nothing, are
// woken: the voluntary context switches of all their threads. All wait at the same
// time.
func idle(ctx context.Context, b *harness.Bench) error {
	if _, err := os.Stat("/proc/self/task"); err != nil {
		b.Logf("left out: only Linux tells how often a process was woken")
		return nil
	}
	wait := 10 * time.Second
	if b.Quick {
		wait = 3 * time.Second
	}
	names := []string{"nothing", byHand, otterPlain, otterCoarse, "theine", "ristretto", "expirable"}
	switches, err := idleSwitches(ctx, names, wait)
	if err != nil {
		return err
	}
	table := harness.Table{
		Title: fmt.Sprintf("Wake-ups of an idle process with 20 caches in %.0f s", wait.Seconds()), Header: []string{"", "voluntary context switches"},
		Note: "The caches were filled and read for a while, and given 2 s to calm down. What the process nothing shows is Go's own.",
	}
	for i, name := range names {
		table.Rows = append(table.Rows, []string{name, strconv.Itoa(switches[i])})
	}
	b.Figure(fmt.Sprintf("wake-ups of an idle process in %.0f s, beyond Go's own", wait.Seconds()),
		float64(max(0, switches[1]-switches[0])), "", harness.AtMost(0))
	b.Figure("the same, otter", float64(switches[2]-switches[0]), "", nil)
	b.Table(table)
	return nil
}

// An idleProcess is a child that waits to be stopped.
type idleProcess struct {
	pid  int
	stop func()
}

// idleSwitches returns the context switches of one child for each name.
func idleSwitches(ctx context.Context, names []string, wait time.Duration) ([]int, error) {
	running := make([]idleProcess, len(names))
	for i, name := range names {
		p, err := startIdle(ctx, name)
		if err != nil {
			return nil, err
		}
		defer p.stop()
		running[i] = p
	}
	pause(ctx, 2*time.Second)
	counts := make([]int, len(names))
	for i, p := range running {
		counts[i] = -voluntarySwitches(p.pid)
	}
	pause(ctx, wait)
	for i, p := range running {
		counts[i] += voluntarySwitches(p.pid)
	}
	return counts, ctx.Err()
}

// pause waits, but not longer than ctx.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// startIdle starts a child and waits until it says that it does nothing any more.
// It ends when its standard input does.
func startIdle(ctx context.Context, name string) (idleProcess, error) {
	cmd, err := childCommand(ctx, "idle", name)
	if err != nil {
		return idleProcess{}, err
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return idleProcess{}, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return idleProcess{}, err
	}
	if err := cmd.Start(); err != nil {
		return idleProcess{}, err
	}
	stop := func() {
		stdin.Close()
		_ = cmd.Wait() // it has nothing more to say
	}
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		stop()
		return idleProcess{}, fmt.Errorf("child idle %s: %w", name, err)
	}
	return idleProcess{pid: cmd.Process.Pid, stop: stop}, nil
}

// voluntarySwitches sums those of all threads of a process; threads that end
// meanwhile are missing.
func voluntarySwitches(pid int) (sum int) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	for _, file := range files {
		status, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if _, rest, ok := bytes.Cut(status, []byte("\nvoluntary_ctxt_switches:")); ok {
			number, _, _ := bytes.Cut(rest, []byte("\n"))
			n, _ := strconv.Atoi(string(bytes.TrimSpace(number)))
			sum += n
		}
	}
	return sum
}

// idleChild uses 20 caches for half a second, says so, and then waits for its
// standard input to end.
func idleChild(args []string, out io.Writer) error {
	stores, err := idleStores(args[0], 20)
	if err != nil {
		return err
	}
	ring := make([]int64, 1<<10)
	for i := range ring {
		ring[i] = int64(i)
	}
	for end := time.Now().Add(500 * time.Millisecond); time.Now().Before(end); {
		for _, store := range stores {
			store.Set(ring[7], &sample.User{})
			store.Read(ring, 0, len(ring))
		}
	}
	if _, err := fmt.Fprintln(out, "idle"); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	for _, store := range stores {
		store.Close()
	}
	return nil
}

func idleStores(name string, count int) ([]rivals.Store[int64], error) {
	switch name {
	case "nothing":
		return nil, nil
	case otterCoarse:
		stores := make([]rivals.Store[int64], count)
		for i := range stores {
			stores[i] = rivals.NewCoarseOtter[int64](10_000)
		}
		return stores, nil
	}
	m, err := makerOf(name)
	if err != nil {
		return nil, err
	}
	stores := make([]rivals.Store[int64], count)
	for i := range stores {
		stores[i] = m.make(10_000)
	}
	return stores, nil
}
