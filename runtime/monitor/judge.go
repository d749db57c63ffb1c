package monitor

import (
	"slices"
	"time"
)

// A judge follows one alert for all that it concerns.
type judge struct {
	Alert
	states map[Subject]*state
}

func newJudge(a Alert) *judge { return &judge{Alert: a, states: make(map[Subject]*state)} }

// A state is how one subject stands.
type state struct {
	wrong  bool // at the last look that had enough samples
	began  time.Time
	raised bool
	last   Finding
	seen   bool // at this look
}

// look judges a window, and returns what has begun or ended. exists tells whether there
// is still something that the window may have nothing of.
func (j *judge) look(w Window, exists func(Subject) bool) (events []Event) {
	findings := slices.Collect(j.When(w)) // all of them first, because it may panic
	for _, s := range j.states {
		s.seen = false
	}
	for _, f := range findings {
		if e, ok := j.find(f, w); ok {
			events = append(events, e)
		}
	}
	for on, s := range j.states {
		switch {
		case s.seen:
			continue
		case !s.raised:
			delete(j.states, on)
		case !exists(on):
			delete(j.states, on)
			events = append(events, Event{Alert: j.Name, Finding: s.last, Gone: true, Time: w.Time, Began: s.began})
		}
	}
	return events
}

// find takes a finding in.
func (j *judge) find(f Finding, w Window) (Event, bool) {
	s := j.states[f.Subject]
	if s == nil {
		s = &state{}
		j.states[f.Subject] = s
	}
	s.seen = true
	if f.Samples < j.MinSamples {
		// Nothing is known. What was raised stays; what is not yet must begin anew.
		s.wrong = false
		return Event{}, false
	}
	s.last = f
	switch {
	case f.Wrong && !s.wrong && !s.raised:
		s.began = w.Time
	case !f.Wrong && s.raised:
		s.wrong, s.raised = false, false
		return Event{Alert: j.Name, Finding: f, Time: w.Time, Began: s.began}, true
	}
	s.wrong = f.Wrong
	if s.wrong && !s.raised && w.Time.Sub(s.began) >= j.For {
		s.raised = true
		return Event{Alert: j.Name, Finding: f, Raised: true, Time: w.Time, Began: s.began}, true
	}
	return Event{}, false
}
