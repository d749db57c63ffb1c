package awspool

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// Stats are the figures of a transport, or of all those of a pool of clients: counts
// since it was made, and how things stand. They are exact when nobody uses it meanwhile.
type Stats struct {
	// Name is that of the options.
	Name string
	// Requests counts the requests that had a place, also those that Start has sent, and
	// retries.
	Requests uint64
	// Created counts the connections that were opened, Warmed those of them that Start
	// has opened, Closed those that were closed, by either side, Aged those that had their
	// last request because of Options.MaxAge. Reused counts the
	// requests that got a connection which was there. DialErrors counts connections and
	// TLS handshakes that failed.
	Created, Warmed, Reused, Closed, Aged, DialErrors uint64
	// Open, InUse and Idle are the connections at this time. A TLS handshake that is under
	// way counts as idle.
	Open, InUse, Idle int
	// UnderWay is how many requests have a place, Waiting how many wait for one, and Max
	// how many places there are, which is 0 after Close.
	UnderWay, Waiting, Max int
	// Waits counts the requests that had to wait for others' to end, WaitTime is how long
	// they did, together, and WaitTimes counts them by that, with the bounds of
	// pool.WaitBounds. Canceled and Timeouts count those that their context or
	// Options.AcquireTimeout has ended.
	Waits     uint64
	WaitTime  time.Duration
	WaitTimes []uint64
	Canceled  uint64
	Timeouts  uint64
	// Leaks counts the requests that were under way for Options.Leak.
	Leaks uint64
	// Operations are those that were called, by service and name.
	Operations []Operation
}

// figures are what is counted for a transport, or for all those of a pool of clients.
type figures struct {
	name string

	requests, created, warmed, reused, closed, aged, dialErrors, leaks atomic.Uint64

	inUse      atomic.Int64
	operations operations
	delist     func()

	mu      sync.Mutex
	members []*Transport
	past    pool.Stats // waits of members that have left
}

func (f *figures) join(t *Transport) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.members = append(f.members, t)
}

func (f *figures) leave(t *Transport) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if i := slices.Index(f.members, t); i >= 0 {
		f.members = slices.Delete(f.members, i, i+1)
		addWaits(&f.past, t.places.Stats())
	}
}

// addWaits adds what must not be lost with a member.
func addWaits(to *pool.Stats, s pool.Stats) {
	to.Waits += s.Waits
	to.WaitTime += s.WaitTime
	to.Canceled += s.Canceled
	to.Timeouts += s.Timeouts
	for i, n := range s.WaitTimes {
		to.WaitTimes[i] += n
	}
}

func (f *figures) stats() Stats {
	// What ends is read first, so that no difference is negative.
	closed, inUse := f.closed.Load(), int(f.inUse.Load())
	s := Stats{
		Name: f.name, Requests: f.requests.Load(),
		Created: f.created.Load(), Warmed: f.warmed.Load(), Reused: f.reused.Load(), Closed: closed,
		Aged: f.aged.Load(), DialErrors: f.dialErrors.Load(), Leaks: f.leaks.Load(), InUse: inUse,
		Operations: f.operations.all(),
	}
	s.Open = int(s.Created - closed)
	s.Idle = max(0, s.Open-inUse)
	f.mu.Lock()
	defer f.mu.Unlock()
	waits := f.past
	for _, t := range f.members {
		places := t.places.Stats()
		addWaits(&waits, places)
		s.UnderWay += places.InUse
		s.Waiting += places.Waiting
		s.Max += places.Max
	}
	s.Waits, s.WaitTime, s.WaitTimes = waits.Waits, waits.WaitTime, waits.WaitTimes[:]
	s.Canceled, s.Timeouts = waits.Canceled, waits.Timeouts
	return s
}
