package monitor

import (
	"slices"
	"time"
)

// pageKeep is how many points a series of a page has: ten minutes at the default interval.
const pageKeep = 300

// A chart says which series a kind has, and what a point of the history comes to.
type chart[P any] struct {
	names  []string
	span   func(P) Span
	values func(numbers, P) numbers // appends one for each name
}

// A series is a pageSeries that goes on: the values of each name, t_ms and len_ms first.
type series struct {
	names  []string
	values []numbers
	last   int       // how many points were added by the last look, 0 or 1
	end    time.Time // of the last point
}

func newSeries(names []string) *series {
	all := append([]string{"t_ms", "len_ms"}, names...)
	return &series{names: all, values: make([]numbers, len(all))}
}

// add appends a point, and returns its end in milliseconds, or false if a part of its span
// has a point already. Ends ascend even if the clock was set back.
func (s *series) add(span Span, values numbers) (end int64, ok bool) {
	if span.End.Add(-span.Length).Before(s.end) {
		return 0, false
	}
	end = span.End.UnixMilli()
	if ends := s.values[0]; len(ends) > 0 {
		end = max(end, int64(ends[len(ends)-1])+span.Length.Milliseconds())
	}
	s.append(end, span, values)
	s.last = 1
	return end, true
}

// append appends a point, and forgets the oldest one if there are too many.
func (s *series) append(end int64, span Span, values numbers) {
	s.end = span.End
	for i, v := range append(numbers{float64(end), float64(span.Length.Milliseconds())}, values...) {
		if s.values[i] = append(s.values[i], v); len(s.values[i]) > pageKeep {
			s.values[i] = append(s.values[i][:0], s.values[i][1:]...)
		}
	}
}

// part returns the last n points.
func (s *series) part(n int) pageSeries {
	p := make(pageSeries, len(s.names))
	for i, name := range s.names {
		list := s.values[i]
		p[name] = list[max(len(list)-n, 0):]
	}
	return p
}

// seed adds the points that a monitor has kept. Where the clock was set in between, what is
// older gives way.
func seed[P any](s *series, c chart[P], points []P) {
	ends := make([]int64, len(points))
	for i, p := range slices.Backward(points) {
		ends[i] = c.span(p).End.UnixMilli()
		if i+1 < len(points) {
			ends[i] = min(ends[i], ends[i+1]-c.span(points[i+1]).Length.Milliseconds())
		}
	}
	for i, p := range points {
		s.append(ends[i], c.span(p), c.values(nil, p))
	}
}

var functionChart = chart[FunctionPoint]{
	names: []string{"calls", "errors", "panics", "timed", "in_flight", "total_ns", "p50_ns", "p90_ns", "p99_ns", "max_ns"},
	span:  func(p FunctionPoint) Span { return p.Span },
	values: func(n numbers, p FunctionPoint) numbers {
		n = append(counts(n, p.Calls, p.Errors, p.Panics, p.Timed), float64(p.InFlight), float64(p.Total))
		for _, d := range []time.Duration{p.P50, p.P90, p.P99, p.Max} {
			if p.Timed == 0 {
				n = append(n, unknown)
				continue
			}
			n = append(n, float64(d))
		}
		return n
	},
}

var cacheChart = chart[CachePoint]{
	names: []string{"hits", "misses", "loads", "load_errors", "evictions", "expirations", "invalidations", "size", "bytes"},
	span:  func(p CachePoint) Span { return p.Span },
	values: func(n numbers, p CachePoint) numbers {
		n = counts(n, p.Hits, p.Misses, p.Loads, p.LoadErrors, p.Evictions, p.Expirations, p.Invalidations)
		return append(n, float64(p.Size), float64(p.Bytes))
	},
}

var poolChart = chart[PoolPoint]{
	names: []string{
		"acquired", "waits", "wait_ns", "created", "closed", "errors", "canceled", "timeouts", "leaks", "in_use", "idle", "waiting",
	},
	span: func(p PoolPoint) Span { return p.Span },
	values: func(n numbers, p PoolPoint) numbers {
		n = counts(n, p.Acquired, p.Waits, uint64(p.WaitTime), p.Created, p.Closed, p.Errors, p.Canceled, p.Timeouts, p.Leaks)
		return append(n, float64(p.InUse), float64(p.Idle), float64(p.Waiting))
	},
}

var processorChart = chart[ProcessorPoint]{
	names: []string{"succeeded", "failed", "not_started", "retries", "panics", "running"},
	span:  func(p ProcessorPoint) Span { return p.Span },
	values: func(n numbers, p ProcessorPoint) numbers {
		return append(counts(n, p.Succeeded, p.Failed, p.NotStarted, p.Retries, p.Panics), float64(p.Running))
	},
}

var loaderChart = chart[LoaderPoint]{
	names: []string{"calls", "deduplicated", "batches", "keys", "errors", "key_errors", "in_flight", "waiting"},
	span:  func(p LoaderPoint) Span { return p.Span },
	values: func(n numbers, p LoaderPoint) numbers {
		n = counts(n, p.Calls, p.Deduplicated, p.Batches, p.Keys, p.Errors, p.KeyErrors)
		return append(n, float64(p.InFlight), float64(p.Waiting))
	},
}
