package monitor

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor/internal/pattern"
	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// Alerts returns those that suit most programs, as a beginning: a cache whose hit rate is
// below 80 %, a batch of whose items more than 10 % fail, and a pool where more than 5 %
// of those who acquire wait longer than 100 ms. How slow a function may be depends on
// what it does: see [LatencyAbove].
func Alerts() []Alert {
	return []Alert{
		{Name: "hit rate below 80 %", When: HitRateBelow(0.8), For: time.Minute},
		{Name: "errors above 10 % of a batch", When: BatchErrorsAbove(0.1)},
		{Name: "long waits for a pool", When: PoolWaitsAbove(100*time.Millisecond, 0.05), For: 30 * time.Second},
	}
}

// HitRateBelow finds caches of whose lookups less than a fraction were hits. Samples are
// lookups. Caches that are switched off are left out.
func HitRateBelow(fraction float64) Condition {
	return func(w Window) iter.Seq[Finding] {
		return func(yield func(Finding) bool) {
			for _, c := range w.Caches {
				on := Subject{"cache", c.Manager, c.Name}
				f := ratio(on, c.Hits, c.Hits+c.Misses, fraction)
				f.Wrong = f.Samples > 0 && c.HitRate() < fraction
				if c.Settings.Mode == cache.Off {
					f.Wrong, f.Samples = false, 0
				}
				if !yield(f) {
					return
				}
			}
		}
	}
}

// BatchErrorsAbove finds batch processors more than a fraction of whose items failed,
// after all retries. Samples are the items that succeeded or failed.
func BatchErrorsAbove(fraction float64) Condition {
	return func(w Window) iter.Seq[Finding] {
		return func(yield func(Finding) bool) {
			for _, p := range w.Processors {
				if !yield(ratio(Subject{Kind: "batch", Name: p.Name}, p.Failed, p.Succeeded+p.Failed, fraction)) {
					return
				}
			}
		}
	}
}

// LoaderErrorsAbove finds loaders more than a fraction of whose batches failed as a
// whole. Samples are batches.
func LoaderErrorsAbove(fraction float64) Condition {
	return func(w Window) iter.Seq[Finding] {
		return func(yield func(Finding) bool) {
			for _, l := range w.Loaders {
				failed := min(l.Errors+l.Panics, l.Batches)
				if !yield(ratio(Subject{Kind: "loader", Name: l.Name}, failed, l.Batches, fraction)) {
					return
				}
			}
		}
	}
}

// ErrorsAbove finds profiled functions more than a fraction of whose calls returned an
// error or panicked. Samples are calls.
func ErrorsAbove(fraction float64) Condition {
	return func(w Window) iter.Seq[Finding] {
		return func(yield func(Finding) bool) {
			for _, f := range w.Functions {
				if !yield(failures(f, fraction)) {
					return
				}
			}
		}
	}
}

func failures(f profile.FuncStats, fraction float64) Finding {
	return ratio(Subject{Kind: "function", Name: f.Name}, f.Errors+f.Panics, f.Calls, fraction)
}

// LatencyAbove finds profiled functions of whose calls the quantile q, such as 0.99, took
// longer than d, as exactly as [profile.MaxRelativeError] says. Samples are the calls
// that were timed.
func LatencyAbove(q float64, d time.Duration) Condition {
	return func(w Window) iter.Seq[Finding] {
		return func(yield func(Finding) bool) {
			for _, f := range w.Functions {
				if !yield(latency(f, q, d)) {
					return
				}
			}
		}
	}
}

func latency(f profile.FuncStats, q float64, d time.Duration) Finding {
	at := f.Quantile(q)
	return Finding{
		Subject: Subject{Kind: "function", Name: f.Name},
		Wrong:   f.Timed > 0 && at > d, Samples: f.Timed,
		Value: profile.LatencyObjective{Quantile: q}.Name() + " = " + brief(at), Limit: d.String(),
	}
}

// PoolWaitsAbove finds pools where more than a fraction of the acquires had to wait longer
// than d, whether they got something or gave up. d must be one of [pool.WaitBounds], because nothing is known in
// between; it panics otherwise. Samples are acquires.
func PoolWaitsAbove(d time.Duration, fraction float64) Condition {
	bound := slices.Index(pool.WaitBounds(), d)
	if bound < 0 {
		panic(fmt.Sprintf("monitor: waits are not counted by %v but by %v", d, pool.WaitBounds()))
	}
	return func(w Window) iter.Seq[Finding] {
		return func(yield func(Finding) bool) {
			for _, p := range w.Pools {
				var late uint64
				all := p.Acquired + p.Canceled + p.Timeouts
				for _, n := range p.WaitTimes[bound+1:] {
					late += n
				}
				if !yield(ratio(Subject{Kind: "pool", Name: p.Name}, min(late, all), all, fraction)) {
					return
				}
			}
		}
	}
}

// Only makes a condition concern those names alone that match one of the patterns, in
// which * stands for any text, also for none.
func Only(c Condition, patterns ...string) Condition {
	return func(w Window) iter.Seq[Finding] {
		return func(yield func(Finding) bool) {
			for f := range c(w) {
				matches := func(p string) bool { return pattern.Match(p, f.Name) }
				if slices.ContainsFunc(patterns, matches) && !yield(f) {
					return
				}
			}
		}
	}
}

// ratio finds that more than a fraction of all is in part.
func ratio(on Subject, part, all uint64, fraction float64) Finding {
	f := Finding{Subject: on, Samples: all, Value: "nothing", Limit: percent(fraction)}
	if all > 0 {
		share := float64(part) / float64(all)
		f.Wrong, f.Value = share > fraction, percent(share)
	}
	return f
}

// brief rounds to four digits: a quantile is not known better.
func brief(d time.Duration) string {
	unit := time.Duration(1)
	for d/unit >= 10_000 {
		unit *= 10
	}
	return d.Round(unit).String()
}

func percent(fraction float64) string {
	return strconv.FormatFloat(fraction*100, 'g', 4, 64) + " %"
}
