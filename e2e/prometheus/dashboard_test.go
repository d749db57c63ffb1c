package prometheus

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
)

// A panel is what the test needs of one on the dashboard.
type panel struct {
	Title   string
	Targets []struct{ Expr string }
	Panels  []panel
}

type dashboard struct {
	Panels     []panel
	Templating struct {
		List []struct{ Name, Type, Definition string }
	}
}

func readDashboard(t *testing.T) (d dashboard) {
	t.Helper()
	text, err := os.ReadFile("../../cmd/bunsuigen/rules/grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// substituted puts in place of the variables what Grafana would.
func substituted(expr string) string {
	return strings.NewReplacer("$job", "bunsui", "$instance", ".+", "$__rate_interval", "10s").Replace(expr)
}

// checkDashboard runs each expression. Where there is traffic there are results, and
// numbers among them.
func (s *server) checkDashboard(t *testing.T) {
	t.Helper()
	d := readDashboard(t)
	expressions := 0
	var check func(panels []panel)
	check = func(panels []panel) {
		for _, p := range panels {
			for _, target := range p.Targets {
				expressions++
				s.checkPanel(t, p.Title, substituted(target.Expr))
			}
			check(p.Panels)
		}
	}
	check(d.Panels)
	if expressions < 20 {
		t.Errorf("the dashboard has %d expressions", expressions)
	}
	for _, v := range d.Templating.List {
		if v.Type == "query" {
			// label_values(SERIES, LABEL) is Grafana's, and asks for these series.
			series, label, ok := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(v.Definition, "label_values("), ")"), "}, ")
			if !ok {
				t.Fatalf("the variable %s is %s", v.Name, v.Definition)
			}
			s.one(t, "count by ("+label+") ("+substituted(series)+"})")
		}
	}
}

func (s *server) checkPanel(t *testing.T, title, expr string) {
	t.Helper()
	if strings.Contains(expr, "bunsui_store_") {
		if results, err := s.query(expr); err != nil || len(results) > 0 {
			t.Errorf("%s: no manager has a store, and there is %v: %v", title, results, err)
		}
		return
	}
	eventually(t, title, func() error {
		results, err := s.query(expr)
		for _, v := range results {
			if !math.IsNaN(v) {
				return nil
			}
		}
		return errors.Join(err, fmt.Errorf("no number is the result of %s: %v", expr, results))
	})
}
