package profile

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bunsui/bunsui-go/internal/suggest"
)

// An Option says more about what [New] measures.
type Option func(*options)

type options struct {
	sample     float64
	slow       time.Duration
	objectives Objectives
}

// Sample makes a probe time only that fraction of its calls, chosen at random; the
// others cost no reading of the clock. Calls, errors, panics and calls in flight still
// count, all of them; durations, slow calls included, are those of the sample. Sample
// panics unless fraction is above 0 and at most 1.
func Sample(fraction float64) Option {
	if !(fraction > 0 && fraction <= 1) {
		panic(fmt.Sprintf("profile: Sample(%v): the fraction must be above 0 and at most 1", fraction))
	}
	return func(o *options) { o.sample = fraction }
}

// Slow makes a probe keep the last calls that took threshold or longer, at most
// [MaxSlow] of them: see [SlowCall]. It panics unless threshold is positive.
func Slow(threshold time.Duration) Option {
	if threshold <= 0 {
		panic(fmt.Sprintf("profile: Slow(%v): the threshold must be positive", threshold))
	}
	return func(o *options) { o.slow = threshold }
}

// declare takes the options of New.
func (p *Probe) declare(opts []Option) {
	var said options
	for _, o := range opts {
		o(&said)
	}
	switches.mu.Lock()
	defer switches.mu.Unlock()
	p.options = said
	p.applyLocked()
}

// Mode says whether a function is measured.
type Mode int

const (
	// Usual, for [Switch], takes the switch away, so that [Enable] and [Disable]
	// decide. In [Settings] it is the zero value, which leaves the mode unchanged.
	Usual Mode = iota
	// On measures the function, also while recording is disabled.
	On
	// Off does not measure it.
	Off
)

// String returns the mode's name.
func (m Mode) String() string {
	switch m {
	case Usual:
		return "Usual"
	case On:
		return "On"
	case Off:
		return "Off"
	}
	return "Mode(" + strconv.Itoa(int(m)) + ")"
}

// Settings are what can be changed of a function's measurement while the program
// runs. Fields that are zero change nothing.
type Settings struct {
	// Mode turns measurement on and off.
	Mode Mode
	// Sample is the fraction of calls that are timed, above 0 and at most 1.
	Sample float64
	// Slow is the duration from which on calls are kept as slow; if it is negative,
	// none are. What was kept stays.
	Slow time.Duration
}

func (s Settings) check() error {
	switch {
	case s.Mode < Usual || s.Mode > Off:
		return fmt.Errorf("Mode is %v: it must be On, Off, or 0 to leave it unchanged", s.Mode)
	case s.Sample != 0 && !(s.Sample > 0 && s.Sample <= 1):
		return fmt.Errorf("Sample is %v: it must be above 0 and at most 1, or 0 to leave it unchanged", s.Sample)
	}
	return nil
}

// ErrUnknownFunc is wrapped by errors about names that nothing measured has.
var ErrUnknownFunc = errors.New("no measured function or region")

// Switch sets the mode of the function or region called name, which goes before
// [Enable] and [Disable], for calls that begin from now on. [Usual] takes that away
// again. The name may begin at any part of a function's name, such as getUser,
// store.getUser or Users.GetUser, as long as it means one function. The error wraps
// [ErrUnknownFunc] if there is none, and nothing changes if there is an error.
func Switch(name string, mode Mode) error {
	err := (Settings{Mode: mode}).check()
	var p *Probe
	if err == nil {
		p, err = probes.named(name)
	}
	if err != nil {
		return fmt.Errorf("profile: switch %s: %w", name, err)
	}
	switches.mu.Lock()
	defer switches.mu.Unlock()
	p.configured.Mode = mode
	p.applyLocked()
	return nil
}

// Configure changes settings of the function or region called name, which is found as
// by [Switch], for calls that begin from now on. They go before those of its
// directive. Nothing changes if there is an error.
func Configure(name string, s Settings) error {
	err := s.check()
	var p *Probe
	if err == nil {
		p, err = probes.named(name)
	}
	if err != nil {
		return fmt.Errorf("profile: configure %s: %w", name, err)
	}
	switches.mu.Lock()
	defer switches.mu.Unlock()
	if s.Mode != Usual {
		p.configured.Mode = s.Mode
	}
	if s.Sample != 0 {
		p.configured.Sample = s.Sample
	}
	if s.Slow != 0 {
		p.configured.Slow = s.Slow
	}
	p.applyLocked()
	return nil
}

// fraction is that of the calls that are timed.
func (p *Probe) fraction() float64 {
	for _, f := range []float64{p.configured.Sample, p.options.sample} {
		if f != 0 {
			return f
		}
	}
	return 1
}

// threshold is the duration from which on calls are slow, 0 for none.
func (p *Probe) threshold() time.Duration {
	if p.configured.Slow != 0 {
		return max(p.configured.Slow, 0)
	}
	return p.options.slow
}

// named returns the only probe whose name is said, or ends with it.
func (r *registry) named(said string) (*Probe, error) {
	if p, ok := r.byName.Load(said); ok {
		return p.(*Probe), nil
	}
	var found, all []string
	for _, p := range r.all() {
		ends := endings(p.name)
		all = append(all, ends...)
		if slices.Contains(ends, said) {
			found = append(found, p.name)
		}
	}
	switch len(found) {
	case 0:
		const longest = 64 // bytes
		return nil, fmt.Errorf("%w %q%s", ErrUnknownFunc, said, suggest.DidYouMean(suggest.Nearest(said, all, longest)))
	case 1:
		p, _ := r.probe(found[0])
		return p, nil
	default:
		return nil, fmt.Errorf("%q may be any of %s: say more of its name", said, strings.Join(found, ", "))
	}
}

// endings returns what a name ends with from each of its parts on, the whole first.
func endings(name string) []string {
	all := []string{name}
	for i, c := range name {
		if c == '/' || c == '.' {
			all = append(all, name[i+1:])
		}
	}
	return all
}
