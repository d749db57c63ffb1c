package main

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bunsui/bunsui-go/generator"
	"github.com/bunsui/bunsui-go/generator/decorator"
)

// An aim is an objective of a function.
type aim struct {
	function string // as its metrics are labelled
	decorator.Objective
}

// objectiveRules prints the rules for Prometheus with those for the objectives of
// functions.
func (s *session) objectiveRules(ctx context.Context, tags string, patterns []string) error {
	result, problems, err := s.load(ctx, tags, patterns)
	if err == nil {
		err = s.reject(problems, "")
	}
	if err != nil {
		return err
	}
	aims := aimsOf(result.Wrappers)
	if len(aims) == 0 {
		s.complain("no function has an objective, such as p99= or max_errors= of //bunsui:profile\n")
	}
	return s.print(rulesWith(aims))
}

// aimsOf lists the objectives in the order of the functions' names, once each: functions
// may have one name. Those of tests are in no program that is watched.
func aimsOf(wrappers []generator.Wrapper) (aims []aim) {
	for _, w := range wrappers {
		if strings.HasSuffix(w.Pos.Filename, "_test.go") {
			continue
		}
		for _, o := range w.Objectives {
			if a := (aim{label(w.ID), o}); !slices.Contains(aims, a) {
				aims = append(aims, a)
			}
		}
	}
	slices.SortStableFunc(aims, func(a, b aim) int { return cmp.Compare(a.function, b.function) })
	return aims
}

const longestLabel = 200 // bytes

// label returns the name that metrics have for a function: package monitor, which this
// command cannot import, keeps it short and valid.
func label(name string) string {
	name = strings.ToValidUTF8(name, "?")
	if len(name) <= longestLabel {
		return name
	}
	end := longestLabel - len("…")
	for !utf8.RuneStart(name[end]) {
		end--
	}
	return name[:end] + "…"
}

// Where the rules for all functions look at them.
const (
	allFailures  = `bunsui_function_calls_total{outcome=~"error|panic"}`
	allDurations = `bunsui_function_duration_seconds_bucket[5m]`
)

// rulesWith returns the rules for Prometheus with one for each objective. The rules for
// all functions leave out the functions that have their own.
func rulesWith(aims []aim) string {
	if len(aims) == 0 {
		return prometheusRules
	}
	var failing, late []string
	var b strings.Builder
	b.WriteString("\n  # Objectives of functions, from their directives.\n  - name: bunsui-objectives\n    rules:\n")
	for i, a := range aims {
		if i > 0 {
			b.WriteString("\n")
		}
		if a.Quantile == 0 {
			failing = append(failing, a.function)
			b.WriteString(a.errorRule())
		} else {
			late = append(late, a.function)
			b.WriteString(a.latencyRule())
		}
	}
	return strings.NewReplacer(
		allFailures, fmt.Sprintf(`bunsui_function_calls_total{%soutcome=~"error|panic"}`, but(failing, ",")),
		allDurations, fmt.Sprintf(`bunsui_function_duration_seconds_bucket{%s}[5m]`, but(late, "")),
	).Replace(prometheusRules) + b.String()
}

// but selects functions that have none of the names.
func but(names []string, comma string) string {
	if len(names) == 0 {
		return ""
	}
	var quoted []string
	for _, name := range slices.Compact(names) {
		quoted = append(quoted, regexp.QuoteMeta(name))
	}
	return "function!~" + strconv.Quote(strings.Join(quoted, "|")) + comma
}

func (a aim) errorRule() string {
	limit := strconv.FormatFloat(a.MaxErrors*100, 'g', 6, 64)
	return fmt.Sprintf(`      - alert: BunsuiErrorObjective
        expr: |
          sum without (instance, outcome) (rate(bunsui_function_calls_total{function=%[1]q,outcome=~"error|panic"}[5m]))
            / sum without (instance, outcome) (rate(bunsui_function_calls_total{function=%[1]q}[5m])) > %[2]s
          and sum without (instance, outcome) (increase(bunsui_function_calls_total{function=%[1]q}[5m])) >= 50
        for: 5m
        labels: {severity: warning, objective: %[3]s}
        annotations:
          summary: "{{ $value | humanizePercentage }} of the calls of {{ $labels.function }} fail"
          description: "At most %[4]s %% of its calls should return an error or panic."
`, a.function, fraction(a.MaxErrors), a.Label, limit)
}

// latencyRule asks how many calls were late. A quantile of buckets would be a guess
// wherever no bound of a bucket is close to the objective.
func (a aim) latencyRule() string {
	return fmt.Sprintf(`      - alert: BunsuiLatencyObjective
        expr: |
          sum without (instance, objective) (rate(bunsui_function_late_calls_total{function=%[1]q,objective=%[2]q}[5m]))
            / sum without (instance) (rate(bunsui_function_duration_seconds_count{function=%[1]q}[5m])) > %[3]s
          and sum without (instance) (increase(bunsui_function_duration_seconds_count{function=%[1]q}[5m])) >= 50
        for: 5m
        labels: {severity: warning, objective: %[2]s}
        annotations:
          summary: "{{ $value | humanizePercentage }} of the calls of {{ $labels.function }} take longer than %[4]v"
          description: "%[2]s should be at most %[4]v."
`, a.function, a.Label, fraction(1-a.Quantile), a.Max)
}

// fraction spells a number without the noise of its last digits.
func fraction(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
