package prometheus

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// annotated is a package with the objectives of the functions under load.
var annotated = fmt.Sprintf(`package shop

//bunsui:profile name=e2e.fast p50=1m max_errors=50%%
func fast() {}

//bunsui:profile name=e2e.late p99=%v
func late() {}

//bunsui:profile name=e2e.failing max_errors=%v
func failing() error { return nil }
`, lateLimit, failingLimit)

// generated returns the rules that bunsuigen prints for that package.
func generated(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "bunsuigen")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/bunsuigen")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	write(t, filepath.Join(dir, "shop.go"), annotated)
	write(t, filepath.Join(dir, "go.mod"), "module example.com/shop\n\ngo 1.26.0\n\nrequire github.com/bunsui/bunsui-go v0.0.0\n\n"+
		"replace github.com/bunsui/bunsui-go => "+filepath.ToSlash(root)+"\n")
	print := exec.CommandContext(t.Context(), program, "rules", "prometheus", ".")
	print.Dir, print.Stderr = dir, os.Stderr
	rules, err := print.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(rules)
}

// hasten returns rules that look back seconds where they look back minutes, and raise
// alerts after one second. Nothing else of them is changed.
func hasten(rules string) string {
	return strings.NewReplacer("[5m]", "[10s]", "[10m]", "[10s]", "for: 5m", "for: 1s", "for: 2m", "for: 1s", "for: 1m", "for: 1s").Replace(rules)
}

// firing says which alerts must fire under load, as name and subject.
var firing = []string{
	"BunsuiBatchErrorsHigh e2e.batch", "BunsuiCacheHitRateLow e2e.small", "BunsuiErrorObjective e2e.failing", "BunsuiLatencyObjective e2e.late",
}

// checkRules waits until the alerts that must fire do, and makes sure that no other does.
func (s *server) checkRules(t *testing.T, loaded int) {
	t.Helper()
	eventually(t, "alerts do not fire", func() error {
		missing := make(map[string]bool)
		for _, name := range firing {
			missing[name] = true
		}
		for _, r := range s.rules(t) {
			for _, a := range r.Alerts {
				if a.State == "firing" {
					delete(missing, r.Name+" "+subject(a))
				}
			}
		}
		if len(missing) > 0 {
			return fmt.Errorf("missing are %v", missing)
		}
		return nil
	})
	rules := s.rules(t)
	if len(rules) != loaded {
		t.Errorf("%d rules are loaded, want %d", len(rules), loaded)
	}
	for _, r := range rules {
		if r.Health != "ok" || r.LastError != "" {
			t.Errorf("the rule %s is %s: %s", r.Name, r.Health, r.LastError)
		}
		for _, a := range r.Alerts {
			if about := subject(a); about == "e2e.fast" || about == "e2e.cache" ||
				r.Name == "BunsuiFunctionErrorsHigh" || r.Name == "BunsuiFunctionSlow" { // which leave out who has an objective
				t.Errorf("the alert %s is %s for %s", r.Name, a.State, about)
			}
		}
	}
}

// subject returns the name that an alert is about.
func subject(a alert) string {
	for _, label := range []string{"function", "cache", "batch", "loader", "pool", "manager"} {
		if name := a.Labels[label]; name != "" {
			return name
		}
	}
	return ""
}
