package harness

import (
	"context"
	"fmt"
	"io"
	"time"
)

// A Bench is what a group works with.
type Bench struct {
	Effort
	*Report

	// Root is the folder of the benchmarks' module.
	Root string
	// Scratch is an empty folder, removed at the end.
	Scratch string
	// Log gets a line now and then. It is for people who wait.
	Log io.Writer
}

// Logf writes a line for people who wait.
func (b *Bench) Logf(format string, args ...any) {
	fmt.Fprintf(b.Log, "    "+format+"\n", args...)
}

// A Group is a set of rows about one matter.
type Group struct {
	// Name selects the group on the command line.
	Name string
	// Run measures and reports. An error ends the group, and not the run.
	Run func(ctx context.Context, b *Bench) error
}

// Run runs groups one after another. The errors are those of the groups that
// ended early, and name them.
func (b *Bench) Run(ctx context.Context, groups []Group) []error {
	var failed []error
	for _, g := range groups {
		start := time.Now()
		fmt.Fprintf(b.Log, "%s ...\n", g.Name)
		if err := g.Run(ctx, b); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", g.Name, err))
		}
		fmt.Fprintf(b.Log, "%s: %.1f s\n", g.Name, time.Since(start).Seconds())
		if ctx.Err() != nil {
			return append(failed, ctx.Err())
		}
	}
	return failed
}
