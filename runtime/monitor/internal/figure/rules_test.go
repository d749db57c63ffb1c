package figure

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"
)

// TestRulesKnowTheNames makes sure that what bunsuigen rules prints asks for metrics and
// labels that exist. The files stand with the command, which must not import us.
func TestRulesKnowTheNames(t *testing.T) {
	known := make(map[string]bool)
	labels := map[string]bool{"job": true, "instance": true, "le": true, "severity": true}
	for _, f := range append(All(), Duration, Wait) {
		known[f.Prometheus] = true
		if f.Unit == "s" {
			known[f.Prometheus+"_bucket"], known[f.Prometheus+"_count"] = true, true
		}
		for _, l := range f.Labels {
			labels[l.Prometheus] = true
		}
	}
	for _, name := range []string{"prometheus.yml", "tests.yml", "grafana.json", "../objectives.go", "../testdata/objectives/tests.yml"} {
		text, err := os.ReadFile("../../../../cmd/bunsuigen/rules/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if name == "grafana.json" && !json.Valid(text) {
			t.Errorf("%s is no JSON", name)
		}
		for _, metric := range regexp.MustCompile(`\bbunsui_[a-z_]+`).FindAllString(string(text), -1) {
			if !known[metric] {
				t.Errorf("%s asks for %s", name, metric)
			}
		}
		for _, grouped := range regexp.MustCompile(`(?:by|without) \(([a-z, ]+)\)`).FindAllStringSubmatch(string(text), -1) {
			for _, label := range regexp.MustCompile(`[a-z]+`).FindAllString(grouped[1], -1) {
				if !labels[label] {
					t.Errorf("%s groups by %s", name, label)
				}
			}
		}
	}
}
