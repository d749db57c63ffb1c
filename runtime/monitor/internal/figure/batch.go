package figure

import (
	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/monitor"
)

func batchFigures() []Figure {
	s := source[batch.ProcessorStats]{
		labels: []Label{{"batch", "bunsui.batch.name"}},
		list:   func(r monitor.Report) []batch.ProcessorStats { return r.Processors },
		values: func(p batch.ProcessorStats) []string { return []string{p.Name} },
	}
	return []Figure{
		s.by(count("batch_items", "batch.items", "{item}", "Items of batches, by what became of them."), Label{"outcome", "bunsui.batch.outcome"},
			func(p batch.ProcessorStats) []part {
				return []part{{"succeeded", int64(p.Succeeded)}, {"failed", int64(p.Failed)}, {"not_started", int64(p.NotStarted)}}
			}),
		s.of(count("batch_retries", "batch.retries", "{call}", "Calls for an item after its first one."),
			func(p batch.ProcessorStats) int64 { return int64(p.Retries) }),
		s.of(count("batch_panics", "batch.panics", "{call}", "Calls that panicked."),
			func(p batch.ProcessorStats) int64 { return int64(p.Panics) }),
		s.of(count("batch_runs", "batch.runs", "{run}", "Batches that have ended."),
			func(p batch.ProcessorStats) int64 { return p.Runs }),
		s.of(gauge("batch_running", "batch.running", "{run}", "Batches under way."),
			func(p batch.ProcessorStats) int64 { return p.Running }),
	}
}

func loaderFigures() []Figure {
	s := source[batch.LoaderStats]{
		labels: []Label{{"loader", "bunsui.loader.name"}},
		list:   func(r monitor.Report) []batch.LoaderStats { return r.Loaders },
		values: func(l batch.LoaderStats) []string { return []string{l.Name} },
	}
	return []Figure{
		s.of(count("loader_requests", "loader.requests", "{key}", "Keys that loaders were asked for."),
			func(l batch.LoaderStats) int64 { return int64(l.Calls) }),
		s.of(count("loader_deduplicated", "loader.deduplicated", "{key}", "Keys asked for that had been gathered already."),
			func(l batch.LoaderStats) int64 { return int64(l.Deduplicated) }),
		s.of(count("loader_abandoned", "loader.abandoned", "{key}", "Keys asked for by a caller whose context ended first."),
			func(l batch.LoaderStats) int64 { return int64(l.Left) }),
		s.of(count("loader_batches", "loader.batches", "{batch}", "Calls of the functions of loaders."),
			func(l batch.LoaderStats) int64 { return int64(l.Batches) }),
		s.of(count("loader_keys", "loader.keys", "{key}", "Keys in these calls."),
			func(l batch.LoaderStats) int64 { return int64(l.Keys) }),
		s.of(count("loader_batch_errors", "loader.batch.errors", "{batch}", "Batches that failed for all of their keys."),
			func(l batch.LoaderStats) int64 { return int64(l.Errors) }),
		s.of(count("loader_batch_panics", "loader.batch.panics", "{batch}", "Batches whose function did not return."),
			func(l batch.LoaderStats) int64 { return int64(l.Panics) }),
		s.by(count("loader_missing_keys", "loader.missing.keys", "{key}", "Keys without a value, by reason."), Label{"reason", "bunsui.loader.reason"},
			func(l batch.LoaderStats) []part {
				return []part{{"not_found", int64(l.NotFound)}, {"error", int64(l.KeyErrors)}}
			}),
		s.of(gauge("loader_in_flight", "loader.in_flight", "{batch}", "Batches whose function runs."),
			func(l batch.LoaderStats) int64 { return int64(l.InFlight) }),
		s.of(gauge("loader_waiting", "loader.waiting", "{key}", "Keys whose batch has not left yet."),
			func(l batch.LoaderStats) int64 { return int64(l.Waiting) }),
	}
}
