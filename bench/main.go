// Command bench measures this project beside others and prints one table of
// ratios. See README.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rows"
)

// config is what the command line says.
type config struct {
	quick  bool
	rounds int
	sample time.Duration
	only   string
	out    string
	note   string
}

func main() {
	// A measurement that needs a process of its own starts this program again.
	if len(os.Args) > 1 && os.Args[1] == "-child" {
		if err := rows.RunChild(os.Args[2:], os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, parse()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

func parse() config {
	var c config
	flag.BoolVar(&c.quick, "quick", false, "take under three minutes: fewer rounds, fewer rivals, smaller traces")
	flag.IntVar(&c.rounds, "rounds", 0, "measure each contender so `many` times (default 15, quick 5)")
	flag.DurationVar(&c.sample, "sample", 0, "how long a contender runs in a round (default 25ms, quick 8ms)")
	flag.StringVar(&c.only, "only", "", "run these groups only, a comma-separated `list`")
	flag.StringVar(&c.out, "o", "", "write the results to this `file` as well")
	flag.StringVar(&c.note, "note", "", "a `text` for the head of the results, such as what is under test")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: go run . [flags]   in the folder bench")
		flag.PrintDefaults()
		fmt.Fprintln(flag.CommandLine.Output(), "groups:", strings.Join(names(), ", "))
	}
	flag.Parse()
	if c.rounds == 0 {
		c.rounds = choose(c.quick, 5, 15)
	}
	if c.sample == 0 {
		c.sample = choose(c.quick, 8*time.Millisecond, 25*time.Millisecond)
	}
	return c
}

func choose[T any](quick bool, short, long T) T {
	if quick {
		return short
	}
	return long
}

func names() []string {
	var list []string
	for _, g := range rows.All() {
		list = append(list, g.Name)
	}
	return list
}

func run(ctx context.Context, c config) error {
	groups, err := selected(c.only)
	if err != nil {
		return err
	}
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(root, "traces")); err != nil {
		return fmt.Errorf("run it in the folder bench: %w", err)
	}
	scratch, err := os.MkdirTemp("", "bunsui-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	b := &harness.Bench{
		Effort: harness.Effort{Rounds: c.rounds, Sample: c.sample, Quick: c.quick},
		Report: &harness.Report{}, Root: root, Scratch: scratch, Log: os.Stderr,
	}
	failed := b.Run(ctx, groups)
	for _, err := range failed {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	if err := b.WriteLines(os.Stdout); err != nil {
		return err
	}
	if c.out != "" {
		if err := record(c, b, failed); err != nil {
			return err
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("%d of %d groups ended early", len(failed), len(groups))
	}
	return nil
}

// selected returns the groups that a comma-separated list names, or all.
func selected(only string) ([]harness.Group, error) {
	all := rows.All()
	if only == "" {
		return all, nil
	}
	var groups []harness.Group
	for name := range strings.SplitSeq(only, ",") {
		found := false
		for _, g := range all {
			if g.Name == name {
				groups, found = append(groups, g), true
			}
		}
		if !found {
			return nil, fmt.Errorf("no group is called %q: there are %s", name, strings.Join(names(), ", "))
		}
	}
	return groups, nil
}

// record writes the results to the file of the command line.
func record(c config, b *harness.Bench, failed []error) error {
	file, err := os.Create(c.out)
	if err != nil {
		return err
	}
	if err := writeResults(file, c, b, failed); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

// writeResults writes the head, the table of ratios, the reading of it, and the
// figures behind it.
func writeResults(w io.Writer, c config, b *harness.Bench, failed []error) error {
	if err := writeHead(w, c, failed); err != nil {
		return err
	}
	fmt.Fprint(w, "## Ratios\n\n")
	if err := b.WriteLines(w); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s\n\n", summary(b.Lines))
	reading, err := os.ReadFile(filepath.Join(b.Root, "reading.md"))
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s\n## Figures\n\n", reading)
	return b.WriteTables(w)
}

// summary counts the targets.
func summary(lines []harness.Line) string {
	reached, missed := 0, 0
	for _, l := range lines {
		switch {
		case l.Target == nil:
		case l.Reached():
			reached++
		default:
			missed++
		}
	}
	return fmt.Sprintf("Targets reached: %d, missed: %d. A target is judged by the median of the ratios of each round.", reached, missed)
}
