package pool

import (
	"fmt"
	"math"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
)

// endless is a time that is never over, in nanoseconds.
const endless = math.MaxInt64

// settings are options with the defaults filled in. Durations that are none are endless.
type settings struct {
	name     string
	min, max int

	maxAge, maxIdle, pingAfter time.Duration
	ageJitter                  float64

	acquireTimeout, createTimeout, checkTimeout, closeTimeout, drainTimeout time.Duration

	backoff, maxBackoff time.Duration
	leak                time.Duration
	failFast            bool

	// timed says that it matters how old a resource is, or how long it was idle, and
	// exact that this must be known better than to 10 ms.
	timed, exact bool
	// rest is how long a resource may be idle before there is anything to look at.
	rest time.Duration
	// hooked says that something is to be done at each acquire or release.
	hooked bool
}

// settingsOf panics if an option is wrong.
func settingsOf[T any](o Options[T]) settings {
	m := mistakes{titleOf(o.Name)}
	if o.New == nil {
		m.say("New is required: it creates a resource")
	}
	s := settings{
		name: o.Name, min: o.Min, max: o.Max, ageJitter: o.AgeJitter, failFast: o.FailFast,
		maxAge:         m.duration("MaxAge", o.MaxAge, endless),
		maxIdle:        m.duration("MaxIdle", o.MaxIdle, endless),
		pingAfter:      m.duration("PingAfter", o.PingAfter, DefaultPingAfter),
		acquireTimeout: m.duration("AcquireTimeout", o.AcquireTimeout, DefaultAcquireTimeout),
		createTimeout:  m.duration("CreateTimeout", o.CreateTimeout, DefaultCreateTimeout),
		checkTimeout:   m.duration("CheckTimeout", o.CheckTimeout, DefaultCheckTimeout),
		closeTimeout:   m.duration("CloseTimeout", o.CloseTimeout, DefaultCloseTimeout),
		drainTimeout:   m.duration("DrainTimeout", o.DrainTimeout, DefaultDrainTimeout),
		backoff:        m.duration("Backoff", o.Backoff, DefaultBackoff),
		maxBackoff:     m.duration("MaxBackoff", o.MaxBackoff, DefaultMaxBackoff),
		leak:           m.duration("Leak", o.Leak, endless),
	}
	s.bound(m)
	s.ages(m)
	s.backingOff(m, o.MaxBackoff)
	h := o.Hooks
	s.hooked = o.Reset != nil || h.OnAcquire != nil || h.OnRelease != nil || s.leak != endless
	s.judge(o.PingAfter == None, o.Ping != nil)
	return s
}

// bound fills in how many resources there may be.
func (s *settings) bound(m mistakes) {
	if s.min < 0 {
		m.say("Min is %d: it must not be negative", s.min)
	}
	if s.max == 0 {
		s.max = max(DefaultMax, s.min)
	}
	if s.max < 0 || s.max < s.min {
		m.say("Max is %d: it must be positive, not below Min, which is %d, or 0 for the default", s.max, s.min)
	}
}

func (s *settings) ages(m mistakes) {
	switch {
	case s.ageJitter == 0:
		s.ageJitter = DefaultAgeJitter
	case s.ageJitter == NoJitter:
		s.ageJitter = 0
	case !(s.ageJitter > 0 && s.ageJitter <= 1):
		m.say("AgeJitter is %v: it must be positive and at most 1, 0 for the default, or pool.NoJitter", s.ageJitter)
	}
}

func (s *settings) backingOff(m mistakes, given time.Duration) {
	if max(s.backoff, s.maxBackoff) == endless {
		m.say("Backoff and MaxBackoff must not be pool.None: a pool would try without a pause, or never again")
	}
	if given == 0 {
		s.maxBackoff = max(s.maxBackoff, s.backoff)
	}
	s.backoff = min(s.backoff, s.maxBackoff)
}

// judge finds out what the hot path must look at.
func (s *settings) judge(always, pings bool) {
	switch {
	case !pings:
		s.pingAfter = endless
	case always:
		s.pingAfter = 0
	}
	s.rest = min(s.maxIdle, s.pingAfter)
	s.timed = s.maxAge != endless || s.rest != endless
	s.exact = min(s.maxAge, s.rest) < time.Second
}

// now is the time that ages are judged by.
func (s *settings) now() int64 {
	if s.exact {
		return clock.Exact()
	}
	return clock.Now()
}

// mistakes panics about wrong options of a pool.
type mistakes struct{ title string }

func (m mistakes) say(format string, args ...any) {
	panic(m.title + ": " + fmt.Sprintf(format, args...))
}

func (m mistakes) duration(option string, d, byDefault time.Duration) time.Duration {
	switch {
	case d == None:
		return endless
	case d < 0:
		m.say("%s is %v: it must be positive, 0 for the default, or pool.None", option, d)
	case d == 0:
		return byDefault
	}
	return d
}
