package profile_test

import (
	"bytes"
	"context"
	"runtime/pprof"
	"runtime/trace"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

func TestLabels(t *testing.T) {
	t.Cleanup(profile.DisableLabels)
	profile.EnableLabels()
	pprof.Do(t.Context(), pprof.Labels("user", "label"), func(ctx context.Context) {
		call := profile.New("labelled").Start(ctx)
		inner := call.Context(ctx)
		value, _ := pprof.Label(inner, profile.FuncLabel)
		if value != "labelled" {
			t.Errorf("the context of the body has label %q", value)
		}
		within := goroutineLabels(t)
		if !strings.Contains(within, `"bunsui_func":"labelled"`) || !strings.Contains(within, `"user":"label"`) {
			t.Errorf("goroutines have labels %s", within)
		}
		call.Return(nil)
		call.End()
		after := goroutineLabels(t)
		if strings.Contains(after, "bunsui_func") || !strings.Contains(after, `"user":"label"`) {
			t.Errorf("after the call goroutines have labels %s", after)
		}
	})
	profile.DisableLabels()
	call := profile.New("labelled").Start(t.Context())
	if got := goroutineLabels(t); strings.Contains(got, "bunsui_func") {
		t.Errorf("labels are off, but there are %s", got)
	}
	call.End()
}

// goroutineLabels returns the lines with labels of the goroutine profile.
func goroutineLabels(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	must(t, pprof.Lookup("goroutine").WriteTo(&out, 1))
	var lines []string
	for line := range strings.Lines(out.String()) {
		if strings.HasPrefix(line, "# labels:") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

func TestTraceRegions(t *testing.T) {
	var out bytes.Buffer
	if err := trace.Start(&out); err != nil {
		t.Skip(err)
	}
	p := profile.New("a traced function")
	call := p.Start(t.Context())
	call.Return(nil)
	call.End()
	begin := profile.New("a traced function without context").Begin()
	trace.Stop()
	begin.Return(nil)
	begin.End()
	for _, name := range []string{"a traced function", "a traced function without context"} {
		if !bytes.Contains(out.Bytes(), []byte(name)) {
			t.Errorf("the trace has no region %q", name)
		}
	}
	if got := statsFor(t, p.Name()); got.InFlight != 0 {
		t.Errorf("%d calls in flight", got.InFlight)
	}
}
