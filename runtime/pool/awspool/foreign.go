package awspool

import "github.com/bunsui/bunsui-go/runtime/pool"

// Name implements pool.Foreign. Pools of clients and of places have names like this one,
// and stand in the same reports.
func (f *figures) Name() string {
	if f.name == "" {
		return ""
	}
	return f.name + " connections"
}

// Stats implements pool.Foreign: connections are what is created, lent and closed.
func (f *figures) Stats() pool.Stats {
	s := f.stats()
	p := pool.Stats{
		Created: s.Created, Reused: s.Reused, Closed: s.Closed, Errors: s.DialErrors,
		ClosedBy: map[pool.Reason]uint64{pool.Ended: s.Closed},
		Acquired: s.Requests, Waits: s.Waits, WaitTime: s.WaitTime,
		Canceled: s.Canceled, Timeouts: s.Timeouts, Leaks: s.Leaks,
		InUse: s.InUse, Idle: s.Idle, Waiting: s.Waiting, Max: s.Max,
	}
	copy(p.WaitTimes[:], s.WaitTimes)
	return p
}
