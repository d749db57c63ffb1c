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
	r.sum.clear()
	for i := range p.stripes {
		if s := p.stripes[i].Load(); s != nil {
			s.read(r)
			r.addTo(&f)
		}
	}
	if f.Timed == 0 {
		f.Min = 0
	}
	f.buckets = r.sum.filled()
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
	calls          tally

	sum tally // of the calls of several stripes
}

// addTo adds the reading to the sum f, and its calls to those of r.sum.
func (r *reading) addTo(f *FuncStats) {
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
	for octave := range r.calls.octaves() {
		sum := r.sum.of(octave)
		for sub, n := range r.calls.of(octave) {
			sum[sub] += n
		}
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
	r.calls.clear()
	for i := range s.octaves {
		o := s.octaves[i].Load()
		if o == nil {
			continue
		}
		into := r.calls.of(i)
		for sub := range subBuckets {
			live := o.live[sub].Load()
			calls := live>>liveShift + o.counts[sub].Load()
			into[sub] = calls
			r.ended += calls
			r.total += live & liveSum
		}
	}
}
