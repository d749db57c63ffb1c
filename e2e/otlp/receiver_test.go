package otlp

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	metricsservice "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	traceservice "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// A receiver takes spans by gRPC and metrics by HTTP, and keeps all of them.
type receiver struct {
	traceservice.UnimplementedTraceServiceServer
	grpc string // where it listens
	http string // with the path

	mu      sync.Mutex
	spans   []*traces.ResourceSpans
	metrics []*metrics.ResourceMetrics
}

func receive(t *testing.T) *receiver {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &receiver{grpc: listener.Addr().String()}
	server := grpc.NewServer()
	traceservice.RegisterTraceServiceServer(server, r)
	served := make(chan error)
	go func() { served <- server.Serve(listener) }()
	web := httptest.NewServer(http.HandlerFunc(r.serveMetrics))
	r.http = web.URL + "/v1/metrics"
	t.Cleanup(func() {
		web.Close()
		server.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return r
}

// Export is the service for spans.
func (r *receiver) Export(_ context.Context, in *traceservice.ExportTraceServiceRequest) (*traceservice.ExportTraceServiceResponse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spans = append(r.spans, in.ResourceSpans...)
	return new(traceservice.ExportTraceServiceResponse), nil
}

func (r *receiver) serveMetrics(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	var in metricsservice.ExportMetricsServiceRequest
	if err == nil {
		err = proto.Unmarshal(body, &in)
	}
	if err != nil || req.URL.Path != "/v1/metrics" || req.Header.Get("Content-Type") != "application/x-protobuf" {
		http.Error(w, "this is not OTLP", http.StatusBadRequest)
		return
	}
	out, err := proto.Marshal(new(metricsservice.ExportMetricsServiceResponse))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.metrics = append(r.metrics, in.ResourceMetrics...)
	w.Header().Set("Content-Type", "application/x-protobuf")
	w.Write(out)
}

func (r *receiver) received() ([]*traces.ResourceSpans, []*metrics.ResourceMetrics) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.spans, r.metrics
}
