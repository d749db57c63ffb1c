package main

import (
	"context"
	_ "embed" // for the files that are printed
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
)

//go:embed rules/prometheus.yml
var prometheusRules string

//go:embed rules/grafana.json
var grafanaDashboard string

// rules are the files that the command prints, by what they are for.
func rules() map[string]string {
	return map[string]string{"prometheus": prometheusRules, "grafana": grafanaDashboard}
}

func rulesCommand() command {
	return command{
		name:     "rules",
		operands: "prometheus|grafana [packages]",
		summary:  "print alerting rules for Prometheus, or a dashboard for Grafana",
		details: `They are for programs that register prommonitor.New.

With packages, the rules for Prometheus have one more for each objective of a function
there, such as p99= and max_errors= of //bunsui:profile, and those for all functions
leave out the ones that have their own.

examples:
  bunsuigen rules prometheus ./... >bunsui.yml     for rule_files in prometheus.yml
  bunsuigen rules grafana >bunsui.json             to be imported as a dashboard
`,
		prepare: func(flags *flag.FlagSet) runner {
			var tags string
			declareTags(flags, &tags)
			return func(ctx context.Context, s *session, operands []string) error { return s.rules(ctx, tags, operands) }
		},
	}
}

func (s *session) rules(ctx context.Context, tags string, operands []string) error {
	known := slices.Sorted(maps.Keys(rules()))
	if len(operands) == 0 {
		return &usageError{command: "rules", message: "rules takes one of " + strings.Join(known, ", ")}
	}
	text, ok := rules()[operands[0]]
	if !ok {
		return &usageError{command: "rules", message: fmt.Sprintf("there are no rules for %q%s; there are for %s",
			operands[0], didYouMean(operands[0], known), strings.Join(known, ", "))}
	}
	switch patterns := operands[1:]; {
	case len(patterns) == 0:
		return s.print(text)
	case operands[0] != "prometheus":
		return &usageError{command: "rules", message: fmt.Sprintf("packages make rules for prometheus, not for %s", operands[0])}
	default:
		return s.objectiveRules(ctx, tags, patterns)
	}
}
