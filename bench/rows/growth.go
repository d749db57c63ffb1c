package rows

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/sample"
)

// growth looks for the Set that took longest while a cache grew to a million
// entries. Collections of garbage and other processes are in it, so the least of
// several rounds says most.
func growth(ctx context.Context, b *harness.Bench) error {
	names := []string{byHand, otterPlain, "theine", bare}
	worst := make(map[string][]float64)
	for range min(b.Rounds, 7) {
		for _, name := range names {
			values, err := ask(ctx, "growth", name)
			if err != nil {
				return err
			}
			worst[name] = append(worst[name], values[0])
		}
	}
	table := harness.Table{
		Title: "Longest Set while a cache grows to 1 M entries", Header: []string{"", "ms"},
		Note: "Minimum and median of rounds, each in a process of its own, one goroutine.",
	}
	for _, name := range names {
		table.Rows = append(table.Rows, []string{name, harness.Nanos(worst[name])})
	}
	b.Lines = append(b.Lines, harness.Line{
		Row: "longest Set while growing to 1 M", Value: harness.Median(worst[byHand]), Best: harness.Min(worst[byHand]),
		Unit: "ms", Target: harness.AtMost(5),
	})
	b.Figure("longest Set while growing to 1 M, otter", harness.Median(worst[otterPlain]), "ms", nil)
	b.Table(table)
	return nil
}

// growthChild prints the milliseconds of the longest of a million calls of Set.
func growthChild(args []string, out io.Writer) error {
	m, err := makerOf(args[0])
	if err != nil {
		return err
	}
	store, user := m.make(million), &sample.User{}
	var longest time.Duration
	for i := range million {
		start := time.Now()
		store.Set(int64(i), user)
		longest = max(longest, time.Since(start))
	}
	_, err = fmt.Fprintln(out, longest.Seconds()*1000)
	return err
}
