package monitor

import "time"

// This file and page_document_*.go are what the server of the live page and its script
// agree about.
//
// Each page has a document: overview.json, function.json, caches.json, cache.json,
// pools.json, pool.json, batches.json, batch.json, loader.json and alerts.json, with the
// parameters of the page (name, and manager for cache). An unknown name is answered by
// 404 and a problem, as all errors are.
//
// events?page=PAGE&PARAMETERS is the stream of a page, where PAGE is the name of the
// document without .json. Its events are:
//
//	document  the whole document; first, and again after each reconnection
//	update    an object with those members of the document that have changed; one for
//	          each look, also if there is nothing but head
//	gone      a problem: what the page is about does not exist any more, and the stream
//	          has ended; reconnecting gets 404
//
// An update is taken over member by member:
//
//	head      each of its members replaces the one of the document's head
//	a table   (functions, caches, pools, processors, loaders) labels and rows replace those
//	          of the same id or are added, gone lists ids to remove; columns do not change
//	series    its arrays are appended to those of the document; the client keeps the last
//	          head.keep values of each
//	heatmap   its columns are appended likewise; bounds_ns does not change
//	all else  replaces what was there
//
// Members whose names end in _ns are nanoseconds, those in _ms milliseconds, of times
// since 1970; other times are RFC 3339. recent is about the last minute, or less if
// nobody has looked for so long: head.recent_ns says how long it is, 0 if nothing is
// known yet, in which case recent figures are 0.

// A pageHead begins each document. An update has only time, recent_ns, watching and
// counts, and raised if that has changed.
type pageHead struct {
	Version  int           `json:"version,omitempty"` // of these documents: pageVersion
	Page     string        `json:"page,omitempty"`
	Time     time.Time     `json:"time"`
	Interval time.Duration `json:"interval_ns,omitempty"` // between two updates
	Recent   time.Duration `json:"recent_ns"`
	Keep     int           `json:"keep,omitempty"`    // points of a series
	Process  *pageProcess  `json:"process,omitempty"` // not in updates
	Actions  *bool         `json:"actions,omitempty"` // AllowActions was given
	Args     *bool         `json:"arguments,omitempty"`
	Watching bool          `json:"watching"` // Start is running: there is history, and alerts are judged
	Counts   pageCounts    `json:"counts"`
	Raised   *[]pageEvent  `json:"raised,omitempty"` // alerts that are raised now, the first one first
}

const pageVersion = 1

// A pageProcess says what program it is.
type pageProcess struct {
	Command  string    `json:"command"` // the name of the program's file, without its folder or arguments
	PID      int       `json:"pid"`
	Go       string    `json:"go"`       // such as go1.26.1
	Module   string    `json:"module"`   // the main module's path
	Release  string    `json:"release"`  // its version, such as v1.2.3 or (devel); empty if unknown
	Revision string    `json:"revision"` // of version control, empty if unknown
	Modified bool      `json:"modified"` // there were changes that are not in the revision
	Started  time.Time `json:"started"`
}

// pageCounts says how many names there are of each kind, for the navigation. Overview is
// the number of rows of the overview.
type pageCounts struct {
	Overview   int `json:"overview"`
	Functions  int `json:"functions"` // profiled ones
	Caches     int `json:"caches"`
	Pools      int `json:"pools"`
	Processors int `json:"processors"`
	Loaders    int `json:"loaders"`
	Raised     int `json:"raised"`
}

// A pageProblem is the answer where there is no document: unknown names, wrong methods,
// actions that failed, too many clients.
type pageProblem struct {
	Error string `json:"error"`
}

// A pageTable has a row for each id. Labels are what seldom changes, and rows numbers in
// the order of columns, of which the first is the id, and null where something is not
// known. An id stands for the same name as long as a stream lasts, and no longer.
type pageTable struct {
	Columns []string    `json:"columns,omitempty"` // not in updates
	Labels  []pageLabel `json:"labels,omitempty"`
	Rows    []pageRow   `json:"rows,omitempty"`
	Gone    []int       `json:"gone,omitempty"`
}

// A pageRow is an array of numbers.
type pageRow = numbers

// A pageLabel says what a row is about. What does not concern its kind is absent.
type pageLabel struct {
	ID int `json:"id"`
	// Name is the whole one, such as "example.com/shop/store.getUser", and Short its
	// last part, "store.getUser". A pool may have the empty name.
	Name  string `json:"name"`
	Short string `json:"short"`

	// Of functions, which are rows of the overview: what there is of that name, in this
	// order: "function" (profiled), "cache", "batch", "loader". Calls and errors are those
	// of the first kind in this list.
	Kinds []string `json:"kinds,omitempty"`
	// Managers are those that have a cache of that name; more than one is rare.
	Managers []string `json:"managers,omitempty"`
	// Spark is the rate at the last looks, the oldest first, at most pageSpark; only in
	// labels that a document or a new row has, whose present rate is the last of it. At each
	// update the client appends the rate of each row that is not new, in the update or not.
	Spark numbers `json:"spark,omitempty"`

	// Of caches. No bound: null.
	Manager    *string        `json:"manager,omitempty"`
	Mode       string         `json:"mode,omitempty"` // on, memory or off
	MaxEntries *int           `json:"max_entries,omitempty"`
	MaxBytes   *int64         `json:"max_bytes,omitempty"`
	TTL        *time.Duration `json:"ttl_ns,omitempty"`

	// Of pools.
	Suspended bool `json:"suspended,omitempty"`
}

const pageSpark = 30

// The columns. Hit rates are for the client to divide: hits / (hits + misses). rate is
// calls (of caches lookups, of pools acquires, of processors items) per second since the
// look before, with three digits.
var (
	functionColumns = []string{
		"id", "calls", "errors", "panics", "in_flight", "p50_ns", "p90_ns", "p99_ns", "max_ns", "hits", "misses",
		"recent_calls", "recent_errors", "recent_panics", "recent_p50_ns", "recent_p90_ns", "recent_p99_ns", "recent_max_ns",
		"recent_hits", "recent_misses", "rate",
	}
	cacheColumns = []string{
		"id", "size", "bytes", "hits", "misses", "loads", "load_errors", "evictions", "expirations", "invalidations",
		"stale", "refreshes", "store_hits", "store_misses", "store_errors", "decode_errors",
		"recent_hits", "recent_misses", "recent_loads", "recent_load_errors", "recent_evictions", "rate",
	}
	poolColumns = []string{
		"id", "in_use", "idle", "waiting", "constructing", "min", "max", "acquired", "created", "reused", "closed",
		"errors", "close_errors", "canceled", "timeouts", "leaks", "misuses", "waits", "wait_ns",
		"recent_acquired", "recent_waits", "recent_wait_ns", "recent_timeouts", "recent_errors", "rate",
	}
	processorColumns = []string{
		"id", "runs", "running", "succeeded", "failed", "not_started", "retries", "panics",
		"recent_succeeded", "recent_failed", "recent_retries", "rate",
	}
	loaderColumns = []string{
		"id", "calls", "deduplicated", "left", "batches", "keys", "errors", "panics", "not_found", "key_errors",
		"largest", "in_flight", "waiting",
		"recent_calls", "recent_batches", "recent_keys", "recent_errors", "recent_key_errors", "rate",
	}
)
