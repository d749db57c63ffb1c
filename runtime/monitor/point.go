package monitor

import (
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// A Span is the time between two looks, which a point of the history is about.
type Span struct {
	// End is when it ended, and Length how long it was.
	End    time.Time
	Length time.Duration
}

// PerSecond returns how many times in a second something has happened that happened n
// times in the span.
func (s Span) PerSecond(n uint64) float64 {
	if s.Length <= 0 {
		return 0
	}
	return float64(n) / s.Length.Seconds()
}

// A CachePoint is what a cache did in a span, and its size at the end.
type CachePoint struct {
	Span
	Hits, Misses, Loads, LoadErrors       uint64
	Evictions, Expirations, Invalidations uint64
	Size                                  int
	Bytes                                 int64
}

// A ProcessorPoint is what a batch processor did in a span, and how many runs were under
// way at the end.
type ProcessorPoint struct {
	Span
	Succeeded, Failed, NotStarted, Retries, Panics uint64
	Running                                        int64
}

// A LoaderPoint is what a loader did in a span, and how things stood at the end.
type LoaderPoint struct {
	Span
	Calls, Deduplicated, Batches, Keys, Errors, KeyErrors uint64
	InFlight, Waiting                                     int
}

// A PoolPoint is what a pool did in a span, and how things stood at the end. WaitTime is
// the sum of the waits that ended in the span.
type PoolPoint struct {
	Span
	Acquired, Waits, Created, Closed, Errors, Canceled, Timeouts, Leaks uint64
	WaitTime                                                            time.Duration
	InUse, Idle, Waiting                                                int
}

// A FunctionPoint is the calls of a profiled function that ended in a span, and how many
// were under way at the end. The durations are those of the Timed ones among these calls,
// 0 if there were none: the sum, quantiles and the longest.
type FunctionPoint struct {
	Span
	Calls, Errors, Panics, Timed uint64
	InFlight                     int
	Total, P50, P90, P99, Max    time.Duration
}

func cachePoint(s Span, c Cache) CachePoint {
	return CachePoint{
		Span: s, Hits: c.Hits, Misses: c.Misses, Loads: c.Loads, LoadErrors: c.LoadErrors,
		Evictions: c.Evictions, Expirations: c.Expirations, Invalidations: c.Invalidations,
		Size: c.Size, Bytes: c.Bytes,
	}
}

func processorPoint(s Span, p batch.ProcessorStats) ProcessorPoint {
	return ProcessorPoint{
		Span: s, Succeeded: p.Succeeded, Failed: p.Failed, NotStarted: p.NotStarted,
		Retries: p.Retries, Panics: p.Panics, Running: p.Running,
	}
}

func loaderPoint(s Span, l batch.LoaderStats) LoaderPoint {
	return LoaderPoint{
		Span: s, Calls: l.Calls, Deduplicated: l.Deduplicated, Batches: l.Batches, Keys: l.Keys,
		Errors: l.Errors, KeyErrors: l.KeyErrors, InFlight: l.InFlight, Waiting: l.Waiting,
	}
}

func poolPoint(s Span, p Pool) PoolPoint {
	return PoolPoint{
		Span: s, Acquired: p.Acquired, Waits: p.Waits, Created: p.Created, Closed: p.Closed, Errors: p.Errors,
		Canceled: p.Canceled, Timeouts: p.Timeouts, Leaks: p.Leaks, WaitTime: p.WaitTime,
		InUse: p.InUse, Idle: p.Idle, Waiting: p.Waiting,
	}
}

func functionPoint(s Span, f profile.FuncStats) FunctionPoint {
	return FunctionPoint{
		Span: s, Calls: f.Calls, Errors: f.Errors, Panics: f.Panics, Timed: f.Timed, InFlight: f.InFlight,
		Total: f.Total, P50: f.Quantile(0.5), P90: f.Quantile(0.9), P99: f.Quantile(0.99), Max: f.Max,
	}
}
