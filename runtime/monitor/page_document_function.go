package monitor

import "time"

// An overviewPage has a row for each decorated function and region, by name, whatever
// its kinds; pools have a page of their own. Where there is no profile, durations are
// null; where there is no cache, hits and misses are.
type overviewPage struct {
	Head      pageHead   `json:"head"`
	Functions *pageTable `json:"functions,omitempty"`
}

// A functionPage is about a profiled function or region.
type functionPage struct {
	Head    pageHead         `json:"head"`
	Subject *pageSubject     `json:"subject,omitempty"`
	Figures *functionFigures `json:"figures,omitempty"` // since the start
	Recent  *functionFigures `json:"recent,omitempty"`
	// Recording is "on" or "off" if the function was switched, else "usual"; Recorded is
	// whether calls that begin now are.
	Recording  string           `json:"recording,omitempty"`
	Recorded   *bool            `json:"recorded,omitempty"`
	Objectives *[]pageObjective `json:"objectives,omitempty"` // empty if there are none
	// Distribution is that since the start, in ascending order, without what is empty.
	Distribution *[]pageInterval `json:"distribution,omitempty"`
	Heatmap      *pageHeatmap    `json:"heatmap,omitempty"`
	// Series has calls, errors, panics, timed, in_flight, total_ns, p50_ns, p90_ns, p99_ns,
	// max_ns; durations are null where no call was timed.
	Series pageSeries   `json:"series,omitempty"`
	Places *[]pagePlace `json:"places,omitempty"`
	Slow   *pageSlow    `json:"slow,omitempty"`
}

// A pageSubject says what a page is about, and which other pages are about the same name.
type pageSubject struct {
	Name     string   `json:"name"`
	Short    string   `json:"short"`
	Manager  *string  `json:"manager,omitempty"` // of a cache
	Kinds    []string `json:"kinds"`             // "function", "cache", "batch", "loader", "pool"
	Managers []string `json:"managers"`          // that have a cache of that name
	// Acts tells that actions reach it: they do not reach what was summed up because there
	// are too many names, nor the connections of others that are listed as pools.
	Acts bool `json:"acts"`
}

type functionFigures struct {
	Calls    uint64        `json:"calls"`
	Errors   uint64        `json:"errors"`
	Panics   uint64        `json:"panics"`
	InFlight int           `json:"in_flight"`
	Timed    uint64        `json:"timed"`
	Sample   float64       `json:"sample"` // fraction of calls that is timed, 1: all
	Total    time.Duration `json:"total_ns"`
	Min      time.Duration `json:"min_ns"`
	Mean     time.Duration `json:"mean_ns"`
	P50      time.Duration `json:"p50_ns"`
	P90      time.Duration `json:"p90_ns"`
	P95      time.Duration `json:"p95_ns"`
	P99      time.Duration `json:"p99_ns"`
	P999     time.Duration `json:"p999_ns"`
	Max      time.Duration `json:"max_ns"`
}

// A pageObjective is something that a function promises.
type pageObjective struct {
	What  string `json:"what"`  // such as "p99" or "errors"
	Limit string `json:"limit"` // such as "200ms" or "1%"
	Value string `json:"value"` // recently, empty if there were no calls
	Met   bool   `json:"met"`   // true if there were no calls
}

type pageInterval struct {
	Least    time.Duration `json:"ge_ns"`
	Greatest time.Duration `json:"le_ns"`
	Calls    uint64        `json:"calls"`
}

// A pageHeatmap counts the timed calls of each span of time by duration. It begins when
// somebody first looks at the function. Row i is the calls that took at least
// bounds_ns[i] and less than bounds_ns[i+1]; the last row has no upper bound.
type pageHeatmap struct {
	Bounds  []time.Duration     `json:"bounds_ns,omitempty"` // not in updates
	Columns []pageHeatmapColumn `json:"columns"`             // the oldest first, at most head.keep
}

type pageHeatmapColumn struct {
	End    int64       `json:"t_ms"`
	Length int64       `json:"len_ms"`
	Counts [][2]uint64 `json:"counts"` // pairs of row and calls, rows ascending, without empty ones
}

// A pageSeries has arrays of equal length, the oldest first: t_ms, the end of a span,
// len_ms, its length, and what happened in it (counts, to divide by the length) or how
// things stood at its end. Spans differ in length: those before the page was opened are
// of the monitor that Start runs. A value is null where nothing is known.
type pageSeries map[string]numbers

// A pagePlace is a place of the call tree at which the function stands.
type pagePlace struct {
	// Callers lead there from the top, the outermost first; empty if it stands there.
	Callers []pageCaller `json:"callers"`
	Node    pageNode     `json:"node"`
}

type pageCaller struct {
	Name  string        `json:"name"`
	Short string        `json:"short"`
	Calls uint64        `json:"calls"`
	Total time.Duration `json:"total_ns"`
}

// A pageNode is a profile.Node. Children are sorted by falling total.
type pageNode struct {
	Name      string        `json:"name"`
	Short     string        `json:"short"`
	Calls     uint64        `json:"calls"`
	Recursive uint64        `json:"recursive"`
	Total     time.Duration `json:"total_ns"`
	Self      time.Duration `json:"self_ns"`
	Overlap   time.Duration `json:"overlap_ns"`
	Children  []pageNode    `json:"children"`
	// More is how many children there are beside those, which were left out because they
	// took the least of a tree that is too big for a page.
	More int `json:"more,omitempty"`
}

// A pageSlow tells of slow calls. Threshold is 0 if none are kept at present.
type pageSlow struct {
	Threshold time.Duration  `json:"threshold_ns"`
	Count     uint64         `json:"count"`
	Last      []pageSlowCall `json:"last"` // the latest first
}

type pageSlowCall struct {
	Start    time.Time     `json:"start"`
	Duration time.Duration `json:"duration_ns"`
	Error    string        `json:"error,omitempty"`
	Panicked bool          `json:"panicked,omitempty"`
	Args     []pageArg     `json:"args,omitempty"` // only with ShowArguments
}

type pageArg struct {
	Name     string `json:"name"`
	Value    string `json:"value"`
	Redacted bool   `json:"redacted,omitempty"`
}
