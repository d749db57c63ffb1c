package batch_test

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

var errInput = errors.New("the input is broken")

// A streamRun is a random stream with what its input and its consumer do.
type streamRun struct {
	*randomCase
	s *script
	t *testing.T
	r *rand.Rand
	// breakAt and panicAt are the results at which the consumer leaves, -1 for never, and
	// brokenAt is the item before which the input panics.
	breakAt, panicAt, brokenAt int
	slowInput, slowConsumer    bool

	pulled, got, failed int
	exhausted           bool
	next                int // in input order
	seen                map[int]bool
	final               error
}

func newStreamRun(t *testing.T, r *rand.Rand) *streamRun {
	c := newRandomCase(r)
	run := &streamRun{
		randomCase: c, s: c.script(r), t: t, r: r, breakAt: -1, panicAt: -1, brokenAt: -1,
		slowInput: r.IntN(3) == 0, slowConsumer: r.IntN(3) == 0, seen: map[int]bool{},
	}
	switch r.IntN(6) {
	case 0:
		run.breakAt = r.IntN(c.n + 1)
	case 1:
		run.panicAt = r.IntN(c.n + 1)
	case 2:
		run.brokenAt = r.IntN(c.n + 1)
	}
	return run
}

// input yields the items and checks how many are held.
func (run *streamRun) input(yield func(int) bool) {
	for i := range run.n {
		if run.slowInput && i%3 == 0 {
			time.Sleep(2 * time.Millisecond)
		}
		if i == run.brokenAt {
			panic(errInput)
		}
		run.s.mu.Lock()
		run.pulled++
		// One may be on its way to the consumer.
		if held := run.pulled - run.got - 1; run.size > 0 && held > run.concurrency*run.size {
			run.t.Errorf("%d items are held", held)
		}
		run.s.mu.Unlock()
		if !yield(i) {
			return
		}
	}
	run.exhausted = true
}

// consume ranges over the stream, and returns what it panicked with.
func (run *streamRun) consume(results iter.Seq2[int, error]) (value any) {
	defer func() { value = recover() }()
	for v, err := range results {
		if run.final != nil {
			run.t.Errorf("%d, %v after the end, %v", v, err, run.final)
		}
		if errors.Is(err, batch.ErrNotStarted) {
			run.final = err
			continue
		}
		run.result(v, err)
		if run.slowConsumer {
			time.Sleep(3 * time.Millisecond)
		}
		switch run.got {
		case run.breakAt:
			return nil
		case run.panicAt:
			panic(errOnce)
		}
	}
	return nil
}

func (run *streamRun) result(v int, err error) {
	run.s.mu.Lock()
	defer run.s.mu.Unlock()
	run.got++
	index := v / 10
	if err != nil {
		run.failed++
		var item *batch.ItemError
		if !errors.As(err, &item) {
			run.t.Errorf("not an ItemError: %v", err)
			return
		}
		index, err = item.Index, item.Err
	}
	gap := index > run.next && (run.stop || run.s.outer.Err() != nil) // not started
	if run.seen[index] || !run.completion && index != run.next && !gap || run.s.made[index] == 0 {
		run.t.Errorf("item %d, expected %d: %v", index, run.next, run.seen)
	}
	run.seen[index] = true
	run.next = index + 1
	if wrong := run.s.wrong(index, v, err); wrong != "" {
		run.t.Error(wrong)
	}
}

// TestStreamModel goes through random streams, which are left in many ways.
func TestStreamModel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := batch.NewProcessor("stream model")
		for seed := range uint64(stepsOf(t, 2000)) {
			checkStream(newStreamRun(t, rand.New(rand.NewPCG(seed, 2))), p)
			alone(t)
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		}
	})
}

func checkStream(run *streamRun, p *batch.Processor) {
	t, s := run.t, run.s
	ctx, cancel := s.ctx(run.endsAfter)
	defer cancel()
	before := p.Stats()
	progress := newProgressCheck(t, -1)
	value := run.consume(batch.Stream(ctx, run.input, s.process, append(run.opts, p, batch.WithProgress(progress.see))...))
	if s.running != 0 || s.most > run.concurrency || s.late > 0 {
		t.Errorf("%d calls run after the end, %d ran at once, %d began late", s.running, s.most, s.late)
	}
	now := p.Stats()
	done := int(now.Succeeded + now.Failed - before.Succeeded - before.Failed)
	if done+int(now.NotStarted-before.NotStarted) != run.pulled || now.Running != 0 {
		t.Errorf("%d were pulled, and stats are %+v, before %+v", run.pulled, now, before)
	}
	progress.end(done)
	run.checkEnd(ctx, value, done)
}

// checkEnd checks how the loop came to its end.
func (run *streamRun) checkEnd(ctx context.Context, value any, done int) {
	t := run.t
	broken, _ := value.(*batch.PanicError)
	switch left := run.breakAt == run.got && run.got > 0 || value == error(errOnce); {
	case left:
		return
	case value != nil && (broken == nil || !errors.Is(broken, errInput) || run.brokenAt < 0):
		t.Errorf("panicked with %v", value)
	case run.got != done:
		t.Errorf("%d of %d results", run.got, done)
	case run.brokenAt >= 0 && run.brokenAt < run.n && ctx.Err() == nil && !run.stop && broken == nil:
		t.Error("the input's panic was lost")
	case value != nil:
		return
	case run.final == nil && (!run.exhausted && run.n > 0 && run.brokenAt != 0 || run.got != run.pulled):
		t.Errorf("no error at the end, %d of %d", run.got, run.pulled)
	case run.final == nil:
		return
	case errors.Is(run.final, batch.ErrStopped) && run.stop && run.failed > 0:
		return
	case !errors.Is(run.final, errShutdown) || ctx.Err() == nil:
		t.Errorf("the end is %v", run.final)
	}
}
