// Package prometheus tests with a real Prometheus server what runtime/monitor/prommonitor
// hands out and what bunsuigen rules prints: numbers, both kinds of histograms, alerting
// rules, and each expression of the dashboard. It has nothing but tests.
package prometheus
