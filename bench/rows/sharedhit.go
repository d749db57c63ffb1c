package rows

import (
	"context"
	"fmt"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
)

const (
	unshared    = "ours, unshared"
	cancellable = "ours, cancellable context"
)

// memoryHits reads customers that are in memory.
func (s *sharedGroup) memoryHits(ctx context.Context) error {
	list := append(caches(), rivals.Sharing{Name: unshared, Open: rivals.OpenUnshared})
	readers, done, err := s.open(ctx, list, true)
	if err != nil {
		return err
	}
	defer done()
	if err := s.fill(readers, sharedCustomers); err != nil {
		return err
	}
	for _, c := range sharedCrowds() {
		t, err := s.measure(c.workers, readers, walk)
		if err != nil {
			return err
		}
		row := "shared, memory hit, " + c.name
		s.bench.Ratio(row+": ours × unshared", t.Ratio(rivals.Ours, unshared), harness.AtMost(1.05))
		s.bench.Figure(row+": allocations", rounded(t.Of(rivals.Ours).Allocs), "", harness.AtMost(0))
		s.compared(row, t)
		table := harness.TimingTable("Shared cache, hit in memory, "+c.name, t, rivals.Ours)
		table.Note = "Ours hands out the value that it keeps. The others keep bytes, and decode them at each hit."
		s.bench.Table(table)
	}
	return nil
}

// rounded hides an allocation that others make now and then.
func rounded(allocs float64) float64 { return float64(int(allocs*1000+0.5)) / 1000 }

// redisHits reads customers that are on the server, and not in memory.
func (s *sharedGroup) redisHits(ctx context.Context) error {
	readers, done, err := s.open(ctx, rivals.Sharings(), false)
	if err != nil {
		return err
	}
	defer done()
	if err := s.fill(readers, sharedCustomers); err != nil {
		return err
	}
	readers = withCancellable(ctx, readers)
	s.loads.Store(0)
	for _, c := range sharedCrowds() {
		t, err := s.measure(c.workers, readers, walk)
		if err != nil {
			return err
		}
		row := "shared, Redis hit, " + c.name
		s.bench.Ratio(row+": ours × go-redis GET + decode", t.Ratio(rivals.Ours, rivals.BareGet), harness.AtMost(1.1))
		s.bench.Ratio(row+": ours, cancellable context × go-redis GET + decode", t.Ratio(cancellable, rivals.BareGet), harness.AtMost(1.1))
		s.bench.Ratio(row+": ours CPU × go-redis GET + decode", t.CPURatio(rivals.Ours, rivals.BareGet), nil)
		s.bench.Figure(row+": allocations", t.Of(rivals.Ours).Allocs, "", nil)
		s.compared(row, t)
		table := harness.TimingTable("Shared cache, hit in Redis, "+c.name, t, rivals.BareGet)
		table.Note = "Memory is bypassed: ours and rueidisaside have room for one entry, the others run without. CPU is that of this process, not the server's."
		s.bench.Table(table)
	}
	if n := s.loads.Load(); n > 0 {
		return fmt.Errorf("the source was asked %d times during hits", n)
	}
	return nil
}

// misses loads customers that nobody has, one after the other.
func (s *sharedGroup) misses(ctx context.Context) error {
	readers, done, err := s.open(ctx, rivals.Sharings(), true)
	if err != nil {
		return err
	}
	defer done()
	readers = withCancellable(ctx, readers)
	for _, c := range sharedCrowds() {
		t, err := s.measure(c.workers, readers, s.fresh)
		if err != nil {
			return err
		}
		row := "shared, miss, " + c.name
		s.bench.Ratio(row+": ours × go-redis GET, SET", t.Ratio(rivals.Ours, rivals.BareGet), nil)
		s.bench.Ratio(row+": ours, cancellable context × go-redis GET, SET", t.Ratio(cancellable, rivals.BareGet), nil)
		s.bench.Figure(row+": allocations", t.Of(rivals.Ours).Allocs, "", nil)
		s.compared(row, t)
		table := harness.TimingTable("Shared cache, miss and load, "+c.name, t, rivals.BareGet)
		table.Note = "Ours and rueidisaside hold a lease while they load, so that one process does. go-redis/cache and gocache protect loads within the process, " +
			"and gocache returns before the result is stored, by one goroutine in the background: its row waits for that at the end of each sample. " +
			"The bare rows send a GET and a SET."
		s.bench.Table(table)
	}
	return nil
}

// fresh is a contender that hands each operation a number that was never used, and
// ends when all results are stored.
func (s *sharedGroup) fresh(r *sharedReader) harness.Contender {
	return harness.Contender{Name: r.name, Run: func(_, n int) {
		last := s.newest.Add(int64(n))
		for id := last - int64(n); id < last; id++ {
			r.check(sharedCustomers + id)
		}
		if settle := r.cache.Settle; settle != nil && settle(r.ctx, sharedCustomers+last-1) != nil {
			r.failed.Add(1)
		}
	}}
}
