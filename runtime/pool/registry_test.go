package pool_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

func numbers(name string, err error) *pool.Pool[int] {
	return pool.New(pool.Options[int]{
		Name: name, Min: 1, FailFast: true,
		New: func(context.Context) (int, error) { return 1, err },
	})
}

func TestRegistry(t *testing.T) {
	a := pool.Register("store.a", numbers("a", nil))
	pool.Register("store.a", a)
	b := pool.Register("store.b", numbers("b", errDown))
	defer func() { must(t, pool.Stop(t.Context())) }()

	if p, err := pool.Named[int]("store.a"); p != a || err != nil {
		t.Errorf("%v, %v", p, err)
	}
	_, err := pool.Named[int]("store.c")
	wantIs(t, err, pool.ErrUnknownPool)
	if !strings.HasSuffix(err.Error(), `unknown pool "store.c" (did you mean "store.a"?)`) {
		t.Error(err)
	}
	_, err = pool.Named[string]("store.a")
	if err == nil || err.Error() != `pool "store.a" is a *pool.Pool[int], not a *pool.Pool[string]` {
		t.Error(err)
	}
	err = pool.Start(t.Context())
	wantIs(t, err, errDown)
	if err == nil || !strings.HasPrefix(err.Error(), "starting store.b: ") {
		t.Error(err)
	}
	if all := pool.StatsAll(); all["store.a"].Idle != 1 || all["store.b"].Errors != 1 || len(all) != 2 {
		t.Errorf("%v", all)
	}
	must(t, b.Close(t.Context()))
	wantIs(t, second(pool.Named[int]("store.b")), pool.ErrUnknownPool)
	must(t, pool.Stop(t.Context()))
	if len(pool.StatsAll()) != 0 || !a.Stats().Stopped {
		t.Error("Stop left a pool")
	}
}

func TestRegisterPanics(t *testing.T) {
	a, b := pool.Register("store.a", numbers("", nil)), numbers("", nil)
	defer func() { must(t, pool.Stop(t.Context())) }()
	for _, wrong := range []func(){
		func() { pool.Register("", a) },
		func() { pool.Register("store.a", b) },
		func() { p := numbers("", nil); must(t, p.Close(t.Context())); pool.Register("x", p) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("did not panic")
				}
			}()
			wrong()
		}()
	}
}

// A pool is listed until it is closed, or nothing refers to it.
func TestPools(t *testing.T) {
	names := func() (all string) {
		for _, p := range pool.Pools() {
			all += p.Name() + " "
		}
		return all
	}
	a, dropped := numbers("TestPools.a", nil), numbers("TestPools.dropped", nil)
	must(t, dropped.With(t.Context(), func(context.Context, int) error { return nil }))
	if got := names(); !strings.Contains(got, "TestPools.a TestPools.dropped") {
		t.Error(got)
	}
	runtime.KeepAlive(dropped)
	dropped = nil
	for range 10 { // a goroutine that has created may still be ending
		runtime.GC()
		runtime.Gosched()
	}
	if got := names(); strings.Contains(got, "dropped") || !strings.Contains(got, "TestPools.a") {
		t.Error(got)
	}
	must(t, a.Close(t.Context()))
	if got := names(); strings.Contains(got, "TestPools") {
		t.Error(got)
	}
}

func TestBroken(t *testing.T) {
	for err, want := range map[error]bool{
		fmt.Errorf("reading: %w", io.EOF): true,
		context.DeadlineExceeded:          false,
		errDown:                           false,
		fmt.Errorf("%w: %w", errDown, os.ErrDeadlineExceeded): true,
	} {
		if pool.Broken(err) != want {
			t.Errorf("%v: want %v", err, want)
		}
	}
}
