package otelmonitor_test

import (
	"log"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/bunsui/bunsui-go/runtime/monitor/otelmonitor"
)

func Example() {
	var exporter sdkmetric.Exporter // such as that of otlpmetrichttp

	o := otelmonitor.Options{Exponential: true, Database: func(pool string) bool { return pool == "orders" }}
	reader := sdkmetric.NewPeriodicReader(exporter, sdkmetric.WithProducer(otelmonitor.NewProducer(o)))
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	if _, err := otelmonitor.Register(provider, o); err != nil {
		log.Fatal(err)
	}
}

func ExampleTraceCalls() {
	var exporter sdktrace.SpanExporter // such as that of otlptracehttp

	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter),
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(0.1))))
	stop := otelmonitor.TraceCalls(provider, otelmonitor.TraceOptions{Only: []string{"example.com/store.*"}})
	defer stop()
}
