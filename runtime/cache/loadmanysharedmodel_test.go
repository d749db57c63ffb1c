package cache_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

// Whatever callers of two processes do, each gets what there is for its keys.
func TestLoadManySharedRandomly(t *testing.T) {
	for seed := range uint64(20) {
		two(t, nil, func(t *testing.T, a, b *process, d *database) {
			d.takes = 3 * time.Millisecond
			var all sync.WaitGroup
			for i := range uint64(8) {
				r := rand.New(rand.NewPCG(seed, i))
				p := []*process{a, b}[i%2]
				all.Go(func() {
					for range 25 {
						p.randomly(t, r)
					}
				})
			}
			all.Wait()
			time.Sleep(time.Hour)
		})
	}
}

func (p *process) randomly(t *testing.T, r *rand.Rand) {
	time.Sleep(time.Duration(r.IntN(3000)) * time.Microsecond)
	ids := make([]int, 1+r.IntN(6))
	for i := range ids {
		ids[i] = r.IntN(8)
	}
	if r.IntN(5) == 0 {
		p.from.version.Add(1)
		if err := p.Delete(t.Context(), ids...); err != nil {
			t.Error(err)
		}
		return
	}
	ctx, cancel := context.Background(), context.CancelFunc(func() {})
	if r.IntN(2) == 0 {
		ctx, cancel = context.WithTimeout(ctx, time.Duration(r.IntN(10))*time.Millisecond)
	}
	defer cancel()
	if r.IntN(4) == 0 {
		ids = ids[:1]
		v, err := p.Load(ctx, ids[0], p.from.load)
		p.judge(t, ctx, ids[0], v, err)
		return
	}
	people, errs := p.LoadMany(ctx, ids, p.from.loadMany)
	for i, id := range ids {
		var err error
		if errs != nil {
			err = errs[i]
		}
		p.judge(t, ctx, id, people[i], err)
	}
	if errs != nil && !slices.ContainsFunc(errs, func(err error) bool { return err != nil }) {
		t.Error("there are errors, all of which are nil")
	}
}

func (p *process) judge(t *testing.T, ctx context.Context, id int, v person, err error) {
	switch {
	case err == nil && v.ID == id && v.Version <= p.from.version.Load():
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
	default:
		t.Errorf("%d: %v, %v", id, v, err)
	}
}
