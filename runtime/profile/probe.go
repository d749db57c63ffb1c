package profile

import (
	"context"
	"math/bits"
	"runtime"
	"sync/atomic"
	"unsafe"
)

// A Probe measures one function. Make one with [New], once, and keep it. All
// methods are safe for concurrent use.
type Probe struct {
	name    string
	stripes []atomic.Pointer[stripe] // a power of two of them, made when first used
	shift   uint                     // leaves the bits of a 64-bit hash that choose a stripe
}

// New returns the probe called name, which [Snapshot] includes from now on, with
// no calls at first. Probes of one name are one probe: their calls are counted
// together. A generated probe has the import path and the name of its function,
// such as "example.com/store.getUser". New panics if name is empty.
func New(name string) *Probe {
	if name == "" {
		panic("profile: New needs the name of what is measured")
	}
	p, _ := probes.probe(name)
	return p
}

// Name returns the name that the probe was made with.
func (p *Probe) Name() string {
	return p.name
}

// Start begins a call of a function that has a context, which must not be nil.
// The caller defers [Call.End] and, before it returns, reports the outcome with
// [Call.Return]. While recording is disabled Start costs one atomic load, and
// the call is not recorded, not even if recording is enabled before it ends.
func (p *Probe) Start(ctx context.Context) Call {
	return p.Begin()
}

// Begin is [Probe.Start] for a function that has no context.
func (p *Probe) Begin() Call {
	if disabled.Load() {
		return Call{}
	}
	return p.begin()
}

func (p *Probe) begin() Call {
	s := p.stripe()
	s.begun.Add(1)
	return Call{stripe: s, start: nanos()}
}

// stripe returns the stripe that suits the running goroutine: the address of its
// stack stands for the goroutine, which costs much less to learn than the
// processor that runs it.
func (p *Probe) stripe() *stripe {
	var here byte
	const golden = 0x9E3779B97F4A7C15 // 2^64 divided by the golden ratio: spreads neighbours
	page := uint64(uintptr(unsafe.Pointer(&here))) >> 11
	slot := &p.stripes[page*golden>>p.shift]
	if s := slot.Load(); s != nil {
		return s
	}
	slot.CompareAndSwap(nil, newStripe())
	return slot.Load()
}

// newProbe returns a probe with many more stripes than processors, so that two
// goroutines that run at one time seldom share one.
func newProbe(name string) *Probe {
	n := bits.Len(uint(8*runtime.GOMAXPROCS(0) - 1))
	n = min(max(n, 4), 6) // 16 to 64 stripes
	return &Probe{name: name, stripes: make([]atomic.Pointer[stripe], 1<<n), shift: uint(64 - n)}
}

// A Call is one call of a measured function, from [Probe.Start] to [Call.End].
// It belongs to one goroutine and must not be copied. The zero Call records
// nothing.
type Call struct {
	stripe  *stripe // nil once ended, and in calls that are not recorded
	start   int64
	outcome outcome
}

// An outcome is how a call ended.
type outcome uint8

const (
	panicked outcome = iota // what End finds if Return was not reached
	succeeded
	failed
)

// Context returns the context for the body of the function, given the
// function's own. At present it is that context itself; it is where a call
// tells the calls within it whose children they are.
func (c *Call) Context(ctx context.Context) context.Context {
	return ctx
}

// Return reports that the function is about to return err, or nil if it has no
// error to return. If it is called again the last report counts.
func (c *Call) Return(err error) {
	c.outcome = succeeded
	if err != nil {
		c.outcome = failed
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
	elapsed := nanos() - c.start
	s := c.stripe
	c.stripe = nil
	s.record(elapsed)
	switch c.outcome {
	case panicked:
		s.panics.Add(1)
	case failed:
		s.errors.Add(1)
	}
}
