package figure

import (
	"maps"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

var pools = source[monitor.Pool]{
	labels: []Label{{"pool", "bunsui.pool.name"}},
	list:   func(r monitor.Report) []monitor.Pool { return r.Pools },
	values: func(p monitor.Pool) []string { return []string{p.Name} },
}

func poolFigures() []Figure {
	s := pools
	return []Figure{
		s.by(gauge("pool_resources", "pool.resources", "{resource}", "Resources of pools, by state."), Label{"state", "bunsui.pool.state"},
			func(p monitor.Pool) []part {
				return []part{
					{"in_use", int64(p.InUse)},
					{"idle", int64(p.Idle)},
					{"constructing", int64(p.Constructing)},
					{"closing", int64(p.Closing)},
				}
			}),
		s.of(gauge("pool_min_resources", "pool.min", "{resource}", "The least number of resources that a pool keeps."),
			func(p monitor.Pool) int64 { return int64(p.Min) }),
		s.of(gauge("pool_max_resources", "pool.max", "{resource}", "The greatest number of resources that a pool may have."),
			func(p monitor.Pool) int64 { return int64(p.Max) }),
		s.of(gauge("pool_waiting", "pool.waiting", "{acquire}", "Acquires that wait."),
			func(p monitor.Pool) int64 { return int64(p.Waiting) }),
		s.by(count("pool_acquires", "pool.acquires", "{acquire}", "Acquires that have ended, by outcome."), Label{"outcome", "bunsui.pool.outcome"},
			func(p monitor.Pool) []part {
				return []part{{"acquired", int64(p.Acquired)}, {"canceled", int64(p.Canceled)}, {"timeout", int64(p.Timeouts)}}
			}),
		s.of(count("pool_created", "pool.created", "{resource}", "Resources that were created."),
			func(p monitor.Pool) int64 { return int64(p.Created) }),
		s.of(count("pool_create_errors", "pool.create.errors", "{attempt}", "Creations that failed."),
			func(p monitor.Pool) int64 { return int64(p.Errors) }),
		s.by(count("pool_closed", "pool.closed", "{resource}", "Resources that were closed, by reason."), Label{"reason", "bunsui.pool.close.reason"}, closed),
		s.of(count("pool_close_errors", "pool.close.errors", "{resource}", "Resources whose closing failed."),
			func(p monitor.Pool) int64 { return int64(p.CloseErrors) }),
		s.of(count("pool_leaks", "pool.leaks", "{lease}", "Leases that were held for too long."),
			func(p monitor.Pool) int64 { return int64(p.Leaks) }),
		s.of(count("pool_misuses", "pool.misuses", "{call}", "Calls of leases that had ended."),
			func(p monitor.Pool) int64 { return int64(p.Misuses) }),
	}
}

// closed has all reasons from the beginning, so that the first closing is seen as an
// increase from 0.
func closed(p monitor.Pool) (all []part) {
	counts := map[pool.Reason]uint64{
		pool.Aged: 0, pool.Unused: 0, pool.PingFailed: 0, pool.ResetFailed: 0, pool.HookFailed: 0,
		pool.Discarded: 0, pool.Hijacked: 0, pool.Outdated: 0, pool.Surplus: 0, pool.PoolClosed: 0,
	}
	maps.Copy(counts, p.ClosedBy)
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		all = append(all, part{strings.ReplaceAll(string(reason), " ", "_"), int64(counts[reason])})
	}
	return all
}

var functions = source[profile.FuncStats]{
	labels: []Label{{"function", "code.function.name"}},
	list:   func(r monitor.Report) []profile.FuncStats { return r.Functions },
	values: func(f profile.FuncStats) []string { return []string{f.Name} },
}

func functionFigures() []Figure {
	s := functions
	return []Figure{
		s.by(count("function_calls", "function.calls", "{call}", "Calls of profiled functions that have ended, by outcome."), Label{"outcome", "bunsui.function.outcome"},
			func(f profile.FuncStats) []part {
				failed := min(f.Errors+f.Panics, f.Calls)
				return []part{{"ok", int64(f.Calls - failed)}, {"error", int64(f.Errors)}, {"panic", int64(f.Panics)}}
			}),
		s.by(count("function_late_calls", "function.late", "{call}", "Timed calls that took longer than an objective for a quantile allows."), Label{"objective", "bunsui.function.objective"}, late),
		s.of(gauge("function_calls_in_flight", "function.in_flight", "{call}", "Calls under way."),
			func(f profile.FuncStats) int64 { return int64(f.InFlight) }),
	}
}

// late counts, for each latency objective, the calls that took longer. Whatever took as
// long as the objective but for less than a sixteenth is not known to be late: see
// [profile.Edge].
func late(f profile.FuncStats) (all []part) {
	for _, o := range f.Objectives.Latency {
		edge, n := profile.Edge(o.Max), uint64(0)
		for _, in := range f.Intervals() {
			if in.Least > edge {
				n += in.Calls
			}
		}
		all = append(all, part{o.Name(), int64(n)})
	}
	return all
}
