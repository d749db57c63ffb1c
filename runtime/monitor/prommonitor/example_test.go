package prommonitor_test

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/bunsui/bunsui-go/runtime/monitor/prommonitor"
)

func Example() {
	prometheus.MustRegister(prommonitor.New(prommonitor.Options{}))
	http.Handle("GET /metrics", promhttp.Handler())
}
