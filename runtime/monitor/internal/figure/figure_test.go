package figure

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// TestNames keeps the names unique and by the conventions of both systems.
func TestNames(t *testing.T) {
	prometheus, openTelemetry := make(map[string]bool), make(map[string]bool)
	for _, f := range append(All(), Duration, Wait) {
		if prometheus[f.Prometheus] || openTelemetry[f.OpenTelemetry] {
			t.Errorf("%s or %s occurs twice", f.Prometheus, f.OpenTelemetry)
		}
		prometheus[f.Prometheus], openTelemetry[f.OpenTelemetry] = true, true
		if !regexp.MustCompile(`^bunsui(_[a-z]+)+$`).MatchString(f.Prometheus) || !regexp.MustCompile(`^bunsui(\.[a-z_]+)+$`).MatchString(f.OpenTelemetry) {
			t.Errorf("%s or %s is no good name", f.Prometheus, f.OpenTelemetry)
		}
		if isCount := !f.Gauge && f.Unit != "s"; strings.HasSuffix(f.Prometheus, "_total") != isCount {
			t.Errorf("%s: counts end in _total, and nothing else does", f.Prometheus)
		}
		if f.Unit == "" || !strings.HasSuffix(f.Help, ".") || len(f.Labels) == 0 {
			t.Errorf("%s lacks a unit, a sentence or a label", f.Prometheus)
		}
	}
}

func TestCountsNeverFall(t *testing.T) {
	r := NewReader(0)
	failed := func(report ...batch.ProcessorStats) int64 {
		for _, reading := range r.from(monitor.Report{Processors: report}) {
			if reading.OpenTelemetry != "bunsui.batch.items" {
				continue
			}
			for _, s := range reading.Samples {
				if slices.Equal(s.Labels, []string{"p", "failed"}) {
					return s.Value
				}
			}
		}
		return -1
	}
	for i, step := range []struct {
		failed uint64
		want   int64
	}{{5, 5}, {9, 9}, {3, 9}, {4, 10}, {4, 10}, {0, 10}, {2, 12}} {
		if got := failed(batch.ProcessorStats{Name: "p", Failed: step.failed}); got != step.want {
			t.Errorf("step %d: got %d, want %d", i, got, step.want)
		}
	}
	if got := failed(); got != -1 {
		t.Errorf("of what is gone there is %d", got)
	}
	if got := failed(batch.ProcessorStats{Name: "p", Failed: 1}); got != 1 {
		t.Errorf("of what begins anew there is %d, want 1", got)
	}
}

func TestEdges(t *testing.T) {
	got := Edges([]time.Duration{time.Second, time.Millisecond, time.Millisecond + time.Nanosecond})
	if len(got) != 2 || got[0] != profile.Edge(time.Millisecond) || got[1] != profile.Edge(time.Second) {
		t.Errorf("got %v", got)
	}
	if got := len(Edges(nil)); got != len(DefaultBounds()) {
		t.Errorf("there are %d default edges", got)
	}
}

// TestLate counts calls above objectives, but for those in the interval of the objective
// itself.
func TestLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 100 * time.Millisecond
		p := profile.New(t.Name(), profile.MaxLatency(0.9, limit), profile.MaxLatency(0.999, time.Second))
		profile.Reset()
		for _, d := range []time.Duration{1, limit, profile.Edge(limit), profile.Edge(limit) + 1, time.Second, time.Minute} {
			call := p.Begin()
			time.Sleep(d)
			call.Return(nil)
			call.End()
		}
		for _, r := range NewReader(0).from(monitor.Report{Functions: profile.Snapshot()}) {
			if r.Prometheus != "bunsui_function_late_calls_total" {
				continue
			}
			got := make(map[string]int64)
			for _, s := range r.Samples {
				if s.Labels[0] == t.Name() {
					got[s.Labels[1]] = s.Value
				}
			}
			if len(got) != 2 || got["p90"] != 3 || got["p99.9"] != 1 {
				t.Errorf("late are %v", got)
			}
		}
	})
}
