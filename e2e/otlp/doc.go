// Package otlp tests what runtime/monitor/otelmonitor hands to the OpenTelemetry SDK by
// what arrives at the other end: a receiver of OTLP in the same process, by gRPC and by
// HTTP. It has nothing but tests.
package otlp
