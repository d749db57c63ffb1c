// Package e2e holds tests of the adapters and of the live page with the programs that
// they are made for: a browser, a Prometheus server, a receiver of OpenTelemetry. It is a
// module of its own, so that what only these tests need is in nobody else's build.
package e2e
