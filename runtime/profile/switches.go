package profile

import (
	"math"
	"sync"
)

// What a call has to do, as bits of a probe's state.
const (
	recording uint32 = 1 << iota
	sampling         // not all calls are timed
	treeing          // calls know their callers
	labelling        // goroutines have labels
	spanning         // calls have spans
)

// never is the threshold of probes that keep no slow calls.
const never = math.MaxInt64

// switches are those of the whole process. The zero value is how a program starts.
var switches struct {
	mu       sync.Mutex
	off      bool
	treeless bool
	labelled bool
	tracing  *tracing // nil while there is none
}

// Enable makes calls that begin from now on count again, in the whole process, but
// for functions that [Switch] has turned off. Recording is enabled when a program
// starts.
func Enable() { change(&switches.off, false) }

// Disable stops the recording of calls that begin from now on, in the whole
// process, but for functions that [Switch] has turned on. Calls under way are
// recorded when they end. What was recorded stays.
func Disable() { change(&switches.off, true) }

// Enabled reports whether calls that begin now are recorded, where [Switch] says
// nothing else.
func Enabled() bool {
	switches.mu.Lock()
	defer switches.mu.Unlock()
	return !switches.off
}

// EnableTree makes calls that begin from now on known to the calls within them, so
// that there is a [Tree]. It is on when a program starts. It costs an allocation of
// 24 bytes for each call of a function that has a context.
func EnableTree() { change(&switches.treeless, false) }

// DisableTree makes calls that begin from now on stand at the top of the [Tree],
// whoever called them.
func DisableTree() { change(&switches.treeless, true) }

// EnableLabels gives the goroutine of a call that begins from now on, and those that
// it starts, the label [FuncLabel] with the function's name, until the call ends, so
// that a CPU profile can be cut by measured function:
//
//	go tool pprof -tagfocus=bunsui_func=getUser cpu.pb.gz
//
// Functions without a context get none: a goroutine's labels cannot be read, so they
// could not be put back. Where the context has labels that the goroutine has not, or
// the other way round, the goroutine has those of the context when the call has ended.
// Labels are off when a program starts, since they cost some allocations for each call.
func EnableLabels() { change(&switches.labelled, true) }

// DisableLabels is the opposite of [EnableLabels].
func DisableLabels() { change(&switches.labelled, false) }

// change sets one switch for all probes.
func change(which *bool, to bool) {
	switches.mu.Lock()
	defer switches.mu.Unlock()
	*which = to
	applyAllLocked()
}

func applyAllLocked() {
	for _, p := range probes.all() {
		p.applyLocked()
	}
}

// apply makes calls follow what the switches and the probe's settings say now.
func (p *Probe) apply() {
	switches.mu.Lock()
	defer switches.mu.Unlock()
	p.applyLocked()
}

func (p *Probe) applyLocked() {
	fraction, slow := p.fraction(), p.threshold()
	var state uint32
	if p.configured.Mode == On || p.configured.Mode == Usual && !switches.off {
		state |= recording
	}
	if state != 0 && fraction < 1 {
		state |= sampling
	}
	if state != 0 && !switches.treeless {
		state |= treeing
	}
	if state != 0 && switches.labelled {
		state |= labelling
	}
	if p.spans.applyLocked(p.name, state != 0) {
		state |= spanning
	}
	if slow == 0 {
		slow = never
	}
	p.sample.Store(hashes(fraction))
	p.slow.Store(int64(slow))
	p.state.Store(state)
}

// hashes returns the number below which the given fraction of all hashes lies.
func hashes(fraction float64) uint64 {
	if fraction >= 1 {
		return math.MaxUint64
	}
	return uint64(math.Ldexp(fraction, 64))
}
