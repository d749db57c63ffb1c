package harness

import (
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"
)

// WriteLines writes the one table of ratios, in Markdown that is as readable in a
// terminal.
func (r *Report) WriteLines(w io.Writer) error {
	t := Table{Header: []string{"row", "median", "of minima", "target", ""}}
	for _, l := range r.Lines {
		t.Rows = append(t.Rows, []string{l.Row, figure(l.Value, l.Unit), figure(l.Best, l.Unit), l.Target.String(), l.Verdict()})
	}
	return t.write(w)
}

// WriteTables writes the figures behind the ratios.
func (r *Report) WriteTables(w io.Writer) error {
	for _, t := range r.Tables {
		if _, err := fmt.Fprintf(w, "### %s\n\n", t.Title); err != nil {
			return err
		}
		if err := t.write(w); err != nil {
			return err
		}
		if t.Note != "" {
			if _, err := fmt.Fprintf(w, "\n%s\n", t.Note); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintln(w); err != nil {
			return err
		}
	}
	return nil
}

func (t Table) write(w io.Writer) error {
	widths := make([]int, len(t.Header))
	for _, row := range append([][]string{t.Header}, t.Rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	rule := make([]string, len(widths))
	for i, width := range widths {
		rule[i] = strings.Repeat("-", max(width, 3))
	}
	var b strings.Builder
	for _, row := range append([][]string{t.Header, rule}, t.Rows...) {
		for i, cell := range row {
			fmt.Fprintf(&b, "| %s%s ", cell, strings.Repeat(" ", max(widths[i], 3)-utf8.RuneCountInString(cell)))
		}
		b.WriteString("|\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func figure(value float64, unit string) string {
	if math.IsNaN(value) {
		return ""
	}
	return strings.TrimSpace(Short(value) + " " + unit)
}

// Short spells a figure with about three digits.
func Short(value float64) string {
	switch size := math.Abs(value); {
	case math.IsNaN(value):
		return "-"
	case size >= 100:
		return fmt.Sprintf("%.0f", value)
	case size >= 10:
		return fmt.Sprintf("%.1f", value)
	default:
		return fmt.Sprintf("%.2f", value)
	}
}

// Nanos spells the minimum and the median of a series.
func Nanos(values []float64) string {
	return Short(Min(values)) + " / " + Short(Median(values))
}

// TimingTable is the usual table of a case: nanoseconds for each operation, minimum
// and median, the ratios to those of base, and the number of processors that were
// busy. If that is less than the number of workers, other processes were in the way.
func TimingTable(title string, timings Timings, base string) Table {
	t := Table{Title: title, Header: []string{"", "wall ns", "CPU ns", "× " + base, "CPU × " + base, "processors", "allocs", "B"}}
	for _, timing := range timings {
		t.Rows = append(t.Rows, []string{
			timing.Name, Nanos(timing.Wall), Nanos(timing.CPU),
			Short(timings.Ratio(timing.Name, base).Median), Short(timings.CPURatio(timing.Name, base).Median),
			Short(RatioOf(timing.CPU, timing.Wall).Median), Short(timing.Allocs), Short(timing.Bytes),
		})
	}
	return t
}
