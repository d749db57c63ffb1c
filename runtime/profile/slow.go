package profile

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	// MaxSlow is how many slow calls are kept of each function.
	MaxSlow = 32

	maxArgs      = 32
	maxErrorText = 500 // bytes
	maxArgText   = 200
)

// A SlowCall is a call that took as long as [Slow] or [Settings] say, or longer.
type SlowCall struct {
	// Start is when the call began, by the wall clock.
	Start time.Time
	// Duration is how long it took.
	Duration time.Duration
	// Error is the text of the error that it returned, cut after 500 bytes; empty if
	// there was none.
	Error string
	// Panicked tells that it panicked or called runtime.Goexit.
	Panicked bool
	// Args are its arguments, as [Call.Arg] was told.
	Args []Arg
}

// An Arg is an argument of a slow call.
type Arg struct {
	Name string
	// Value is its text, cut after 200 bytes; empty if it is Redacted.
	Value string
	// Redacted tells that the argument is there but is not shown.
	Redacted bool
}

// A ring holds the last slow calls.
type ring struct {
	mu    sync.Mutex
	calls [MaxSlow]SlowCall
	count uint64
}

// Slow reports whether the call is to be kept as slow if it ends now. If so the caller
// may tell the arguments by [Call.Arg] and [Call.Redact], between Slow and
// [Call.End]: what happens after Slow is not measured any more.
func (c *Call) Slow() bool {
	if c.stripe == nil || c.flags&untimed != 0 {
		return false
	}
	return c.stop()
}

// stop reads the clock once for all, and reports whether the call is slow.
func (c *Call) stop() bool {
	slow := c.stripe.probe.slow.Load()
	if slow == never {
		return false
	}
	c.start = c.elapsed()
	c.flags |= stopped
	if c.start < slow {
		return false
	}
	c.more().began = began(c.start)
	return true
}

// began returns when a call began that has ended just now.
func began(elapsed int64) time.Time {
	return time.Now().Add(-time.Duration(elapsed)).Round(0)
}

// Arg tells an argument of a slow call. What is kept is text: of numbers, texts,
// bools, times, and of structs and arrays of them. Of anything else it is the type,
// the length of a slice, and whether it is nil, since what a pointer leads to may be
// changing. Methods of the value are not called. See [Call.Slow].
func (c *Call) Arg(name string, value any) {
	c.tell(Arg{Name: name, Value: argText(value)})
}

// Redact tells that a slow call has an argument whose value is not shown.
func (c *Call) Redact(name string) {
	c.tell(Arg{Name: name, Redacted: true})
}

func (c *Call) tell(a Arg) {
	if x := c.more(); len(x.args) < maxArgs {
		x.args = append(x.args, a)
	}
}

// keep puts the call among the slow ones.
func (c *Call) keep(p *Probe, elapsed int64) {
	x := new(extra)
	if c.place != nil && c.place.extra != nil {
		x = c.place.extra
	}
	kept := SlowCall{Start: x.began, Duration: time.Duration(elapsed), Panicked: c.flags&outcomes == panicked, Args: x.args}
	if kept.Start.IsZero() {
		kept.Start = began(elapsed)
	}
	switch {
	case c.flags&failed == 0:
	case x.err != nil:
		kept.Error = cut(fmt.Sprint(x.err), maxErrorText) // which survives an Error that panics
	default:
		kept.Error = "(the call was not slow yet when it returned its error)"
	}
	r := p.ring.Load()
	for r == nil { // Reset may take it away again
		p.ring.CompareAndSwap(nil, new(ring))
		r = p.ring.Load()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls[r.count%MaxSlow] = kept
	r.count++
}

// describe adds what p has besides figures of its stripes.
func (p *Probe) describe(f *FuncStats) {
	switches.mu.Lock()
	f.Sample, f.SlowThreshold, f.Objectives = p.fraction(), p.threshold(), p.options.objectives.clone()
	f.Mode = p.configured.Mode
	switches.mu.Unlock()
	r := p.ring.Load()
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	f.SlowCalls = r.count
	for i := range min(r.count, MaxSlow) {
		kept := r.calls[(r.count-1-i)%MaxSlow]
		kept.Args = slices.Clone(kept.Args)
		f.Slow = append(f.Slow, kept)
	}
}
