package profile

import "context"

// A Call is one call of a measured function, from [Probe.Start] to [Call.End].
// It belongs to one goroutine and must not be copied. The zero Call records
// nothing.
//
// It has four words: the compiler keeps in registers what has no more.
type Call struct {
	stripe *stripe // nil once ended, and in calls that are not recorded
	place  *place  // in the call tree; nil without one, and without an extra
	start  int64   // a reading of nanos, or what the call took if it has stopped
	flags  flags
}

type flags uint8

const (
	succeeded flags = 1 << iota // without it and failed, End was reached by a panic
	failed
	untimed // not in the sample
	stopped // Slow has read the clock already

	panicked flags = 0
	outcomes       = succeeded | failed
)

// Recording reports whether the call is recorded, so that End has anything to do.
// Generated code asks it to save a deferred call while the function is switched off.
func (c *Call) Recording() bool { return c.stripe != nil }

// Context returns the context for the body of the function, given the function's
// own: it tells the calls within that they are this call's children. It is that
// context itself where there is nothing to tell: in a call that is not recorded,
// and in one without a [Span], without a call tree or in recursion. Otherwise it is
// one small allocation, and what the span needs.
func (c *Call) Context(ctx context.Context) context.Context {
	if c.place == nil {
		return ctx
	}
	return c.context(ctx)
}

// Return reports that the function is about to return err, or nil if it has no
// error to return. If it is called again the last report counts.
func (c *Call) Return(err error) {
	if err != nil {
		c.fail(err)
		return
	}
	c.flags = c.flags&^outcomes | succeeded
}

func (c *Call) fail(err error) {
	c.flags = c.flags&^outcomes | failed
	if c.stripe == nil || c.flags&untimed != 0 {
		return
	}
	if c.place != nil && c.place.extra != nil && c.place.extra.span != nil {
		c.place.extra.err = err
		return
	}
	// The error of a fast call is not held: most are.
	if slow := c.stripe.probe.slow.Load(); slow != never && c.elapsed() >= slow {
		c.more().err = err
	}
}

// End records the call; it is meant to be deferred right after [Probe.Start]. If
// [Call.Return] was not called, the function has panicked or called
// runtime.Goexit: End counts a panic and lets it go on. Calls that began before
// [Disable] are recorded. A second End does nothing.
func (c *Call) End() {
	if c.stripe != nil {
		c.end()
	}
}

func (c *Call) end() {
	s := c.stripe
	c.stripe = nil
	var elapsed int64
	if c.flags&untimed != 0 {
		s.untimed.Add(1)
	} else {
		elapsed = c.elapsed()
		s.record(elapsed)
	}
	switch c.flags & outcomes {
	case panicked:
		s.panics.Add(1)
	case failed:
		s.errors.Add(1)
	}
	if elapsed >= s.probe.slow.Load() {
		c.keep(s.probe, elapsed)
	}
	if c.place != nil {
		c.leave(s, elapsed)
	}
}

// leave counts the call in its place, and ends what it has had beside that.
func (c *Call) leave(s *stripe, elapsed int64) {
	at := c.place
	if at.plain && c.flags&untimed == 0 && uint64(elapsed) < longCall {
		// What most calls do stands here, and not behind three calls.
		if own := at.cells[here()>>61].Load(); own != nil {
			if own.live.Add(liveCall|uint64(elapsed)) >= liveFull {
				own.settleLive()
			}
			return
		}
	}
	if at.cells != nil {
		at.add(s, elapsed, c.flags&untimed != 0)
	}
	if at.extra != nil {
		at.extra.end(c.flags & outcomes)
	}
}

func (c *Call) elapsed() int64 {
	if c.flags&stopped != 0 {
		return c.start
	}
	return nanos() - c.start
}
