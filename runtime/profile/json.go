package profile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// JSONVersion is the version of the schema that [WriteJSON] writes. Within a
// version members may be added; they are not removed and keep their meaning.
const JSONVersion = 1

// WriteJSON writes the figures of the process, as [Take] finds them, as one JSON
// object. docs/profiles.md describes its members:
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
//	  timed       calls among those that ended whose duration was measured
//	  sample      fraction of calls that is timed; absent if all are
//	  total_ns    sum of all durations; this and all that follow in nanoseconds
//	  min_ns, mean_ns, p50_ns, p90_ns, p99_ns, p999_ns, max_ns
//	  buckets     the distribution: array of objects in ascending order
//	    ge_ns       least duration in the bucket
//	    le_ns       greatest duration in the bucket
//	    calls       how many calls took that long; never 0
//	  slow        absent where slow calls are not asked for, else
//	    threshold_ns  from which on a call is slow
//	    count       how many were
//	    last        the last ones, the latest first: start, duration_ns, error,
//	                panicked, args (name, value or redacted)
//	  objectives  absent where there are none, else
//	    latency     array, by quantile: quantile (0.99), max_ns that it should not exceed
//	    max_errors  fraction of the calls that may fail; absent if nothing is said
//	tree        call tree, array of objects, each with name, calls, recursive, timed,
//	            total_ns, self_ns, overlap_ns, children: see [Node]
//
// All numbers but sample, quantile and max_errors are whole. total_ns, min_ns and max_ns of functions are exact,
// the percentiles as exact as [FuncStats.Quantile]. [ReadReport] reads it back. Errors
// are those of w.
func WriteJSON(w io.Writer) error {
	return Take().WriteJSON(w)
}

// WriteJSON is the function WriteJSON for figures that were taken before.
func (r Report) WriteJSON(w io.Writer) error {
	doc := export{Version: JSONVersion, Time: r.Time, Enabled: r.Enabled}
	doc.Tree = exportNodes(r.Tree)
	return doc.write(w, r.Functions)
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
		Timed: &f.Timed, Sample: exportSample(f.Sample),
		Total: f.Total, Min: f.Min, Mean: f.Mean(),
		P50: f.Quantile(0.5), P90: f.Quantile(0.9), P99: f.Quantile(0.99), P999: f.Quantile(0.999),
		Max: f.Max, Buckets: buckets, Slow: exportSlow(f), Objectives: exportObjectives(f.Objectives),
	}
}

// ReadJSON is [ReadReport] for the functions alone.
func ReadJSON(r io.Reader) ([]FuncStats, error) {
	report, err := ReadReport(r)
	return report.Functions, err
}

// ReadReport reads what [WriteJSON] has written, in this process or another. It
// returns an error if r holds anything else, another version of the schema
// included.
func ReadReport(r io.Reader) (Report, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return Report{}, fmt.Errorf("profile: read JSON: %w", err)
	}
	var doc export
	if err := json.Unmarshal(text, &doc); err != nil {
		return Report{}, fmt.Errorf("profile: read JSON: %w", err)
	}
	if doc.Version != JSONVersion {
		return Report{}, fmt.Errorf("profile: read JSON: the schema has version %d, known is %d", doc.Version, JSONVersion)
	}
	report := Report{Time: doc.Time, Enabled: doc.Enabled, Functions: make([]FuncStats, len(doc.Functions)), Tree: importNodes(doc.Tree)}
	for i, f := range doc.Functions {
		if report.Functions[i], err = importFunc(f); err != nil {
			return Report{}, fmt.Errorf("profile: read JSON: function %q: %w", f.Name, err)
		}
	}
	return report, nil
}

func importFunc(e exportedFunc) (FuncStats, error) {
	f := FuncStats{
		Name: e.Name, Calls: e.Calls, Errors: e.Errors, Panics: e.Panics, InFlight: e.InFlight,
		Timed: e.Calls, Total: e.Total, Min: e.Min, Max: e.Max, Sample: 1, Objectives: e.Objectives.objectives(),
	}
	e.fill(&f)
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
	if calls != f.Timed || f.Timed > f.Calls {
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
