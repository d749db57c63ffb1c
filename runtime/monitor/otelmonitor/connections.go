package otelmonitor

import (
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// connections are the metrics of the semantic conventions for pools of connections to
// databases. Those for bounds of idle connections are left out, because a pool has none;
// its least number counts connections in use as well. The times of creation and use are
// not measured.
type connections struct {
	count, max, pending metric.Int64ObservableUpDownCounter
	timeouts            metric.Int64ObservableCounter
}

func (c *connections) make(m metric.Meter) error {
	var errs [4]error
	c.count, errs[0] = m.Int64ObservableUpDownCounter("db.client.connection.count", metric.WithUnit("{connection}"),
		metric.WithDescription("Connections, by state."))
	c.max, errs[1] = m.Int64ObservableUpDownCounter("db.client.connection.max", metric.WithUnit("{connection}"),
		metric.WithDescription("The greatest number of connections that the pool may have."))
	c.pending, errs[2] = m.Int64ObservableUpDownCounter("db.client.connection.pending_requests", metric.WithUnit("{request}"),
		metric.WithDescription("Requests that wait for a connection."))
	c.timeouts, errs[3] = m.Int64ObservableCounter("db.client.connection.timeouts", metric.WithUnit("{timeout}"),
		metric.WithDescription("Requests for a connection that waited for too long."))
	return errors.Join(errs[:]...)
}

func (c *connections) observe(to metric.Observer, p monitor.Pool) {
	name := attribute.String("db.client.connection.pool.name", p.Name)
	only := metric.WithAttributes(name)
	to.ObserveInt64(c.count, int64(p.InUse), metric.WithAttributes(name, attribute.String("db.client.connection.state", "used")))
	to.ObserveInt64(c.count, int64(p.Idle), metric.WithAttributes(name, attribute.String("db.client.connection.state", "idle")))
	to.ObserveInt64(c.max, int64(p.Max), only)
	to.ObserveInt64(c.pending, int64(p.Waiting), only)
	to.ObserveInt64(c.timeouts, int64(p.Timeouts), only)
}
