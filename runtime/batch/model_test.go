package batch_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// A randomCase is a call of Process or Stream with random options.
type randomCase struct {
	n, concurrency, size, attempts int
	stop                           bool
	share                          float64
	completion, exact, timeout     bool
	rate                           bool
	endsAfter                      time.Duration
	opts                           []batch.Option
}

func newRandomCase(r *rand.Rand) *randomCase {
	c := &randomCase{
		n: r.IntN(30), concurrency: 1 + r.IntN(6), size: r.IntN(5), attempts: 1 + r.IntN(3),
		stop: r.IntN(4) == 0, completion: r.IntN(3) == 0, exact: r.IntN(2) == 0, timeout: r.IntN(4) == 0, rate: r.IntN(6) == 0,
	}
	if r.IntN(3) == 0 {
		c.endsAfter = time.Duration(1+r.IntN(30*1000)) * time.Microsecond
	}
	c.opts = []batch.Option{
		batch.Concurrency(c.concurrency), batch.Attempts(c.attempts), batch.Delay(5 * time.Millisecond),
		batch.Permanent(func(err error) bool { return errors.Is(err, errPermanent) }),
	}
	if c.size > 0 {
		c.opts = append(c.opts, batch.Size(c.size))
	}
	if c.completion {
		c.opts = append(c.opts, batch.ByCompletion())
	}
	if c.timeout {
		c.opts = append(c.opts, batch.Timeout(3*time.Millisecond))
	}
	if c.rate {
		c.opts = append(c.opts, batch.Rate(1000, time.Second))
	}
	switch {
	case c.stop && r.IntN(2) == 0:
		c.opts = append(c.opts, batch.StopOnError())
	case c.stop:
		c.share = 0.2
		c.opts = append(c.opts, batch.StopAbove(c.share))
	}
	return c
}

func (c *randomCase) script(r *rand.Rand) *script {
	var least time.Duration
	if c.exact {
		least = time.Millisecond
	}
	s := newScript(r, c.n, c.attempts, least, []int{0, 5, 40, 100}[r.IntN(4)])
	s.stops = c.stop
	return s
}

// TestProcessModel goes through random cases, in each of which every item must be
// accounted for exactly once, and rightly.
func TestProcessModel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := batch.NewProcessor("model")
		for seed := range uint64(stepsOf(t, 2000)) {
			r := rand.New(rand.NewPCG(seed, 1))
			checkProcess(t, r, newRandomCase(r), p)
			alone(t)
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		}
	})
}

func checkProcess(t *testing.T, r *rand.Rand, c *randomCase, p *batch.Processor) {
	t.Helper()
	s := c.script(r)
	items := make([]int, c.n)
	for i := range items {
		items[i] = i
	}
	ctx, cancel := s.ctx(c.endsAfter)
	defer cancel()
	progress := newProgressCheck(t, c.n)
	start, stats := time.Now(), p.Stats()
	result := batch.Process(ctx, items, s.process, append(c.opts, p, batch.WithProgress(progress.see))...)
	if took := time.Since(start); result.Elapsed != took {
		t.Errorf("Elapsed is %v of %v", result.Elapsed, took)
	}
	if s.running != 0 || s.most > c.concurrency || s.late > 0 {
		t.Errorf("%d calls run after the end, %d ran at once, %d began late", s.running, s.most, s.late)
	}
	if c.stop && c.share == 0 && s.afterFailure > 0 && !c.timeout {
		t.Errorf("%d calls began after the first failure", s.afterFailure)
	}
	checkOutcomes(t, ctx, c, s, result)
	progress.end(result.Succeeded + result.Failed)
	now := p.Stats()
	if now.Succeeded-stats.Succeeded != uint64(result.Succeeded) || now.Failed-stats.Failed != uint64(result.Failed) ||
		now.NotStarted-stats.NotStarted != uint64(result.NotStarted) || now.Running != 0 || now.Runs != stats.Runs+1 {
		t.Errorf("stats are %+v, before %+v, result %d %d %d", now, stats, result.Succeeded, result.Failed, result.NotStarted)
	}
	retries := 0
	for _, made := range s.made {
		retries += max(made-1, 0)
	}
	if now.Retries-stats.Retries != uint64(retries) {
		t.Errorf("%d retries, and %d in the stats", retries, now.Retries-stats.Retries)
	}
}

func checkOutcomes(t *testing.T, ctx context.Context, c *randomCase, s *script, result batch.Result[int, int]) {
	t.Helper()
	var seen []int
	succeeded, failed, not := 0, 0, 0
	for at, o := range result.Outcomes {
		seen = append(seen, o.Index)
		if o.Item != o.Index || o.Attempts != s.made[o.Index] || !c.completion && o.Index != at {
			t.Errorf("outcome %d: index %d, item %d, %d attempts of %d", at, o.Index, o.Item, o.Attempts, s.made[o.Index])
		}
		switch {
		case o.Attempts == 0:
			not++
			checkNotStarted(t, ctx, c, o.Err, result)
			continue
		case o.Err == nil:
			succeeded++
		default:
			failed++
		}
		if wrong := s.wrong(o.Index, o.Value, o.Err); wrong != "" {
			t.Error(wrong)
		}
		if took := s.over[o.Index].Sub(s.began[o.Index]); c.exact && o.Attempts == 1 && o.Elapsed != took && !waited(o.Err) {
			t.Errorf("item %d took %v, not %v", o.Index, took, o.Elapsed)
		}
		if at > 0 && c.completion && c.exact && s.over[result.Outcomes[at-1].Index].After(s.over[o.Index]) && !waited(o.Err) {
			t.Errorf("outcome %d was done before the one in front of it", at)
		}
	}
	slices.Sort(seen)
	for i, index := range seen {
		if i != index || len(seen) != c.n {
			t.Fatalf("indexes are %v of %d", seen, c.n)
		}
	}
	if succeeded != result.Succeeded || failed != result.Failed || not != result.NotStarted {
		t.Errorf("%d %d %d, counted %d %d %d", result.Succeeded, result.Failed, result.NotStarted, succeeded, failed, not)
	}
}

// waited reports whether an item has waited for an attempt that it did not get.
func waited(err error) bool { return errors.Is(err, errShutdown) || errors.Is(err, batch.ErrStopped) }

func checkNotStarted(t *testing.T, ctx context.Context, c *randomCase, err error, result batch.Result[int, int]) {
	t.Helper()
	ended := ctx.Err() != nil
	stopped := errors.Is(err, batch.ErrStopped)
	if !errors.Is(err, batch.ErrNotStarted) || !ended && !stopped || !stopped && !errors.Is(err, errShutdown) {
		t.Errorf("not started because of %v", err)
	}
	if stopped && (!c.stop || float64(result.Failed) <= c.share*float64(c.n)) {
		t.Errorf("stopped after %d failures of %d", result.Failed, c.n)
	}
}

// A progressCheck checks what is said about progress.
type progressCheck struct {
	t           *testing.T
	total, done int
	inside      bool
}

func newProgressCheck(t *testing.T, total int) *progressCheck {
	return &progressCheck{t: t, total: total}
}

// see relies on calls that do not overlap: otherwise the race detector reports it.
func (p *progressCheck) see(done, total int) {
	if p.inside || done <= p.done || total != p.total {
		p.t.Errorf("progress %d of %d after %d of %d", done, total, p.done, p.total)
	}
	p.inside = true
	runtime.Gosched()
	p.done, p.inside = done, false
}

func (p *progressCheck) end(done int) {
	if p.done != done {
		p.t.Errorf("the last progress was %d of %d", p.done, done)
	}
}
