// Command stampede serves HTTP and sends a thousand concurrent requests to itself,
// to show that they share one load, that a client who hangs up takes it from
// nobody, and that a load ends when all have hung up. It listens on the loopback
// interface only, prints the figures and ends by itself.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := run(ctx, os.Stdout, 1000); err != nil {
		fmt.Fprintln(os.Stderr, "stampede:", err)
		os.Exit(1)
	}
}

// run plays all scenes with n clients each and prints what became of them.
func run(ctx context.Context, out io.Writer, n int) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "requests\tloads\tcancelled\tanswered\thung up\ttime\t")
	for _, s := range scenes {
		start := time.Now()
		f, err := s.run(ctx, n)
		if err != nil {
			return fmt.Errorf("%s: %w", s.title, err)
		}
		fmt.Fprintf(table, "%d\t%d\t%d\t%d\t%d\t%v\t  %s\n", f.Requests, f.Loads, f.Cancelled,
			f.Answered, f.HungUp, time.Since(start).Round(time.Millisecond), s.title)
	}
	return table.Flush()
}
