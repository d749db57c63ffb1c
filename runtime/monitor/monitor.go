package monitor

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// A Monitor looks at the process again and again. Make one with Start. It is safe for
// concurrent use.
type Monitor struct {
	settings
	limiter *Limiter
	done    chan struct{}

	mu      sync.Mutex
	recent  []Report // what windows begin with, the oldest first
	history history
	raised  []Event
	events  []Event  // the last ones, the oldest first
	watched []*judge // those of the last look, for others to read their Alert

	judges []*judge // of the goroutine alone
}

// Start looks at the process now, and then each time that [Every] says until ctx ends,
// in one goroutine. It judges the alerts of [Watch], and what functions say of themselves,
// unless [WithoutObjectives] is given. What it keeps is bounded by [Keep], [MaxNames] and the windows of the
// alerts, whatever the number of calls. A program has one monitor, usually, which lives
// as long.
func Start(ctx context.Context, opts ...Option) *Monitor {
	m := &Monitor{
		settings: settings{every: DefaultEvery, keep: DefaultKeep, names: DefaultMaxNames, objectives: make(map[string]bool)},
		done:     make(chan struct{}),
	}
	for _, o := range opts {
		o(&m.settings)
	}
	m.limiter = NewLimiter(m.names)
	m.history.keep = m.keep
	for _, a := range m.alerts {
		m.judges = append(m.judges, newJudge(a))
	}
	begin := m.limiter.Limit(Snapshot())
	m.recent = []Report{begin}
	m.addObjectives(begin.Functions)
	m.watched = m.judges
	running.add(m)
	go m.run(ctx)
	return m
}

// Done is closed when the monitor has ended, after its context.
func (m *Monitor) Done() <-chan struct{} { return m.done }

// Interval returns the time between two looks.
func (m *Monitor) Interval() time.Duration { return m.every }

// History returns what the monitor has kept.
func (m *Monitor) History() History {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.history.export()
}

// Raised returns the events of the alerts that are raised and not over, in the order in
// which they were raised.
func (m *Monitor) Raised() []Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.raised)
}

// keptEvents is how many events a monitor keeps for the live page.
const keptEvents = 100

// lastEvents returns the last events, the latest first.
func (m *Monitor) lastEvents() []Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := slices.Clone(m.events)
	slices.Reverse(list)
	return list
}

// watchedAlerts returns the alerts that are judged.
func (m *Monitor) watchedAlerts() []Alert {
	m.mu.Lock()
	defer m.mu.Unlock()
	return each(m.watched, func(j *judge) Alert { return j.Alert })
}

// running are the monitors of the process whose context has not ended.
var running monitorList

type monitorList struct {
	mu   sync.Mutex
	list []*Monitor
}

func (l *monitorList) add(m *Monitor) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, m)
}

func (l *monitorList) remove(m *Monitor) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = slices.DeleteFunc(l.list, func(other *Monitor) bool { return other == m })
}

// latest returns the one that was started last, or nil if none runs.
func (l *monitorList) latest() *Monitor {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.list) == 0 {
		return nil
	}
	return l.list[len(l.list)-1]
}

func (m *Monitor) run(ctx context.Context) {
	defer close(m.done)
	defer running.remove(m)
	ticker := time.NewTicker(m.every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			m.look()
		}
	}
}

// look takes a report, and tells of what has begun or ended since the last one.
func (m *Monitor) look() {
	now := m.limiter.Limit(Snapshot())
	m.addObjectives(now.Functions)
	m.mu.Lock()
	m.watched = m.judges
	last := m.recent[len(m.recent)-1]
	m.history.add(now.Since(last))
	m.recent = append(m.recent, now)
	if over := len(m.recent) - m.looks(); over > 0 {
		m.recent = slices.Delete(m.recent, 0, over)
	}
	m.mu.Unlock()
	windows := make(map[time.Duration]Window)
	for _, j := range m.judges {
		w, ok := windows[j.Window]
		if !ok {
			w = now.Since(m.before(j.Window))
			windows[j.Window] = w
		}
		for _, e := range m.judge(j, w, now) {
			m.tell(e)
		}
	}
}

// judge is judge.look for a condition that may panic.
func (m *Monitor) judge(j *judge, w Window, now Report) (events []Event) {
	defer m.caught("the condition of the alert " + j.Name)
	return j.look(w, now.has)
}

// looks returns how many reports are kept: as many as the longest window begins before.
func (m *Monitor) looks() int {
	longest := time.Duration(0)
	for _, j := range m.judges {
		longest = max(longest, j.Window)
	}
	return m.steps(longest) + 1
}

// steps returns how many times between two looks a window is long.
func (m *Monitor) steps(window time.Duration) int {
	return int(max((window+m.every-1)/m.every, 1))
}

// before returns the report that a window begins with, which is that of Start if it did
// not look for so long.
func (m *Monitor) before(window time.Duration) Report {
	return m.recent[max(len(m.recent)-1-m.steps(window), 0)]
}

// tell delivers an event.
func (m *Monitor) tell(e Event) {
	m.mu.Lock()
	m.events = append(m.events, e)
	m.events = m.events[max(len(m.events)-keptEvents, 0):]
	if e.Raised {
		m.raised = append(m.raised, e)
	} else {
		m.raised = slices.DeleteFunc(m.raised, func(r Event) bool { return r.Alert == e.Alert && r.Subject == e.Subject })
	}
	m.mu.Unlock()
	level := slog.LevelInfo
	if e.Raised {
		level = slog.LevelWarn
	}
	m.log().LogAttrs(context.Background(), level, e.String(), slog.Any("event", e))
	for _, f := range m.onAlert {
		m.call(f, e)
	}
}

func (m *Monitor) call(f func(Event), e Event) {
	defer m.caught("OnAlert")
	f(e)
}

// caught, deferred, logs a panic of code that is not ours: the monitor must not end the
// process that it looks after.
func (m *Monitor) caught(where string) {
	if p := recover(); p != nil {
		m.log().Error("monitor: "+where+" panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	}
}

func (m *Monitor) log() *slog.Logger {
	if m.logger != nil {
		return m.logger
	}
	return slog.Default()
}
