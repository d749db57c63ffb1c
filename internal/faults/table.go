package faults

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// Print writes rows as a table.
func Print(w io.Writer, rows []Row) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "calls\twrong\thung\terrors\tlongest\tchanges\towed\tlongest\toldest\tstale\tloads\tat once\taway\t")
	for _, r := range rows {
		fmt.Fprintf(t, "%d\t%d\t%d\t%d\t%v\t%d\t%d\t%v\t%v\t%d\t%d\t%d\t%v\t  %s\n",
			r.Calls, r.Wrong, r.Hung, r.Errors, short(r.Longest), r.Changes, r.Owed, short(r.LongestChange), short(r.Oldest),
			r.Stale, r.Loads, r.Together, short(r.Away), r.Scenario)
	}
	return t.Flush()
}

func short(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
