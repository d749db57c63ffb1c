package profile

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// WriteText writes the figures of [Snapshot] as a table for people, one line for
// each function or region, sorted by total time, the most first. Durations are
// rounded to three digits. Behind ~ stands the total of a sampled function, which is an
// estimate. The form of the table may change: programs read [WriteJSON]. Errors are
// those of w.
func WriteText(w io.Writer) error {
	return writeTable(w, Snapshot())
}

// WriteText is the function WriteText for figures that were taken before.
func (r Report) WriteText(w io.Writer) error {
	return writeTable(w, slices.Clone(r.Functions))
}

func writeTable(w io.Writer, stats []FuncStats) error {
	slices.SortStableFunc(stats, func(a, b FuncStats) int { return cmp.Compare(b.EstimatedTotal(), a.EstimatedTotal()) })

	buffered := bufio.NewWriter(w)
	table := tabwriter.NewWriter(buffered, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, strings.Join(columns, "\t")+"\t  function")
	for _, f := range stats {
		fmt.Fprintln(table, strings.Join(rowOf(f), "\t")+"\t  "+f.Name)
	}
	table.Flush() // its error is the buffer's, which keeps it
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("profile: write text: %w", err)
	}
	return nil
}

var columns = []string{"calls", "errors", "panics", "running", "total", "mean", "min", "p50", "p90", "p99", "p99.9", "max"}

// rowOf returns the row of f, without its name.
func rowOf(f FuncStats) []string {
	row := []string{
		strconv.FormatUint(f.Calls, 10), strconv.FormatUint(f.Errors, 10),
		strconv.FormatUint(f.Panics, 10), strconv.Itoa(f.InFlight),
	}
	for i, d := range []time.Duration{
		f.EstimatedTotal(), f.Mean(), f.Min,
		f.Quantile(0.5), f.Quantile(0.9), f.Quantile(0.99), f.Quantile(0.999), f.Max,
	} {
		switch {
		case f.Timed == 0:
			row = append(row, "-")
		case i == 0 && f.Timed < f.Calls:
			row = append(row, "~"+human(d))
		default:
			row = append(row, human(d))
		}
	}
	return row
}

// human writes d with three digits and the unit that suits it.
func human(d time.Duration) string {
	switch {
	case d < time.Microsecond:
		return strconv.FormatInt(int64(d), 10) + "ns"
	case d < 999500*time.Nanosecond: // what rounds to 1000µs is 1.00ms
		return digits(d, time.Microsecond) + "µs"
	case d < 999500*time.Microsecond:
		return digits(d, time.Millisecond) + "ms"
	case d < 99950*time.Millisecond:
		return digits(d, time.Second) + "s"
	}
	return d.Round(time.Second).String()
}

// digits writes d in the given unit with three digits, if d is less than 1,000
// units.
func digits(d, unit time.Duration) string {
	v := float64(d) / float64(unit)
	switch {
	case v < 9.995:
		return strconv.FormatFloat(v, 'f', 2, 64)
	case v < 99.95:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}
