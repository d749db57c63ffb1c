package rows

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/bunsui/bunsui-go/bench/harness"
)

// A process is a command that is measured beside others.
type process struct {
	name string
	dir  string
	args []string
	// before runs ahead of each round, unmeasured; it may be nil.
	before func(round int) error
}

// measureProcesses runs all processes once to warm up, and then in turn, round by
// round. Times are milliseconds; those of the processor include the processes that
// were started by it.
func measureProcesses(ctx context.Context, rounds int, list []process) (harness.Timings, error) {
	timings := make(harness.Timings, len(list))
	for round := -1; round < rounds; round++ {
		for i := range list {
			i = (i + max(round, 0)) % len(list)
			p := list[i]
			if p.before != nil {
				if err := p.before(round); err != nil {
					return nil, err
				}
			}
			start := time.Now()
			state, err := run(ctx, p.dir, p.args...)
			if err != nil {
				return nil, err
			}
			timings[i].Name = p.name
			if round >= 0 {
				timings[i].Wall = append(timings[i].Wall, time.Since(start).Seconds()*1000)
				timings[i].CPU = append(timings[i].CPU, (state.UserTime()+state.SystemTime()).Seconds()*1000)
			}
		}
	}
	return timings, nil
}

// run runs a command, whose output is shown only if it fails.
func run(ctx context.Context, dir string, args ...string) (*os.ProcessState, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = dir
	var out strings.Builder
	cmd.Stderr = &out
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s in %s: %w\n%s", strings.Join(args, " "), dir, err, out.String())
	}
	return cmd.ProcessState, nil
}

// tool builds a command that go.mod pins, and returns the path of the program.
func tool(ctx context.Context, b *harness.Bench, importPath string) (string, error) {
	program := filepath.Join(b.Scratch, "bin", strings.ReplaceAll(importPath, "/", "_"))
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	_, err := run(ctx, b.Root, "go", "build", "-o", program, importPath)
	return program, err
}

const bunsuigen = "github.com/bunsui/bunsui-go/cmd/bunsuigen"

// copyModule copies the module in folder from, given from the root of the
// benchmarks, into the scratch folder, and makes it use this checkout. It returns
// the path of the copy.
func copyModule(ctx context.Context, b *harness.Bench, from, to string) (string, error) {
	dir := filepath.Join(b.Scratch, to)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(b.Root, from))); err != nil {
		return "", err
	}
	return dir, useCheckout(ctx, b, dir)
}

// useCheckout makes the module in dir use this checkout.
func useCheckout(ctx context.Context, b *harness.Bench, dir string) error {
	_, err := run(ctx, dir, "go", "mod", "edit", "-replace=github.com/bunsui/bunsui-go="+filepath.Dir(b.Root))
	return err
}

// processTable is the table of processes: milliseconds, and ratios to base.
func processTable(title string, t harness.Timings, base string) harness.Table {
	table := harness.Table{Title: title, Header: []string{"", "wall ms", "CPU ms", "× " + base}}
	for _, timing := range t {
		table.Rows = append(table.Rows, []string{
			timing.Name, harness.Nanos(timing.Wall), harness.Nanos(timing.CPU),
			harness.Short(t.Ratio(timing.Name, base).Median),
		})
	}
	table.Note = "Minimum and median of the rounds. All have run before: caches are warm, and nothing changes."
	return table
}
