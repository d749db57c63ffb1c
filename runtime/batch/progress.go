package batch

import "sync"

// A Meter shows how far one call of Process, Stream or Write has come.
type Meter interface {
	// Done is told how many items are done. Calls do not overlap, and done only grows.
	Done(done int)
	// End is called once, after the last call of Done, when the call is about to return
	// or the loop over the stream to end. Not all items need be done.
	End()
}

// WithMeter calls begin at the start of each call of Process, Stream or Write, with the
// number of items, which is -1 in a stream, and tells the Meter what is done. Its
// methods run in the workers, so that they must be quick.
func WithMeter(begin func(total int) Meter) Option {
	return optionFunc(func(s *settings) { s.meter = begin })
}

// A progressMeter tells the functions for progress about one call, one at a time. A nil
// one does nothing.
type progressMeter struct {
	f     func(done, total int)
	meter Meter
	total int

	mu   sync.Mutex
	done int
}

// newProgressMeter returns nil if nobody wants to know.
func newProgressMeter(s *settings, total int) *progressMeter {
	if s.progress == nil && s.meter == nil {
		return nil
	}
	p := &progressMeter{f: s.progress, total: total}
	if s.meter != nil {
		p.meter = s.meter(total)
	}
	return p
}

// add tells that so many more are done. It panics if one of the functions does.
func (p *progressMeter) add(n int) {
	if p == nil || n == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	if p.f != nil {
		p.f(p.done, p.total)
	}
	if p.meter != nil {
		p.meter.Done(p.done)
	}
}

// end tells that nothing more will come.
func (p *progressMeter) end() {
	if p != nil && p.meter != nil {
		p.meter.End()
	}
}
