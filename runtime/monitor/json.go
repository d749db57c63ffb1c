package monitor

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// JSONVersion is the version of the schema that [WriteJSON] writes. Within a version
// members may be added; they are not removed and keep their meaning.
const JSONVersion = 1

// WriteJSON writes a [Snapshot] as one JSON object: see [Report.MarshalJSON]. Errors are
// those of w.
func WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(Snapshot()); err != nil {
		return fmt.Errorf("monitor: write JSON: %w", err)
	}
	return nil
}

// MarshalJSON writes the report as one object:
//
//	version     1, the version of this schema: see [JSONVersion]
//	time        of the report, RFC 3339
//	managers    of caches: name, caches (how many), store: null if there is none, else
//	  errors, timeouts, refused, lost, waits, owed, open, live
//	caches      manager, name, mode (on, memory or off), max_entries and max_bytes
//	  (null: no bound), ttl_ns (null: forever), size, bytes, hits, misses, hit_rate
//	  (null if there were no lookups), loads, load_errors, evictions, expirations,
//	  invalidations, stale, refreshes, store_hits, store_misses, store_errors,
//	  decode_errors
//	processors  name, runs, running, succeeded, failed, not_started, retries, panics
//	loaders     name, calls, deduplicated, left, batches, keys, errors, panics,
//	  not_found, key_errors, largest, in_flight, waiting
//	pools       name, min, max, in_use, idle, constructing, closing, waiting, acquired,
//	  created, reused, closed, closed_by (an object of counts by reason), errors,
//	  close_errors, canceled, timeouts, leaks, misuses, waits, wait_ns, wait_times: array
//	  of le_ns (null: no bound) and waits, create_error (text, empty if there is none),
//	  suspended
//	functions   name, calls, errors, panics, in_flight, timed, and of the timed calls
//	  total_ns, min_ns, mean_ns, p50_ns, p90_ns, p99_ns, p999_ns, max_ns; slow_calls;
//	  objectives: null if there are none, else latency, an array of quantile and max_ns,
//	  and max_errors (null if nothing is said)
//
// Each of the lists is an array of objects, never null, sorted by name. Members whose
// names end in _ns are nanoseconds, bytes are bytes; all numbers but hit_rate, quantile
// and max_errors are whole.
// The meaning of each figure is that of the field it comes from. What distributions look
// like in full is in [profile.WriteJSON].
func (r Report) MarshalJSON() ([]byte, error) {
	return json.Marshal(document{
		Version:    JSONVersion,
		Time:       r.Time,
		Managers:   each(r.Managers, managerJSON),
		Caches:     each(r.Caches, cacheJSON),
		Processors: each(r.Processors, func(p batch.ProcessorStats) processorDocument { return processorDocument(p) }),
		Loaders:    each(r.Loaders, func(l batch.LoaderStats) loaderDocument { return loaderDocument(l) }),
		Pools:      each(r.Pools, poolJSON),
		Functions:  each(r.Functions, functionJSON),
	})
}

// MarshalJSON writes the report of a window, with one more member:
//
//	begin       when the window began, RFC 3339
func (w Window) MarshalJSON() ([]byte, error) {
	text, err := w.Report.MarshalJSON()
	if err != nil {
		return nil, err
	}
	begin, err := w.Begin.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return append(append([]byte(`{"begin":`), begin...), append([]byte{','}, text[1:]...)...), nil
}

// each returns what f makes of the elements, and never nil, which would be null.
func each[T, D any](list []T, f func(T) D) []D {
	all := make([]D, len(list))
	for i, e := range list {
		all[i] = f(e)
	}
	return all
}

func managerJSON(m Manager) managerDocument {
	d := managerDocument{Name: m.Name, Caches: m.Caches}
	if m.HasStore {
		d.Store = (*storeDocument)(&m.Store)
	}
	return d
}

func cacheJSON(c Cache) cacheDocument {
	s := c.Stats
	d := cacheDocument{
		Manager: c.Manager, Name: c.Name, Mode: c.Settings.Mode.String(),
		Size: s.Size, Bytes: s.Bytes, Hits: s.Hits, Misses: s.Misses, Loads: s.Loads, LoadErrors: s.LoadErrors,
		Evictions: s.Evictions, Expirations: s.Expirations, Invalidations: s.Invalidations,
		Stale: s.Stale, Refreshes: s.Refreshes,
		StoreHits: s.StoreHits, StoreMisses: s.StoreMisses, StoreErrors: s.StoreErrors, DecodeErrors: s.DecodeErrors,
	}
	if c.Settings.MaxEntries > 0 {
		d.MaxEntries = &c.Settings.MaxEntries
	}
	if c.Settings.MaxBytes > 0 {
		d.MaxBytes = &c.Settings.MaxBytes
	}
	if c.Settings.TTL != cache.Forever {
		d.TTL = &c.Settings.TTL
	}
	if s.Hits+s.Misses > 0 {
		rate := s.HitRate()
		d.HitRate = &rate
	}
	return d
}

func poolJSON(p Pool) poolDocument {
	d := poolDocument{
		Name: p.Name, Min: p.Min, Max: p.Max,
		InUse: p.InUse, Idle: p.Idle, Constructing: p.Constructing, Closing: p.Closing, Waiting: p.Waiting,
		Acquired: p.Acquired, Created: p.Created, Reused: p.Reused, Closed: p.Closed, ClosedBy: make(map[string]uint64),
		Errors: p.Errors, CloseErrors: p.CloseErrors, Canceled: p.Canceled, Timeouts: p.Timeouts,
		Leaks: p.Leaks, Misuses: p.Misuses, Waits: p.Waits, WaitTime: p.WaitTime, WaitTimes: waitsJSON(p),
		Suspended: p.Suspended,
	}
	for reason, n := range p.ClosedBy {
		d.ClosedBy[string(reason)] = n
	}
	if p.CreateError != nil {
		d.CreateError = p.CreateError.Error()
	}
	return d
}

func functionJSON(f profile.FuncStats) functionDocument {
	quantiles := [4]time.Duration{}
	for i, q := range []float64{0.5, 0.9, 0.99, 0.999} {
		quantiles[i] = f.Quantile(q)
	}
	return functionDocument{
		Name: f.Name, Calls: f.Calls, Errors: f.Errors, Panics: f.Panics, InFlight: f.InFlight, Timed: f.Timed, Slow: f.SlowCalls,
		Total: f.Total, Min: f.Min, Mean: f.Mean(), Max: f.Max,
		P50: quantiles[0], P90: quantiles[1], P99: quantiles[2], P999: quantiles[3],
		Objectives: objectivesJSON(f.Objectives),
	}
}

func objectivesJSON(o profile.Objectives) *objectivesDocument {
	if len(o.Latency) == 0 && o.MaxErrors == 0 {
		return nil
	}
	d := &objectivesDocument{Latency: each(o.Latency, func(l profile.LatencyObjective) latencyDocument { return latencyDocument(l) })}
	if o.MaxErrors > 0 {
		d.MaxErrors = &o.MaxErrors
	}
	return d
}
