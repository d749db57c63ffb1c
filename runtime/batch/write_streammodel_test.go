package batch

import (
	"context"
	"errors"
	"iter"
	"testing"
	"testing/synctest"
	"time"
)

func TestWriteStreamModel(t *testing.T) {
	for seed := range uint64(2000) {
		synctest.Test(t, func(t *testing.T) {
			m := newWriteModel(t, seed)
			ctx, cancel := context.WithCancel(t.Context())
			if m.rng.IntN(3) == 0 {
				time.AfterFunc(time.Duration(m.rng.IntN(5000))*time.Millisecond, cancel)
			}
			defer cancel()
			opts := m.options()
			s := writeStreamModel{writeModel: m, slow: m.rng.IntN(2), breaks: m.rng.IntN(4 * (m.n + 1))}
			s.consume(WriteStream(ctx, s.source, m.write, m.failed, opts...), func() bool { return ctx.Err() != nil })
			if t.Failed() {
				t.Fatalf("seed %d: %+v", seed, m)
			}
		})
	}
}

type writeStreamModel struct {
	*writeModel
	slow, breaks  int
	pulled, taken int
}

func (s *writeStreamModel) source(yield func(int) bool) {
	for i := range s.n {
		s.mu.Lock()
		s.pulled++
		if held := s.pulled - s.taken; held > s.max*s.concurrency+1 { // one that was not counted yet
			s.t.Errorf("%d items are held, at most %d × %d", held, s.max, s.concurrency)
		}
		wait := time.Duration(s.rng.IntN(1+30*s.slow)) * time.Millisecond
		s.mu.Unlock()
		time.Sleep(wait)
		if !yield(i) {
			return
		}
	}
}

func (s *writeStreamModel) consume(stream iter.Seq2[writeModelResult, error], cancelled func() bool) {
	seen := map[int]bool{}
	halted, bad, number, latest := false, 0, 0, -1
	for r, err := range stream {
		item := r.item
		if errors.Is(err, ErrNotStarted) {
			halted = true
			continue
		}
		if e, ok := errors.AsType[*ItemError](err); ok {
			item = e.Index
			bad++
		}
		s.mu.Lock()
		s.taken++
		if seen[item] {
			s.t.Errorf("item %d comes again", item)
		}
		seen[item] = true
		if !s.completion && item < latest {
			s.t.Errorf("item %d comes after %d", item, latest)
		}
		latest = item
		s.judge(item, r, err, cancelled() || s.stops && bad > 0)
		wait := time.Duration(s.rng.IntN(1+100*s.slow)) * time.Millisecond
		s.mu.Unlock()
		time.Sleep(wait)
		if number++; number == s.breaks {
			return
		}
	}
	if !halted && len(seen) != s.n {
		s.t.Errorf("%d of %d items were yielded", len(seen), s.n)
	}
	if halted && !cancelled() && !(s.stops && bad > 0) {
		s.t.Error("it halted for no reason")
	}
}
