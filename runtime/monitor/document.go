package monitor

import (
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// A document is what Report.MarshalJSON describes.
type document struct {
	Version    int                 `json:"version"`
	Time       time.Time           `json:"time"`
	Managers   []managerDocument   `json:"managers"`
	Caches     []cacheDocument     `json:"caches"`
	Processors []processorDocument `json:"processors"`
	Loaders    []loaderDocument    `json:"loaders"`
	Pools      []poolDocument      `json:"pools"`
	Functions  []functionDocument  `json:"functions"`
}

type managerDocument struct {
	Name   string         `json:"name"`
	Caches int            `json:"caches"`
	Store  *storeDocument `json:"store"`
}

// The fields are those of cache.StoreStats, so that a field more there is an error here.
type storeDocument struct {
	Errors   uint64 `json:"errors"`
	Timeouts uint64 `json:"timeouts"`
	Refused  uint64 `json:"refused"`
	Lost     uint64 `json:"lost"`
	Waits    uint64 `json:"waits"`
	Owed     int    `json:"owed"`
	Open     bool   `json:"open"`
	Live     bool   `json:"live"`
}

type cacheDocument struct {
	Manager       string         `json:"manager"`
	Name          string         `json:"name"`
	Mode          string         `json:"mode"`
	MaxEntries    *int           `json:"max_entries"`
	MaxBytes      *int64         `json:"max_bytes"`
	TTL           *time.Duration `json:"ttl_ns"`
	Size          int            `json:"size"`
	Bytes         int64          `json:"bytes"`
	Hits          uint64         `json:"hits"`
	Misses        uint64         `json:"misses"`
	HitRate       *float64       `json:"hit_rate"`
	Loads         uint64         `json:"loads"`
	LoadErrors    uint64         `json:"load_errors"`
	Evictions     uint64         `json:"evictions"`
	Expirations   uint64         `json:"expirations"`
	Invalidations uint64         `json:"invalidations"`
	Stale         uint64         `json:"stale"`
	Refreshes     uint64         `json:"refreshes"`
	StoreHits     uint64         `json:"store_hits"`
	StoreMisses   uint64         `json:"store_misses"`
	StoreErrors   uint64         `json:"store_errors"`
	DecodeErrors  uint64         `json:"decode_errors"`
}

// The fields are those of batch.ProcessorStats.
type processorDocument struct {
	Name       string `json:"name"`
	Runs       int64  `json:"runs"`
	Running    int64  `json:"running"`
	Succeeded  uint64 `json:"succeeded"`
	Failed     uint64 `json:"failed"`
	NotStarted uint64 `json:"not_started"`
	Retries    uint64 `json:"retries"`
	Panics     uint64 `json:"panics"`
}

// The fields are those of batch.LoaderStats.
type loaderDocument struct {
	Name         string `json:"name"`
	Calls        uint64 `json:"calls"`
	Deduplicated uint64 `json:"deduplicated"`
	Left         uint64 `json:"left"`
	Batches      uint64 `json:"batches"`
	Keys         uint64 `json:"keys"`
	Errors       uint64 `json:"errors"`
	Panics       uint64 `json:"panics"`
	NotFound     uint64 `json:"not_found"`
	KeyErrors    uint64 `json:"key_errors"`
	Largest      int    `json:"largest"`
	InFlight     int    `json:"in_flight"`
	Waiting      int    `json:"waiting"`
}

type poolDocument struct {
	Name         string            `json:"name"`
	Min          int               `json:"min"`
	Max          int               `json:"max"`
	InUse        int               `json:"in_use"`
	Idle         int               `json:"idle"`
	Constructing int               `json:"constructing"`
	Closing      int               `json:"closing"`
	Waiting      int               `json:"waiting"`
	Acquired     uint64            `json:"acquired"`
	Created      uint64            `json:"created"`
	Reused       uint64            `json:"reused"`
	Closed       uint64            `json:"closed"`
	ClosedBy     map[string]uint64 `json:"closed_by"`
	Errors       uint64            `json:"errors"`
	CloseErrors  uint64            `json:"close_errors"`
	Canceled     uint64            `json:"canceled"`
	Timeouts     uint64            `json:"timeouts"`
	Leaks        uint64            `json:"leaks"`
	Misuses      uint64            `json:"misuses"`
	Waits        uint64            `json:"waits"`
	WaitTime     time.Duration     `json:"wait_ns"`
	WaitTimes    []waitDocument    `json:"wait_times"`
	CreateError  string            `json:"create_error"`
	Suspended    bool              `json:"suspended"`
}

type waitDocument struct {
	Bound *time.Duration `json:"le_ns"`
	Waits uint64         `json:"waits"`
}

type functionDocument struct {
	Name     string        `json:"name"`
	Calls    uint64        `json:"calls"`
	Errors   uint64        `json:"errors"`
	Panics   uint64        `json:"panics"`
	InFlight int           `json:"in_flight"`
	Timed    uint64        `json:"timed"`
	Slow     uint64        `json:"slow_calls"`
	Total    time.Duration `json:"total_ns"`
	Min      time.Duration `json:"min_ns"`
	Mean     time.Duration `json:"mean_ns"`
	P50      time.Duration `json:"p50_ns"`
	P90      time.Duration `json:"p90_ns"`
	P99      time.Duration `json:"p99_ns"`
	P999     time.Duration `json:"p999_ns"`
	Max      time.Duration `json:"max_ns"`

	Objectives *objectivesDocument `json:"objectives"`
}

type objectivesDocument struct {
	Latency   []latencyDocument `json:"latency"`
	MaxErrors *float64          `json:"max_errors"`
}

// The fields are those of profile.LatencyObjective.
type latencyDocument struct {
	Quantile float64       `json:"quantile"`
	Max      time.Duration `json:"max_ns"`
}

func waitsJSON(p Pool) []waitDocument {
	all := make([]waitDocument, len(p.WaitTimes))
	bounds := pool.WaitBounds()
	for i, n := range p.WaitTimes {
		all[i].Waits = n
		if i < len(bounds) {
			all[i].Bound = &bounds[i]
		}
	}
	return all
}
