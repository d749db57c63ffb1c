package pool

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// A LeaseInfo tells about a lease that has not ended.
type LeaseInfo struct {
	// Since is when it began.
	Since time.Time
	// Stack tells who acquired it: a function and a place in each line, the innermost
	// first.
	Stack string
	// Leaked says that it was held for Options.Leak.
	Leaked bool
}

// A track tells about the lease of an entry. It is kept if Options.Leak is set.
type track struct {
	mu    sync.Mutex
	lent  bool
	told  bool
	since time.Time
	timer *time.Timer
	pcs   [32]uintptr
	depth int
}

// begin notes the lease that begins, and who called Acquire.
func (e *entry) begin() {
	t := e.track
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lent, t.told, t.since = true, false, time.Now()
	t.depth = runtime.Callers(5, t.pcs[:]) // Callers, begin, lent, lend, Acquire
	if t.timer == nil {
		t.timer = time.AfterFunc(e.core.leak, e.leaked)
	} else {
		t.timer.Reset(e.core.leak)
	}
}

func (t *track) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lent = false
	t.timer.Stop()
}

// leaked is called when a lease has lasted too long. The timer may be that of an earlier
// one.
func (e *entry) leaked() {
	info, ok := e.track.accuse(e.core.leak)
	if !ok {
		return
	}
	e.core.leaks.Add(1)
	e.core.log().Warn("a resource was not given back: is Release missing?",
		"pool", e.core.name, "held", e.core.leak, "acquired", info.Stack)
}

// accuse returns a lease that has lasted too long, once.
func (t *track) accuse(limit time.Duration) (LeaseInfo, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.lent || t.told || time.Since(t.since) < limit {
		return LeaseInfo{}, false
	}
	t.told = true
	return t.info(), true
}

func (t *track) info() LeaseInfo {
	var text strings.Builder
	frames := runtime.CallersFrames(t.pcs[:t.depth])
	for more := t.depth > 0; more; {
		var f runtime.Frame
		f, more = frames.Next()
		fmt.Fprintf(&text, "%s %s:%d\n", f.Function, f.File, f.Line)
	}
	return LeaseInfo{Since: t.since, Stack: text.String(), Leaked: t.told}
}

// Leases is Pool.Leases.
func (c *core) Leases() []LeaseInfo {
	var all []LeaseInfo
	for _, t := range c.tracks() {
		t.mu.Lock()
		if t.lent {
			all = append(all, t.info())
		}
		t.mu.Unlock()
	}
	slices.SortFunc(all, func(a, b LeaseInfo) int { return cmp.Compare(a.Since.UnixNano(), b.Since.UnixNano()) })
	return all
}

func (c *core) tracks() []*track {
	c.mu.Lock()
	defer c.unlock()
	var all []*track
	for e := range c.all {
		if e.track != nil {
			all = append(all, e.track)
		}
	}
	return all
}
