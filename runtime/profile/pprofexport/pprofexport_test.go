package pprofexport_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	pprof "github.com/google/pprof/profile"

	"github.com/bunsui/bunsui-go/runtime/profile"
	"github.com/bunsui/bunsui-go/runtime/profile/pprofexport"
)

// call measures a call of name that takes d beside what body does.
func call(ctx context.Context, name string, d time.Duration, body func(context.Context)) {
	c := profile.New(name).Start(ctx)
	defer c.End()
	time.Sleep(d)
	body(c.Context(ctx))
	c.Return(nil)
}

// record makes svc.Handle call svc.Load twice, and that db.Query.
func record(t *testing.T) {
	t.Helper()
	profile.Reset()
	synctest.Test(t, func(t *testing.T) {
		call(t.Context(), "svc.Handle", time.Second, func(ctx context.Context) {
			for range 2 {
				call(ctx, "svc.Load", 2*time.Second, func(ctx context.Context) {
					call(ctx, "db.Query", 3*time.Second, func(context.Context) {})
				})
			}
		})
	})
}

func TestToolReadsIt(t *testing.T) {
	record(t)
	path := filepath.Join(t.TempDir(), "calls.pb.gz")
	var out bytes.Buffer
	if err := pprofexport.Write(&out); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string][]string{
		"-raw": {"calls/count time/nanoseconds", "1 1000000000: 1", "2 4000000000: 2 1", "2 6000000000: 3 2 1", "svc.Handle"},
		"-top": {"4s 36.36%", "11s   100%  svc.Handle"},
	} {
		cmd := exec.CommandContext(t.Context(), "go", "tool", "pprof", args, path)
		text, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", cmd, err, text)
		}
		for _, w := range want {
			if !strings.Contains(string(text), w) {
				t.Errorf("go tool pprof %s says nothing of %q:\n%s", args, w, text)
			}
		}
	}
}

func TestProfileIsValid(t *testing.T) {
	record(t)
	p := pprofexport.Profile(profile.Take())
	if err := p.CheckValid(); err != nil {
		t.Error(err)
	}
	merged, err := pprof.Merge([]*pprof.Profile{p, p})
	if err != nil {
		t.Fatal(err)
	}
	var calls int64
	for _, s := range merged.Sample {
		calls += s.Value[0]
	}
	if calls != 2*5 {
		t.Errorf("two profiles of 5 calls merge to %d calls", calls)
	}
}
