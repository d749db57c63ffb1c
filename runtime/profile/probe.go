package profile

import (
	"context"
	"math/bits"
	"runtime"
	"runtime/trace"
	"sync/atomic"
	"unsafe"
)

// A Probe measures one function. Make one with [New], once, and keep it. All
// methods are safe for concurrent use.
type Probe struct {
	name    string
	stripes []atomic.Pointer[stripe] // a power of two of them, made when first used
	shift   uint                     // leaves the bits of a 64-bit hash that choose a stripe

	state  atomic.Uint32 // what a call has to do; 0 while the probe is off
	sample atomic.Uint64 // calls with a hash above it are not timed, if state says that some are not
	slow   atomic.Int64  // nanoseconds from which on a call is kept as slow

	root atomic.Pointer[place] // in the call tree, of calls that have no measured caller
	ring atomic.Pointer[ring]  // the last slow calls

	spans spans

	options    options  // of New; guarded by switches.mu, as is what follows
	configured Settings // at run time
}

// New returns the probe called name, which [Snapshot] includes from now on, with
// no calls at first. Probes of one name are one probe: their calls are counted
// together, and the options of the last New that had some hold. A generated probe
// has the import path and the name of its function, such as
// "example.com/store.getUser". New panics if name is empty.
func New(name string, opts ...Option) *Probe {
	if name == "" {
		panic("profile: New needs the name of what is measured")
	}
	p, _ := probes.probe(name)
	if len(opts) > 0 {
		p.declare(opts)
	}
	return p
}

// Name returns the name that the probe was made with.
func (p *Probe) Name() string {
	return p.name
}

// Start begins a call of a function that has a context, which must not be nil.
// The caller defers [Call.End] and, before it returns, reports the outcome with
// [Call.Return]. While the probe is switched off Start costs one atomic load, and
// the call is not recorded, not even if the probe is switched on before it ends.
func (p *Probe) Start(ctx context.Context) Call {
	state := p.state.Load()
	if state == 0 {
		return Call{}
	}
	return p.start(ctx, state)
}

// Begin is [Probe.Start] for a function that has no context. Nothing tells who has
// called it, so it stands at the top of the call tree, and below it is nobody.
func (p *Probe) Begin() Call {
	state := p.state.Load()
	if state == 0 {
		return Call{}
	}
	return p.begin(state)
}

func (p *Probe) begin(state uint32) Call {
	s := p.stripes[here()>>p.shift].Load()
	if s == nil {
		s = p.stripe()
	}
	n := s.begun.Add(1)
	var at *place
	if trace.IsEnabled() {
		at = at.with(begin(context.Background(), p.name, 0))
	}
	if state&sampling != 0 && p.passesOver(s, n) {
		return Call{stripe: s, place: at, flags: untimed}
	}
	return Call{stripe: s, place: at, start: nanos()}
}

func (p *Probe) start(ctx context.Context, state uint32) Call {
	s := p.stripes[here()>>p.shift].Load()
	if s == nil {
		s = p.stripe()
	}
	n := s.begun.Add(1)
	var at *place
	if state&treeing != 0 {
		if at = p.first(ctx); at == nil {
			at = p.place(ctx)
		}
	}
	if state&labelling != 0 || trace.IsEnabled() {
		at = at.with(begin(ctx, p.name, state))
	}
	if state&(sampling|spanning) != 0 { // one test for both, since most calls have neither
		if state&sampling != 0 && p.passesOver(s, n) {
			return Call{stripe: s, place: at, flags: untimed}
		}
		if state&spanning != 0 {
			at = p.spans.of(ctx, at)
		}
	}
	return Call{stripe: s, place: at, start: nanos()}
}

// passesOver reports whether the n-th call of a stripe is not in the sample.
func (p *Probe) passesOver(s *stripe, n uint64) bool {
	return scatter(s.seed+n) > p.sample.Load()
}

const golden = 0x9E3779B97F4A7C15 // 2^64 divided by the golden ratio: spreads neighbours

// here returns a hash of the running goroutine: the address of its stack stands
// for it, which costs much less to learn than the processor that runs it.
func here() uint64 {
	var local byte
	page := uint64(uintptr(unsafe.Pointer(&local))) >> 11
	return page * golden
}

// scatter returns a number that looks random for each n, so that neither a
// program's rhythm nor a second goroutine's leads to the same choice again.
func scatter(n uint64) uint64 {
	n *= golden
	n ^= n >> 32
	n *= golden
	return n ^ n>>29
}

// stripe returns the stripe that suits the running goroutine, and makes it if there is
// none.
func (p *Probe) stripe() *stripe {
	slot := &p.stripes[here()>>p.shift]
	for {
		if s := slot.Load(); s != nil {
			return s
		}
		made := newStripe()
		made.probe = p
		slot.CompareAndSwap(nil, made) // Reset may take it away again
	}
}

// newProbe returns a probe with many more stripes than processors, so that two
// goroutines that run at one time seldom share one.
func newProbe(name string) *Probe {
	n := bits.Len(uint(8*runtime.GOMAXPROCS(0) - 1))
	n = min(max(n, 4), 6) // 16 to 64 stripes
	p := &Probe{name: name, stripes: make([]atomic.Pointer[stripe], 1<<n), shift: uint(64 - n)}
	p.apply()
	return p
}
