package awspool_test

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/pool/awspool"
)

// listedAs returns the figures that List has for a name.
func listedAs(t *testing.T, name string) awspool.Stats {
	t.Helper()
	all := awspool.List()
	i := slices.IndexFunc(all, func(s awspool.Stats) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("List has no %q: %+v", name, all)
	}
	return all[i]
}

func TestClients(t *testing.T) {
	left := noLeak(t)
	s, cfg := serve(t, ok)
	p := pool.Register("fake", awspool.Clients(cfg, awspool.ClientsOptions{
		Name: "fake", Min: 2, Max: 3, Transport: awspool.Options{Max: 4},
	}, newFake))
	if err := pool.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if st := listedAs(t, "fake"); st.Warmed != 2 || st.Idle != 2 || st.Max != 8 || s.opened.Load() != 2 {
		t.Errorf("%+v", st)
	}
	named, err := pool.Named[*fake]("fake")
	if err != nil || named != p {
		t.Fatal(err)
	}
	seen := map[*fake]bool{}
	if err := nest(t.Context(), named, 3, seen); err != nil || len(seen) != 3 {
		t.Errorf("%v, three users had %d clients", err, len(seen))
	}
	if st := listedAs(t, "fake"); st.Created != 3 || st.Operations[0].Calls != 3 || st.Max != 12 {
		t.Errorf("%+v", st)
	}
	if st := pool.StatsAll()["fake"]; st.Created != 3 || st.Acquired != 3 {
		t.Errorf("%+v", st)
	}
	if err := pool.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if st := listedAs(t, "fake"); st.Open != 0 || st.Closed != 3 || st.Max != 0 {
		t.Errorf("%+v", st)
	}
	s.Close()
	left()
}

// nest uses as many clients at once, and notes which.
func nest(ctx context.Context, p *pool.Pool[*fake], depth int, seen map[*fake]bool) error {
	if depth == 0 {
		return nil
	}
	return p.With(ctx, func(ctx context.Context, c *fake) error {
		seen[c] = true
		return errors.Join(c.fetch(ctx), nest(ctx, p, depth-1, seen))
	})
}

func TestClientsOfNoServer(t *testing.T) {
	s, cfg := serve(t, ok)
	s.Close()
	p := awspool.Clients(cfg, awspool.ClientsOptions{Max: 1}, newFake)
	_, err := p.Acquire(within(t, 200))
	if e, found := errors.AsType[*pool.AcquireError](err); !found || e.Creation == nil {
		t.Errorf("the reason is missing: %v", err)
	}
	if err := p.Close(t.Context()); err != nil {
		t.Error(err)
	}
	cfg.BaseEndpoint = nil // then nothing is opened before a call
	p = awspool.Clients(cfg, awspool.ClientsOptions{Max: 1}, newFake)
	l, err := p.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Release()
	if err := p.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestList(t *testing.T) {
	_, cfg := serve(t, ok)
	p := awspool.New(cfg, awspool.Options{Name: "listed", Max: 2})
	if st := listedAs(t, "listed"); st.Max != 2 {
		t.Errorf("%+v", st)
	}
	if !slices.ContainsFunc(pool.Pools(), func(a pool.AnyPool) bool { return a.Name() == "listed requests" }) {
		t.Error("pool.Pools does not have the places")
	}
	if p.Name() != "listed" {
		t.Error(p.Name())
	}
	closed(t, p)
	if slices.ContainsFunc(awspool.List(), func(s awspool.Stats) bool { return s.Name == "listed" }) {
		t.Error("it is closed and in the list")
	}
}

// A program compiles the packages of the services that it imports, and no others.
func TestNoServiceIsCompiled(t *testing.T) {
	for dir, want := range map[string]bool{".": true, "..": false} {
		out, err := exec.Command("go", "list", "-deps", dir).CombinedOutput()
		if err != nil {
			t.Fatalf("go list: %v\n%s", err, out)
		}
		if strings.Contains(string(out), "aws-sdk-go-v2/service/") || strings.Contains(string(out), "aws-sdk-go-v2/config") {
			t.Errorf("%s compiles packages of services:\n%s", dir, out)
		}
		if strings.Contains(string(out), "aws-sdk-go-v2/aws\n") != want {
			t.Errorf("%s compiles the SDK: %v", dir, !want)
		}
	}
}
