package rows

import (
	"context"
	"fmt"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
)

const (
	sharedWrapper = "wrapper, shared"
	ownWrapper    = "wrapper, not shared"
)

// wrapperHits reads customers that are in memory with two generated wrappers that
// differ in the word shared only. Their calls are not behind an interface, so that
// the ratio is that of the caches.
func (s *sharedGroup) wrapperHits(ctx context.Context) error {
	done := rivals.UseStore(s.server)
	defer done()
	background := context.WithoutCancel(ctx)
	defer func() { _ = sample.OwnCustomerCache.InvalidateAll(background) }()
	// The second time, because what is loaded before the store is watched is dropped.
	for id := range int64(2 * sharedCustomers) {
		id %= sharedCustomers
		if _, err := sample.SharedCustomer(background, id); err != nil {
			return err
		}
		if _, err := sample.OwnCustomer(background, id); err != nil {
			return err
		}
	}
	if stats := sample.SharedCustomerCache.Stats(); stats.StoreErrors > 0 || stats.Size != sharedCustomers {
		return fmt.Errorf("the shared wrapper has %d customers and had %d errors of the store", stats.Size, stats.StoreErrors)
	}
	for _, c := range sharedCrowds() {
		t := s.bench.Measure(harness.Case{Workers: c.workers, Contenders: []harness.Contender{
			{Name: sharedWrapper, Run: func(worker, n int) {
				sum := int64(0)
				for id := range walked(worker, 0, n) {
					customer, _ := sample.SharedCustomer(background, id)
					sum += customer.ID
				}
				sink.Store(uint64(sum))
			}},
			{Name: ownWrapper, Run: func(worker, n int) {
				sum := int64(0)
				for id := range walked(worker, 0, n) {
					customer, _ := sample.OwnCustomer(background, id)
					sum += customer.ID
				}
				sink.Store(uint64(sum))
			}},
		}})
		row := "shared, memory hit through the wrapper, " + c.name
		s.bench.Ratio(row+": shared × not shared", t.Ratio(sharedWrapper, ownWrapper), harness.AtMost(1.05))
		s.bench.Figure(row+": allocations", rounded(t.Of(sharedWrapper).Allocs), "", harness.AtMost(0))
		s.bench.Table(harness.TimingTable("Generated wrapper, hit in memory, "+c.name, t, ownWrapper))
	}
	return nil
}
