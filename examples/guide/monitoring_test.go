package guide

import (
	"context"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// named is cachetest.Context for tests of figures, whose manager has a name: those without
// one are summed up, and may go at any time.
func named(t *testing.T) context.Context {
	t.Helper()
	m := cachetest.New(t)
	cache.Register(t.Name(), m)
	return cachetest.With(t.Context(), m)
}

func TestSummary(t *testing.T) {
	office := newPostOffice(t)
	server := supplier()
	defer server.Close()
	before := monitor.Snapshot()
	ctx := named(t)
	for range 4 {
		if _, err := UserProfile(ctx, 7, "en"); err != nil {
			t.Fatal(err)
		}
	}
	PriceBatch(ctx, []string{"bread", "coffee"}, server.URL)
	p := NewMailPool(1, 4)
	if err := p.Start(ctx); err != nil {
		t.Fatal(err)
	}
	_ = LogIn(ctx, "ada", "correct")

	var b strings.Builder
	Summary(&b, monitor.Snapshot().Since(before).Report)
	for _, want := range []string{
		"guide.userProfile: 75 % of 4 lookups were hits",
		"guide.price: 50 % of 2 items succeeded",
		"pool mail: 1 open, 0 in use, 0 wait",
		"guide.logIn: 1 calls, 99 % within ",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, &b)
		}
	}
	if err := p.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if office.sessions != 1 {
		t.Errorf("%d sessions, want the one that Start opened", office.sessions)
	}
}
