// Package promtest finds the programs of Prometheus for tests.
//
// It installs nothing: make prometheus does that, and tests fail with that advice where
// there is no such program, unless BUNSUI_WITHOUT_PROMETHEUS is 1, in which case they are
// skipped.
package promtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// without is the environment variable that makes tests skip what needs Prometheus.
const without = "BUNSUI_WITHOUT_PROMETHEUS"

// Program returns the path of prometheus or promtool.
func Program(t testing.TB, name string) string {
	t.Helper()
	if os.Getenv(without) == "1" {
		t.Skipf("%s is 1", without)
	}
	path, err := find(name)
	if err != nil {
		t.Fatalf("%v: run make prometheus, or skip such tests with %s=1", err, without)
	}
	return path
}

// find looks for a program in the path, and then where make prometheus puts it.
func find(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return filepath.Abs(path)
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		path := filepath.Join(dir, ".tools", "prometheus", name)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("there is no %s", name)
		}
		dir = filepath.Dir(dir)
	}
}
