package rows

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
)

// keysTogether is how many keys one goroutine asks for at once: as many as fill a batch.
const keysTogether = 100

// manyKeys are asked for by one goroutine. Operations are keys.
func manyKeys(ctx context.Context, b *harness.Bench) error {
	var failed atomic.Int64
	var contenders []harness.Contender
	for _, l := range rivals.KeyLoaders(false) {
		contenders = append(contenders, harness.Contender{Name: l.Name, Run: func(_, n int) {
			ids := idsOf(1)[:keysTogether]
			for range max(n/keysTogether, 1) {
				if err := l.Many(ctx, ids); err != nil {
					failed.Add(1)
				}
			}
		}})
		if l.Enqueue != nil {
			contenders = append(contenders, fresh(l.Name+", not waited for", func(key int64) { l.Enqueue(ctx, key) }))
		}
	}
	// A sample must be a whole number of calls.
	t := b.Measure(harness.Case{Count: 200 * keysTogether, Warm: 20 * keysTogether, Contenders: contenders})
	if n := failed.Load(); n > 0 {
		return fmt.Errorf("%d calls for many keys failed", n)
	}
	row := fmt.Sprintf("loader, backend of 0, %d keys at once: ", keysTogether)
	b.Ratio(row+"generated × dataloadgen", t.Ratio(rivals.OurLoader, rivals.Dataloadgen), nil)
	b.Ratio(row+"generated × dataloadgen, which does not wait", t.Ratio(rivals.OurLoader, rivals.Dataloadgen+", not waited for"), nil)
	b.Figure(row+"allocations of a key, generated", t.Of(rivals.OurLoader).Allocs, "", nil)
	table := harness.TimingTable(fmt.Sprintf("Loader, backend of 0, %d keys at once, a key", keysTogether), t, rivals.Dataloadgen)
	table.Note = "Ours is LoadMany, of which the outcomes are a part. It has no call that does not wait; what others do then is to enqueue, and the backend on the other processor."
	b.Table(table)
	return nil
}
