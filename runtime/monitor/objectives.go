package monitor

import (
	"fmt"
	"iter"
	"slices"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

// WithoutObjectives makes Start leave alone what functions say of themselves. Otherwise
// it judges the objectives of all profiled functions ([profile.Objectives], in directives
// p99= and max_errors=) as if there were alerts for them: "p99 objective" and so on, with
// [LatencyObjective], and "error objective", with [ErrorObjective], with the defaults of
// [Alert]. Who wants another Window, For or MinSamples turns them off and gives those
// alerts to [Watch].
func WithoutObjectives() Option {
	return func(s *settings) { s.objectives = nil }
}

// LatencyObjective finds profiled functions that miss their objective for the quantile q,
// such as 0.99, as exactly as [LatencyAbove]. Samples are the calls that were timed. What
// has no such objective misses none.
func LatencyObjective(q float64) Condition {
	return objective(func(f profile.FuncStats) (Finding, bool) {
		i := slices.IndexFunc(f.Objectives.Latency, func(o profile.LatencyObjective) bool { return o.Quantile == q })
		if i < 0 {
			return Finding{}, false
		}
		return latency(f, q, f.Objectives.Latency[i].Max), true
	})
}

// ErrorObjective finds profiled functions more of whose calls return an error or panic
// than their objective allows. Samples are calls. What has no such objective misses none.
func ErrorObjective() Condition {
	return objective(func(f profile.FuncStats) (Finding, bool) {
		return failures(f, f.Objectives.MaxErrors), f.Objectives.MaxErrors > 0
	})
}

// objective judges the functions that have an objective. Of the others it says that all is
// well, so that an alert is over when its objective is gone.
func objective(judged func(profile.FuncStats) (Finding, bool)) Condition {
	return func(w Window) iter.Seq[Finding] {
		return func(yield func(Finding) bool) {
			for _, f := range w.Functions {
				finding, ok := judged(f)
				if !ok {
					finding = Finding{Subject: Subject{Kind: "function", Name: f.Name}, Samples: f.Calls, Value: "no objective", Limit: "none"}
				}
				if !yield(finding) {
					return
				}
			}
		}
	}
}

// addObjectives begins to judge objectives of a kind that no function had before.
func (m *Monitor) addObjectives(functions []profile.FuncStats) {
	if m.objectives == nil {
		return
	}
	for _, f := range functions {
		for _, o := range f.Objectives.Latency {
			m.judgeOnce(o.Name(), func() Condition { return LatencyObjective(o.Quantile) })
		}
		if f.Objectives.MaxErrors > 0 {
			m.judgeOnce("error", ErrorObjective)
		}
	}
}

func (m *Monitor) judgeOnce(what string, condition func() Condition) {
	if !m.objectives[what] {
		m.objectives[what] = true
		m.judges = append(m.judges, newJudge(Alert{Name: fmt.Sprint(what, " objective"), When: condition()}.withDefaults()))
	}
}
