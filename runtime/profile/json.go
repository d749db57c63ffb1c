package profile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// JSONVersion is the version of the schema that [WriteJSON] writes. Within a
// version members may be added; they are not removed and keep their meaning.
const JSONVersion = 1

// An export is the document that WriteJSON describes.
type export struct {
	Version   int            `json:"version"`
	Time      time.Time      `json:"time"`
	Enabled   bool           `json:"enabled"`
	Functions []exportedFunc `json:"functions"`
}

type exportedFunc struct {
	Name     string           `json:"name"`
	Calls    uint64           `json:"calls"`
	Errors   uint64           `json:"errors"`
	Panics   uint64           `json:"panics"`
	InFlight int              `json:"in_flight"`
	Total    time.Duration    `json:"total_ns"`
	Min      time.Duration    `json:"min_ns"`
	Mean     time.Duration    `json:"mean_ns"`
	P50      time.Duration    `json:"p50_ns"`
	P90      time.Duration    `json:"p90_ns"`
	P99      time.Duration    `json:"p99_ns"`
	P999     time.Duration    `json:"p999_ns"`
	Max      time.Duration    `json:"max_ns"`
	Buckets  []exportedBucket `json:"buckets"`
}

type exportedBucket struct {
	Lower int64  `json:"ge_ns"`
	Upper int64  `json:"le_ns"`
	Calls uint64 `json:"calls"`
}

// WriteJSON writes the figures of [Snapshot] as one JSON object:
//
//	version     1, the version of this schema: see [JSONVersion]
//	time        when it was written, RFC 3339
//	enabled     whether calls were being recorded
//	functions   array of objects, sorted by name, each with
//	  name        of the function or region
//	  calls       calls that ended; errors and panics are among them
//	  errors      calls that returned an error
//	  panics      calls that panicked
//	  in_flight   calls under way
//	  total_ns    sum of all durations; this and all that follow in nanoseconds
//	  min_ns, mean_ns, p50_ns, p90_ns, p99_ns, p999_ns, max_ns
//	  buckets     the distribution: array of objects in ascending order
//	    ge_ns       least duration in the bucket
//	    le_ns       greatest duration in the bucket
//	    calls       how many calls took that long; never 0
//
// All numbers are whole. total_ns, min_ns and max_ns are exact, the percentiles
// as exact as [FuncStats.Quantile]. [ReadJSON] reads it back. Errors are those of
// w.
func WriteJSON(w io.Writer) error {
	doc := export{Version: JSONVersion, Time: time.Now(), Enabled: Enabled()}
	return doc.write(w, Snapshot())
}

func (doc export) write(w io.Writer, stats []FuncStats) error {
	doc.Functions = make([]exportedFunc, len(stats))
	for i, f := range stats {
		doc.Functions[i] = exportFunc(f)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("profile: write JSON: %w", err)
	}
	return nil
}

func exportFunc(f FuncStats) exportedFunc {
	buckets := make([]exportedBucket, len(f.buckets))
	for i, b := range f.buckets {
		lower, width := lowerBound(b.index)
		buckets[i] = exportedBucket{Lower: lower, Upper: lower + width - 1, Calls: b.calls}
	}
	return exportedFunc{
		Name: f.Name, Calls: f.Calls, Errors: f.Errors, Panics: f.Panics, InFlight: f.InFlight,
		Total: f.Total, Min: f.Min, Mean: f.Mean(),
		P50: f.Quantile(0.5), P90: f.Quantile(0.9), P99: f.Quantile(0.99), P999: f.Quantile(0.999),
		Max: f.Max, Buckets: buckets,
	}
}

// ReadJSON reads what [WriteJSON] has written, in this process or another. It
// returns an error if r holds anything else, another version of the schema
// included.
func ReadJSON(r io.Reader) ([]FuncStats, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("profile: read JSON: %w", err)
	}
	var doc export
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("profile: read JSON: %w", err)
	}
	if doc.Version != JSONVersion {
		return nil, fmt.Errorf("profile: read JSON: the schema has version %d, known is %d", doc.Version, JSONVersion)
	}
	stats := make([]FuncStats, len(doc.Functions))
	for i, f := range doc.Functions {
		if stats[i], err = importFunc(f); err != nil {
			return nil, fmt.Errorf("profile: read JSON: function %q: %w", f.Name, err)
		}
	}
	return stats, nil
}

func importFunc(e exportedFunc) (FuncStats, error) {
	f := FuncStats{
		Name: e.Name, Calls: e.Calls, Errors: e.Errors, Panics: e.Panics, InFlight: e.InFlight,
		Total: e.Total, Min: e.Min, Max: e.Max,
	}
	var calls uint64
	last := -1
	for _, b := range e.Buckets {
		index, ok := b.index()
		if !ok || index <= last {
			return FuncStats{}, fmt.Errorf("no bucket can begin at %d ns here", b.Lower)
		}
		f.buckets = append(f.buckets, bucket{index: index, calls: b.Calls})
		calls += b.Calls
		last = index
	}
	if calls != f.Calls {
		return FuncStats{}, errors.New("calls and the sum of the buckets differ")
	}
	return f, nil
}

// index returns the place of the bucket, or false if there is no such bucket.
func (b exportedBucket) index() (int, bool) {
	if b.Lower < 0 {
		return 0, false
	}
	octave, sub := bucketOf(b.Lower)
	i := int(octave*subBuckets + sub)
	lower, width := lowerBound(i)
	return i, lower == b.Lower && lower+width-1 == b.Upper
}
