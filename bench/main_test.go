package main

import (
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rows"
)

func TestSelected(t *testing.T) {
	for only, want := range map[string]int{"": len(rows.All()), "hit": 1, "miss,hit": 2} {
		if groups, err := selected(only); err != nil || len(groups) != want {
			t.Errorf("%q: %d groups, %v", only, len(groups), err)
		}
	}
	if _, err := selected("hits"); err == nil || !strings.Contains(err.Error(), `"hits"`) {
		t.Errorf("got %v", err)
	}
}

func TestSummary(t *testing.T) {
	got := summary([]harness.Line{
		{Value: 1, Target: harness.AtMost(2)},
		{Value: 3, Target: harness.AtMost(2)},
		{Value: 3},
	})
	if !strings.HasPrefix(got, "Targets reached: 1, missed: 1.") {
		t.Error(got)
	}
}
