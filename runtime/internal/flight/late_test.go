package flight

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// slow is a loader that takes a second.
func slow(context.Context, int) (int, error) {
	time.Sleep(time.Second)
	return 5, nil
}

func TestLateWaitsForNoLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, k := newGroup()
		g.Limiter.SetLimit(1)
		go g.do(t.Context(), 1, slow)
		synctest.Wait()
		if c := g.Late(t.Context(), hash(2), keyed(2), false); c.How != Full {
			t.Errorf("Late = %v", c.How)
		}
		// A load that the Limiter holds back is no better than none.
		go g.do(t.Context(), 3, slow)
		synctest.Wait()
		if c := g.Late(t.Context(), hash(3), keyed(3), false); c.How != Full {
			t.Errorf("Late = %v", c.How)
		}
		if c := g.Late(t.Context(), hash(1), keyed(1), false); c.How != Joined || c.end(t.Context(), nil).Value != 5 {
			t.Errorf("Late = %v", c.How)
		}
		time.Sleep(time.Minute)
		if c := g.Late(t.Context(), hash(1), keyed(1), false); c.How != Kept {
			t.Errorf("Late = %v", c.How)
		}
		if r := g.Late(t.Context(), hash(2), keyed(2), false).end(t.Context(), slow); r.How != Leads || r.Value != 5 {
			t.Errorf("Late = %+v", r)
		}
		synctest.Wait()
		if n := len(g.Limiter.holders); n != 0 || g.Running() != 0 || k.loading != 3 {
			t.Errorf("%d holders, %d running, %d loads", n, g.Running(), k.loading)
		}
	})
}

func TestDetachedLoadsDoNotRunInTheirCaller(t *testing.T) {
	g, _ := newGroup()
	if c := g.Late(context.Background(), hash(1), keyed(1), false); !c.Flight.Inline() {
		t.Error("it is not inline")
	}
	if c := g.Late(context.Background(), hash(2), keyed(2), true); c.Flight.Inline() || c.Flight.Done() == nil {
		t.Error("it is inline")
	}
}

func TestDesert(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, k := newGroup()
		ctx, cancel := context.WithCancel(t.Context())
		c := g.Late(ctx, hash(1), keyed(1), true)
		go c.Flight.fly(func(ctx context.Context, _ int) (int, error) {
			time.Sleep(time.Second)
			return 5, ctx.Err()
		})
		if c.Within(ctx, time.Second/2) {
			t.Error("it has ended")
		}
		c.Desert()
		// Others may come and leave as always.
		other, leave := context.WithTimeout(t.Context(), time.Second/4)
		defer leave()
		if r := g.do(other, 1, nil); r.How != Joined || r.Err == nil {
			t.Errorf("Do = %+v", r)
		}
		cancel()
		time.Sleep(time.Second)
		synctest.Wait()
		if k.kept[1] != 5 {
			t.Errorf("kept %v", k.kept)
		}
		if c = g.Late(t.Context(), hash(2), keyed(2), true); c.How != Leads {
			t.Fatal(c.How)
		}
		go c.Flight.fly(slow)
		if !c.Within(t.Context(), time.Second+1) || c.Wait(t.Context()) != nil {
			t.Error("it has not ended")
		}
	})
}

func TestBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, k := newGroup()
		begin := func() Call { return g.Background(t.Context(), hash(1), keyed(1), nil) }
		c := begin()
		if c.How != Leads || c.Flight.Inline() {
			t.Fatalf("Background = %v", c.How)
		}
		if again := begin(); again.How != Joined || again.Flight != nil {
			t.Errorf("Background = %v", again.How)
		}
		go c.Flight.fly(slow)
		time.Sleep(time.Minute)
		synctest.Wait()
		if k.kept[1] != 5 || g.Running() != 0 {
			t.Errorf("kept %v, %d running", k.kept, g.Running())
		}
		if c := begin(); c.How != Kept { // in place of nothing
			t.Errorf("Background = %v", c.How)
		}
		g.Limiter.SetLimit(1)
		go g.do(t.Context(), 2, slow)
		synctest.Wait()
		delete(k.kept, 1)
		if c := begin(); c.How != Full || g.Running() != 1 {
			t.Errorf("Background = %v, %d running", c.How, g.Running())
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		g.Close()
		if c := begin(); c.How != Closed {
			t.Errorf("Background = %v", c.How)
		}
	})
}

func TestKeepFailure(t *testing.T) {
	g, k := newGroup()
	for key, kept := range []bool{false, true} {
		c := g.Do(context.Background(), hash(key), keyed(key))
		func() {
			defer c.Flight.Land()
			c.Flight.Enter()
			of(c.Flight.Subject).value = 7
			if kept {
				c.Flight.KeepFailure()
			}
			c.Flight.Return(context.Canceled)
		}()
		if _, ok := k.kept[key]; ok != kept {
			t.Errorf("kept %v", k.kept)
		}
	}
	if k.failed != 2 {
		t.Errorf("%d failed", k.failed)
	}
}
