package otlp

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	resources "go.opentelemetry.io/proto/otlp/resource/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/monitor/otelmonitor"
)

var service = resource.NewSchemaless(semconv.ServiceName("shop"))

// attributesOf makes of attributes what two sets can be compared by.
func attributesOf(list []*common.KeyValue) map[string]string {
	all := make(map[string]string)
	for _, a := range list {
		all[a.Key] = a.Value.GetStringValue()
	}
	return all
}

func checkResource(t *testing.T, r *resources.Resource) {
	t.Helper()
	if got := attributesOf(r.Attributes)["service.name"]; got != "shop" {
		t.Errorf("the resource is the service %q", got)
	}
}

// TestSpans has a batch processor which waits for longer than the test takes, so that
// what arrives was sent by Shutdown.
func TestSpans(t *testing.T) {
	r := receive(t)
	exporter, err := otlptracegrpc.New(t.Context(), otlptracegrpc.WithEndpoint(r.grpc), otlptracegrpc.WithInsecure())
	if err != nil {
		t.Fatal(err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithResource(service), sdktrace.WithBatcher(exporter, sdktrace.WithBatchTimeout(1<<40)))
	stop := otelmonitor.TraceCalls(provider, otelmonitor.TraceOptions{})
	defer stop()
	open(t, provider.Tracer("driver")).run(t)
	if before, _ := r.received(); len(before) > 0 {
		t.Errorf("%d batches arrived before the end", len(before))
	}
	if err := provider.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	batches, _ := r.received()
	if len(batches) != 1 {
		t.Fatalf("%d resources", len(batches))
	}
	checkResource(t, batches[0].Resource)
	all := spansOf(t, batches[0])
	checkTree(t, all)
	checkFailures(t, all)
	// Every call that monitor knows of has a span, by the name that metrics have as well.
	for _, f := range monitor.Snapshot().Functions {
		n := 0
		for _, s := range all {
			if attributesOf(s.Attributes)["code.function.name"] == f.Name {
				n++
			}
		}
		if uint64(n) != f.Calls {
			t.Errorf("%s has %d spans for %d calls", f.Name, n, f.Calls)
		}
	}
}

// spansOf returns the spans of all scopes, and makes sure that ours are in our own.
func spansOf(t *testing.T, from *traces.ResourceSpans) []*traces.Span {
	t.Helper()
	var all []*traces.Span
	for _, scope := range from.ScopeSpans {
		ours := scope.Scope.Name == otelmonitor.Scope
		if ours && scope.SchemaUrl != semconv.SchemaURL || !ours && scope.Scope.Name != "driver" {
			t.Errorf("there is a scope %q with the schema %q", scope.Scope.Name, scope.SchemaUrl)
		}
		for _, s := range scope.Spans {
			if _, named := attributesOf(s.Attributes)["code.function.name"]; named != ours {
				t.Errorf("%s is in the scope %s", s.Name, scope.Scope.Name)
			}
		}
		all = append(all, scope.Spans...)
	}
	return all
}

// checkTree draws the tree of the spans, a line for each, and compares it.
func checkTree(t *testing.T, all []*traces.Span) {
	t.Helper()
	slices.SortFunc(all, func(a, b *traces.Span) int { return int(a.StartTimeUnixNano) - int(b.StartTimeUnixNano) })
	var drawing []string
	var draw func(below []byte, depth int)
	draw = func(below []byte, depth int) {
		for _, s := range all {
			if string(s.ParentSpanId) == string(below) {
				drawing = append(drawing, fmt.Sprint(strings.Repeat("  ", depth), s.Name, " ", strings.TrimPrefix(s.Kind.String(), "SPAN_KIND_")))
				draw(s.SpanId, depth+1)
			}
		}
	}
	draw(nil, 0)
	order := []string{"  shop.Shop.order INTERNAL", "    shop.stocks INTERNAL"}
	miss := []string{order[0], "    shop.price INTERNAL", "      SELECT CLIENT", order[1]}
	mail := []string{"  shop.mail INTERNAL", "    " + region + " INTERNAL"}
	want := slices.Concat([]string{"request SERVER"}, miss, order, miss, mail, mail, mail)
	if !slices.Equal(drawing, want) {
		t.Errorf("the spans are\n%s\nwant\n%s", strings.Join(drawing, "\n"), strings.Join(want, "\n"))
	}
	for _, s := range all {
		if string(s.TraceId) != string(all[0].TraceId) || s.EndTimeUnixNano < s.StartTimeUnixNano {
			t.Errorf("%s is of another trace, or ends before it begins", s.Name)
		}
	}
}

// checkFailures looks for the order that failed and for the mail that panicked.
func checkFailures(t *testing.T, all []*traces.Span) {
	t.Helper()
	var failed []string
	for _, s := range all {
		if s.Status.GetCode() == traces.Status_STATUS_CODE_UNSET && len(s.Events) == 0 {
			continue
		}
		if s.Status.GetCode() != traces.Status_STATUS_CODE_ERROR || len(s.Events) != 1 || s.Events[0].Name != "exception" {
			t.Errorf("%s has the status %v and the events %v", s.Name, s.Status, s.Events)
			continue
		}
		event := attributesOf(s.Events[0].Attributes)
		kind := attributesOf(s.Attributes)["error.type"]
		failed = append(failed, fmt.Sprint(s.Name, ": ", kind, ": ", s.Status.Message, ": ", event["exception.message"]))
		stack := event["exception.stacktrace"]
		if event["exception.type"] != kind || strings.Contains(stack, "program_test.go") != (kind == "panic") {
			t.Errorf("%s has the event %v", s.Name, event)
		}
	}
	want := []string{"shop.Shop.order: *errors.errorString: nothing is left: nothing is left", "shop.mail: panic: panic: "}
	if !slices.Equal(failed, want) {
		t.Errorf("failed are %q, want %q", failed, want)
	}
}
