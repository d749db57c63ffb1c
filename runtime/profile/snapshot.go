package profile

import (
	"math"
	"runtime"
	"time"
)

// Snapshot returns the figures of all probes and regions of the process, sorted
// by name, those without calls included. Recording goes on meanwhile. What one
// function's figures say holds together; the functions are read one after
// another.
func Snapshot() []FuncStats {
	list := probes.all()
	stats := make([]FuncStats, len(list))
	var r reading
	for i, p := range list {
		stats[i] = p.stats(&r)
	}
	return stats
}

// stats sums up the stripes of p, with r as scratch memory.
func (p *Probe) stats(r *reading) FuncStats {
	f := FuncStats{Name: p.name, Min: math.MaxInt64}
	var calls [bucketCount]uint64
	for i := range p.stripes {
		if s := p.stripes[i].Load(); s != nil {
			s.read(r)
			r.addTo(&f, &calls)
		}
	}
	if f.Timed == 0 {
		f.Min = 0
	}
	for i, n := range calls {
		if n > 0 {
			f.buckets = append(f.buckets, bucket{index: i, calls: n})
		}
	}
	p.describe(&f)
	return f
}

// A reading is what one stripe has recorded.
type reading struct {
	begun, ended   uint64 // ended includes untimed
	untimed        uint64
	errors, panics uint64
	total          uint64
	min, max       int64
	calls          [bucketCount]uint64
}

// addTo adds the reading to the sums f and calls.
func (r *reading) addTo(f *FuncStats, calls *[bucketCount]uint64) {
	f.InFlight += int(max(int64(r.begun-r.ended), 0))
	if r.ended == 0 {
		return
	}
	f.Calls += r.ended
	f.Timed += r.ended - r.untimed
	f.Errors += r.errors
	f.Panics += r.panics
	f.Total += time.Duration(r.total)
	f.Min = min(f.Min, time.Duration(r.min)) // the greatest there is without timed calls
	f.Max = max(f.Max, time.Duration(r.max))
	for i, n := range r.calls {
		calls[i] += n
	}
}

const (
	quietTries   = 8    // for a reading during which no call began
	settledTries = 1000 // for a reading during which nothing was settled
)

// read reads the stripe while calls go on recording into it. It reads again
// where what it has read may not hold together: a settlement takes some
// nanoseconds and is rare, so that soon falls into a pause.
func (s *stripe) read(r *reading) {
	for try := range settledTries {
		settled, quiet := s.tryRead(r)
		if settled && (quiet || try >= quietTries) {
			return
		}
		runtime.Gosched()
	}
}

// tryRead reads the stripe once. It reports whether the live words and the wide
// counters agreed all the time, and whether no call began meanwhile, which makes
// the number of calls in flight exact.
//
// The order matters: an error is read before the bucket into which its call was
// counted earlier, so there are never more errors than calls; begun is read
// after the calls that ended, so it is never less.
func (s *stripe) tryRead(r *reading) (settled, quiet bool) {
	settledBefore, begunBefore := s.settled.Load(), s.begun.Load()
	r.errors, r.panics = s.errors.Load(), s.panics.Load()
	r.untimed = s.untimed.Load()
	s.readBuckets(r)
	r.ended += r.untimed
	r.min, r.max = s.min.Load(), s.max.Load()
	r.begun = s.begun.Load()
	return s.settling.Load() == settledBefore, r.begun == begunBefore
}

// readBuckets reads the numbers of calls, and the sum of their durations.
func (s *stripe) readBuckets(r *reading) {
	r.total, r.ended = s.total.Load(), 0
	clear(r.calls[:])
	for i := range s.octaves {
		o := s.octaves[i].Load()
		if o == nil {
			continue
		}
		for sub := range subBuckets {
			live := o.live[sub].Load()
			calls := live>>liveShift + o.counts[sub].Load()
			r.calls[i*subBuckets+sub] = calls
			r.ended += calls
			r.total += live & liveSum
		}
	}
}
