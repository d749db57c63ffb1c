package tier

import "sync/atomic"

type counts struct {
	errors, timeouts, late, refused, opened, lost, waits, leasesLost, repaid atomic.Uint64
}

// Stats are the figures of a link.
type Stats struct {
	// Errors is the number of operations that failed, Timeouts of those that took too
	// long, Late of those that returned after that, if ever.
	Errors, Timeouts, Late uint64
	// Refused is the number of operations that were not tried because others had
	// failed, Opened how often that began.
	Refused, Opened uint64
	// Lost is how often news may have been missed.
	Lost uint64
	// Waits is the number of look-ups that waited for the load of another process.
	Waits uint64
	// LeasesLost is the number of loads during which the lease was lost.
	LeasesLost uint64
	// Repaid is the number of changes that were made good after they had failed.
	Repaid uint64
	// Owed is the number of changes that have not reached the store.
	Owed int
	// Running is the number of operations that run, at most 256.
	Running int
	// Open says that operations of some kind are not tried at the moment.
	Open bool
	// Live says that the changes that others make are heard of.
	Live bool
}

// Stats returns the figures so far.
func (l *Link) Stats() Stats {
	c := &l.counts
	s := Stats{
		Errors: c.errors.Load(), Timeouts: c.timeouts.Load(), Late: c.late.Load(),
		Refused: c.refused.Load(), Opened: c.opened.Load(), Lost: c.lost.Load(), Waits: c.waits.Load(),
		LeasesLost: c.leasesLost.Load(), Repaid: c.repaid.Load(),
		Owed: int(l.debts.count.Load()), Running: len(l.slots), Live: l.Live(),
	}
	for i := range l.breakers {
		s.Open = s.Open || l.breakers[i].open()
	}
	return s
}
