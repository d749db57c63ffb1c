package otelmonitor_test

import (
	"fmt"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor/otelmonitor"
)

// TestSDKLimit makes sure that our limit is reached before the SDK's own, which would
// throw series together regardless of what they are.
func TestSDKLimit(t *testing.T) {
	manager := cache.NewManager(cache.Config{}).Scope("limit") // which forgets its names when it is closed
	defer manager.Close(t.Context())
	for i := range otelmonitor.DefaultMaxNames + 300 {
		cache.New(cache.Options[int, int]{Name: fmt.Sprint("limit.", i), TTL: time.Hour, Manager: manager}).Get(1)
	}
	reader := sdkmetric.NewManualReader()
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	defer provider.Shutdown(t.Context())
	if _, err := otelmonitor.Register(provider, otelmonitor.Options{}); err != nil {
		t.Fatal(err)
	}
	for name, m := range collect(t, reader) {
		sums, ok := m.Data.(metricdata.Sum[int64])
		if !ok {
			continue
		}
		for _, p := range sums.DataPoints {
			if has(p.Attributes, attribute.Bool("otel.metric.overflow", true)) {
				t.Errorf("the SDK has cut %s off, which has %d series", name, len(sums.DataPoints))
			}
		}
	}
}
