package prommonitor_test

import (
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/monitor/prommonitor"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// Objectives for quantiles that are nearly the same are series of their own: of one label they
// would be refused, and with them the whole page of metrics.
func TestCloseQuantiles(t *testing.T) {
	name := unique("close.")
	profile.New(name, profile.MaxLatency(0.9999999, time.Second), profile.MaxLatency(0.99999999, time.Minute))
	families := gather(t, prommonitor.New(prommonitor.Options{}))
	for _, objective := range []string{"p99.99999", "p99.999999"} {
		if n := value(t, families, "bunsui_function_late_calls_total", name, objective); n != 0 {
			t.Errorf("%s: %v late calls", objective, n)
		}
	}
}
