package rows

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
)

// together is how many customers are read at once.
const together = 100

// manyReader is an open contender.
type manyReader struct {
	name   string
	many   rivals.Many
	failed atomic.Int64
}

// manyGets reads customers that are on the server, many at once.
func (s *sharedGroup) manyGets(ctx context.Context) error {
	readers, done, err := openMany(ctx, s.server)
	if err != nil {
		return err
	}
	defer done()
	var contenders []harness.Contender
	for _, r := range readers {
		contenders = append(contenders, harness.Contender{Name: r.name, Run: func(worker, n int) {
			for range n {
				r.read(ctx, idsOf(worker))
			}
		}})
	}
	for _, c := range sharedCrowds() {
		t := s.bench.Measure(harness.Case{Workers: c.workers, Contenders: contenders})
		for _, r := range readers {
			if n := r.failed.Load(); n > 0 {
				return fmt.Errorf("%s: %d calls failed", r.name, n)
			}
		}
		row := fmt.Sprintf("shared, %d at once, %s", together, c.name)
		s.bench.Ratio(row+": ours × pipeline of GETs + decode", t.Ratio(rivals.Ours, rivals.ManyGets), harness.AtMost(1.1))
		s.bench.Ratio(row+": ours × MGET + decode", t.Ratio(rivals.Ours, rivals.ManyMGet), nil)
		s.bench.Figure(row+": allocations", t.Of(rivals.Ours).Allocs, "", nil)
		table := harness.TimingTable(fmt.Sprintf("Shared store, %d customers at once, %s", together, c.name), t, rivals.ManyGets)
		table.Note = "Each operation reads and decodes all of them. Ours is Get of the store. Others that have no such call read one customer after the other."
		s.bench.Table(table)
	}
	return nil
}

// idsOf returns the numbers of the customers that a worker reads. Others have others,
// so that none waits for another's load.
func idsOf(worker int) []int64 {
	ids := make([]int64, together)
	for i := range ids {
		ids[i] = int64(worker*together + i)
	}
	return ids
}

// openMany opens all contenders, with the customers that they will read.
func openMany(ctx context.Context, server string) (readers []*manyReader, done func(), err error) {
	customers := make([]*sample.Customer, 16*together)
	for i := range customers {
		customers[i] = sample.NewCustomer(int64(i))
	}
	done = func() {
		for _, r := range readers {
			r.many.Close()
		}
	}
	for _, sharing := range rivals.ManySharings() {
		many, err := sharing.Open(ctx, server, customers)
		if err != nil {
			done()
			return nil, nil, fmt.Errorf("%s: %w", sharing.Name, err)
		}
		readers = append(readers, &manyReader{name: sharing.Name, many: many})
	}
	return readers, done, nil
}

// read reads customers and looks at them.
func (r *manyReader) read(ctx context.Context, ids []int64) {
	customers, err := r.many.Load(ctx, ids)
	if err != nil || len(customers) != len(ids) {
		r.failed.Add(1)
		return
	}
	for i, c := range customers {
		if c.ID != ids[i] {
			r.failed.Add(1)
		}
	}
}
