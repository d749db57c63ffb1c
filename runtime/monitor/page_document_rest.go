package monitor

import "time"

// A cachesPage lists the caches, and the managers by name.
type cachesPage struct {
	Head     pageHead           `json:"head"`
	Managers *[]managerDocument `json:"managers,omitempty"`
	Caches   *pageTable         `json:"caches,omitempty"`
}

// A cachePage is about the caches of a manager that share a name.
type cachePage struct {
	Head    pageHead       `json:"head"`
	Subject *pageSubject   `json:"subject,omitempty"`
	Figures *cacheDocument `json:"figures,omitempty"` // as in Report.MarshalJSON
	Recent  *cacheDocument `json:"recent,omitempty"`
	// Settings are those that are set, in the order of cache.Settings.
	Settings *[]pageSetting `json:"settings,omitempty"`
	Store    *storeDocument `json:"store,omitempty"` // of its manager; absent if that has none
	// Series has hits, misses, loads, load_errors, evictions, expirations, invalidations,
	// size, bytes.
	Series pageSeries `json:"series,omitempty"`
}

type pageSetting struct {
	Name   string `json:"name"`   // such as TTL
	Value  string `json:"value"`  // such as 1m0s
	Origin string `json:"origin"` // annotation, Configure, environment, switch file or Switch
}

// A poolsPage lists the pools. Those of one name are summed up.
type poolsPage struct {
	Head  pageHead   `json:"head"`
	Pools *pageTable `json:"pools,omitempty"`
}

type poolPage struct {
	Head    pageHead      `json:"head"`
	Subject *pageSubject  `json:"subject,omitempty"`
	Figures *poolDocument `json:"figures,omitempty"` // as in Report.MarshalJSON: wait_times, closed_by, create_error, suspended are here
	Recent  *poolDocument `json:"recent,omitempty"`
	// Leases are what is lent, the longest first, at most 50: known only with
	// pool.Options.Leak.
	Leases *[]pageLease `json:"leases,omitempty"`
	// Series has acquired, waits, wait_ns, created, closed, errors, canceled, timeouts,
	// leaks, in_use, idle, waiting.
	Series pageSeries `json:"series,omitempty"`
}

type pageLease struct {
	Since  time.Time `json:"since"`
	Leaked bool      `json:"leaked"`
	Stack  string    `json:"stack"` // lines, the innermost function first
}

// A batchesPage lists batch processors and loaders.
type batchesPage struct {
	Head       pageHead   `json:"head"`
	Processors *pageTable `json:"processors,omitempty"`
	Loaders    *pageTable `json:"loaders,omitempty"`
}

// A batchPage is about a batch processor. Series has succeeded, failed, not_started,
// retries, panics, running.
type batchPage struct {
	Head    pageHead           `json:"head"`
	Subject *pageSubject       `json:"subject,omitempty"`
	Figures *processorDocument `json:"figures,omitempty"`
	Recent  *processorDocument `json:"recent,omitempty"`
	Series  pageSeries         `json:"series,omitempty"`
}

// A loaderPage is about a loader. Series has calls, deduplicated, batches, keys, errors,
// key_errors, in_flight, waiting.
type loaderPage struct {
	Head    pageHead        `json:"head"`
	Subject *pageSubject    `json:"subject,omitempty"`
	Figures *loaderDocument `json:"figures,omitempty"`
	Recent  *loaderDocument `json:"recent,omitempty"`
	Series  pageSeries      `json:"series,omitempty"`
}

// An alertsPage tells of the alerts that the monitor of Start watches; those that are
// raised now are in the head. Without a monitor all is empty.
type alertsPage struct {
	Head   pageHead     `json:"head"`
	Alerts *[]pageAlert `json:"alerts,omitempty"`
	Events *[]pageEvent `json:"events,omitempty"` // the last ones, the latest first, at most 100
}

type pageAlert struct {
	Name       string        `json:"name"`
	For        time.Duration `json:"for_ns"`
	Window     time.Duration `json:"window_ns"`
	MinSamples uint64        `json:"min_samples"`
	Raised     int           `json:"raised"` // for how many subjects it is raised now
}

type pageEvent struct {
	Alert   string    `json:"alert"`
	Kind    string    `json:"kind"` // cache, batch, loader, pool, function, or one of the user's
	Manager string    `json:"manager,omitempty"`
	Name    string    `json:"name"`
	Short   string    `json:"short"`
	Value   string    `json:"value"`
	Limit   string    `json:"limit"`
	Samples uint64    `json:"samples"`
	Raised  bool      `json:"raised"`
	Gone    bool      `json:"gone,omitempty"`
	Time    time.Time `json:"time"`
	Began   time.Time `json:"began"`
}

// Actions are a POST to "action", as a form (application/x-www-form-urlencoded) or a
// JSON object of texts, with do and what that needs:
//
//	do=invalidate  manager, name          all entries of the caches of that name
//	do=mode        manager, name, mode    of caches: on, memory, off, or usual to take it back
//	do=recording   name, mode             of a profiled function: on, off or usual
//	do=suspend     name                   pools of that name; resume likewise
//	do=resume      name
//
// The answer is a pageDone, or a pageProblem with status 400, 403 (another origin), 404
// (no such name), 405 (no AllowActions) or 500 (it failed). A form whose Accept header
// prefers text/html, as without a script, is answered by 303 to the page it is about.
type pageDone struct {
	Done string `json:"done"` // what was done, in words
}
