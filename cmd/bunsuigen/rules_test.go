package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/generator"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/internal/promtest"
)

// promtool runs it in a folder that has some files.
func promtool(t *testing.T, files map[string]string, args ...string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), promtest.Program(t, "promtool"), args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// printed is what bunsuigen prints for a command line, in a folder.
func printed(t *testing.T, dir string, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	s := &session{stdout: &stdout, stderr: &stderr, dir: dir, env: os.Environ()}
	if code := s.run(t.Context(), args); code != exitFine {
		t.Fatalf("exit code %d\n%s", code, &stderr)
	}
	return stdout.String()
}

var alertName = regexp.MustCompile(`(?m)^      - alert: (\w+)$`)

// testRules lets promtool check rules and run their tests. Each alert of tested, which is
// a part of the rules, must fire in one of them.
func testRules(t *testing.T, rules, tested, tests string) {
	t.Helper()
	promtool(t, map[string]string{"prometheus.yml": rules}, "check", "rules", "prometheus.yml")
	promtool(t, map[string]string{"prometheus.yml": rules, "tests.yml": tests}, "test", "rules", "tests.yml")
	for _, found := range alertName.FindAllStringSubmatch(tested, -1) {
		if !strings.Contains(tests, "alertname: "+found[1]+"\n        exp_alerts:") {
			t.Errorf("no test has the alert %s fire", found[1])
		}
	}
}

func TestRules(t *testing.T) {
	tests, err := os.ReadFile(filepath.Join("rules", "tests.yml"))
	if err != nil {
		t.Fatal(err)
	}
	rules := printed(t, t.TempDir(), "rules", "prometheus")
	if n := len(alertName.FindAllString(rules, -1)); n != 9 {
		t.Errorf("there are %d alerts, want 9", n)
	}
	testRules(t, rules, rules, string(tests))
}

// TestObjectiveRules lets promtool judge the rules that directives make.
func TestObjectiveRules(t *testing.T) {
	dir := t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(filepath.Join("testdata", "objectives", "shop.go"))
	if err != nil {
		t.Fatal(err)
	}
	if err := writeModule(dir, "example.com/shop", root); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "shop.go"), source, 0o644); err != nil {
		t.Fatal(err)
	}
	tests, err := os.ReadFile(filepath.Join("testdata", "objectives", "tests.yml"))
	if err != nil {
		t.Fatal(err)
	}
	rules := printed(t, dir, "rules", "prometheus", ".")
	if again := printed(t, dir, "rules", "prometheus", "."); again != rules {
		t.Errorf("the second time the rules are\n%s", again)
	}
	testRules(t, rules, rules[strings.Index(rules, "  - name: bunsui-objectives"):], string(tests))
}

// TestRulesOfStrangeNames makes sure that any name can stand in a rule.
func TestRulesOfStrangeNames(t *testing.T) {
	var aims []aim
	for _, name := range []string{`a"b`, `back\slash`, "new\nline", "タブ\t", "{{ $labels }} # %s", "(*).+|x", "'"} {
		aims = append(aims,
			aim{name, decorator.Objective{Label: "p99.9", Quantile: 0.999, Max: 1500 * time.Microsecond}},
			aim{name, decorator.Objective{Label: "errors", MaxErrors: 1.0 / 3}})
	}
	rules := rulesWith(aims)
	promtool(t, map[string]string{"prometheus.yml": rules}, "check", "rules", "prometheus.yml")
	for _, want := range []string{"> 0.001\n", "> 0.333333\n", "than 1.5ms\"\n", "At most 33.3333 % of"} {
		if !strings.Contains(rules, want) {
			t.Errorf("the rules lack %q\n%s", want, rules)
		}
	}
	if n := len(slices.Compact(alertName.FindAllString(rules, -1))); n != 9+2*7 {
		t.Errorf("there are %d alerts", n)
	}
}

// TestFixedRulesHaveTheirPlaces makes sure that functions can be left out of them.
func TestFixedRulesHaveTheirPlaces(t *testing.T) {
	for _, text := range []string{allFailures, allDurations} {
		if n := strings.Count(prometheusRules, text); n != 1 {
			t.Errorf("prometheus.yml has %s %d times", text, n)
		}
	}
}

// TestRulesOfOneName makes sure that functions of one name, which are counted together, have
// each rule once, and that rules name them as metrics do.
func TestRulesOfOneName(t *testing.T) {
	latency, failures := decorator.Objective{Label: "p99", Quantile: 0.99, Max: time.Second}, decorator.Objective{Label: "errors", MaxErrors: 0.5}
	wrapper := func(id string) generator.Wrapper {
		return generator.Wrapper{ID: id, Objectives: []decorator.Objective{latency, failures}}
	}
	long := strings.Repeat("é", 150)
	aims := aimsOf([]generator.Wrapper{wrapper("orders"), wrapper(long), wrapper("a\xffb"), wrapper("orders")})
	want := []aim{{"a?b", latency}, {"a?b", failures}, {"orders", latency}, {"orders", failures}}
	cut := strings.Repeat("é", 98) + "…" // as the monitor does it
	want = append(want, aim{cut, latency}, aim{cut, failures})
	if !slices.Equal(aims, want) {
		t.Errorf("the objectives are\n%+v, want\n%+v", aims, want)
	}
}
