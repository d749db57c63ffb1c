package profilediff

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// Options say what is compared and what is a failure.
type Options struct {
	// By is mean, p50, p90, p99 or p999.
	By string
	// MinCalls is how many calls a function must have in each profile to be judged.
	MinCalls uint64
	// Slower and Errors are how much is too much; nothing is if they are nil.
	Slower, Errors *float64
	// Missing tells that a function that is not called any more is a failure.
	Missing bool
}

// leastSlower is the difference that two percentiles of the same durations may have,
// since each is exact to a thirty-second, one up and the other down.
const leastSlower = 0.07

// Check reports options that make no sense.
func (o Options) Check() error {
	if !slices.Contains([]string{"mean", "p50", "p90", "p99", "p999"}, o.By) {
		return fmt.Errorf("invalid value %q for flag -by: it is mean, p50, p90, p99 or p999", o.By)
	}
	if o.By != "mean" && o.Slower != nil && *o.Slower < leastSlower {
		return fmt.Errorf("-slower below 7%% makes no sense with -by %s, which is exact to about 3%%: use -by mean", o.By)
	}
	return nil
}

// A Result is what the comparison found.
type Result struct {
	// Failures are lines for people, in the order of the table.
	Failures []string

	by   string
	rows []row
}

type row struct {
	name          string
	before, after Func
	was, is       bool // called at all
	judged        bool
}

// Compare compares two profiles.
func Compare(before, after Profile, o Options) Result {
	r := Result{by: o.By, rows: pair(before, after)}
	for i := range r.rows {
		f := &r.rows[i]
		f.judged = min(f.before.timed(), f.after.timed()) >= max(o.MinCalls, 1)
	}
	slices.SortStableFunc(r.rows, func(a, b row) int {
		return cmp.Or(order(a.judged, b.judged), cmp.Compare(b.change(o.By), a.change(o.By)), cmp.Compare(a.name, b.name))
	})
	for _, f := range r.rows {
		r.Failures = append(r.Failures, f.failures(o)...)
	}
	return r
}

// order puts what is true first.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// pair lists every function of both that was called in one of them.
func pair(before, after Profile) []row {
	byName := make(map[string]*row)
	var names []string
	find := func(name string) *row {
		if byName[name] == nil {
			byName[name] = &row{name: name}
			names = append(names, name)
		}
		return byName[name]
	}
	for _, f := range before.Functions {
		r := find(f.Name)
		r.before, r.was = f, f.Calls > 0
	}
	for _, f := range after.Functions {
		r := find(f.Name)
		r.after, r.is = f, f.Calls > 0
	}
	var rows []row
	for _, name := range names {
		if r := byName[name]; r.was || r.is {
			rows = append(rows, *r)
		}
	}
	return rows
}

// change is by how much the function takes longer, as a share of what it took; 0 where
// that cannot be said.
func (r row) change(by string) float64 {
	was, is := r.before.by(by), r.after.by(by)
	if was <= 0 || r.after.timed() == 0 {
		return 0
	}
	return float64(is-was) / float64(was)
}

func (r row) failures(o Options) (lines []string) {
	if o.Missing && r.was && !r.is {
		lines = append(lines, r.name+" was not called")
	}
	if change := r.change(o.By); o.Slower != nil && r.judged && change > *o.Slower {
		lines = append(lines, fmt.Sprintf("%s: %s %s is %s more than %s, allowed is %s",
			r.name, o.By, short(r.after.by(o.By)), percent(change), short(r.before.by(o.By)), percent(*o.Slower)))
	}
	enough := min(r.before.Calls, r.after.Calls) >= max(o.MinCalls, 1)
	if more := r.after.failing() - r.before.failing(); o.Errors != nil && enough && more > *o.Errors {
		lines = append(lines, fmt.Sprintf("%s: %s of the calls fail, %s did, allowed is %s more",
			r.name, percent(r.after.failing()), percent(r.before.failing()), percent(*o.Errors)))
	}
	return lines
}

// Text is the table, the functions that have become slower first, and those that are not judged last.
func (r Result) Text() string {
	if len(r.rows) == 0 {
		return "no function was called in either profile\n"
	}
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "%s old\tnew\tchange\tcalls old\tnew\tfailing old\tnew\t  function\n", r.by)
	for _, f := range r.rows {
		fmt.Fprintf(table, "%s\t  %s\n", strings.Join(f.cells(r.by), "\t"), f.name)
	}
	_ = table.Flush() // to memory, which does not fail
	return b.String()
}

func (r row) cells(by string) []string {
	old, now := []string{"-", "-", "-"}, []string{"-", "-", "-"}
	fill := func(to []string, f Func) {
		if f.timed() > 0 {
			to[0] = short(f.by(by))
		}
		to[1], to[2] = strconv.FormatUint(f.Calls, 10), percent(f.failing())
	}
	change := "gone"
	if r.was {
		fill(old, r.before)
	}
	if r.is {
		fill(now, r.after)
		change = "new"
	}
	switch {
	case r.was && r.is && old[0] != "-" && now[0] != "-":
		change = fmt.Sprintf("%+.1f%%", 100*r.change(by))
		if !r.judged {
			change += " ." // too few calls
		}
	case r.was && r.is:
		change = "-"
	}
	return []string{old[0], now[0], change, old[1], now[1], old[2], now[2]}
}

// percent writes a share with the digits that it needs.
func percent(share float64) string {
	if share >= 1 {
		return strconv.FormatFloat(100*share, 'f', 0, 64) + "%"
	}
	return strconv.FormatFloat(100*share, 'g', 3, 64) + "%"
}

// short writes a duration with three digits.
func short(d time.Duration) string {
	for unit := time.Duration(1); unit < time.Hour; unit *= 10 {
		if d < 1000*unit {
			return d.Round(unit).String()
		}
	}
	return d.Round(time.Second).String()
}
