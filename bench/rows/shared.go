package rows

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
)

// sharedCustomers is how many customers the caches hold that are only read.
const sharedCustomers = 4096

// sharing measures caches that processes share, on a real Redis server of its own.
func sharing(ctx context.Context, b *harness.Bench) error {
	server, err := b.StartRedis(ctx)
	if err != nil {
		return err
	}
	defer server.Close()
	s := &sharedGroup{bench: b, server: server.Addr()}
	for _, part := range []func(context.Context) error{s.memoryHits, s.wrapperHits, s.redisHits, s.misses, s.manyGets, s.traffic} {
		if err := errors.Join(ctx.Err(), part(ctx), s.empty(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// sharedGroup is the rows about one server.
type sharedGroup struct {
	bench  *harness.Bench
	server string

	// loads counts what the source was asked for.
	loads atomic.Int64
	// newest is the last number that misses have asked for.
	newest atomic.Int64
}

// load is the source, which takes about a microsecond.
func (s *sharedGroup) load(_ context.Context, id int64) (*sample.Customer, error) {
	s.loads.Add(1)
	return sample.NewCustomer(id), nil
}

// empty removes what contenders have left on the server, which is the group's own.
func (s *sharedGroup) empty(ctx context.Context) error {
	client := redis.NewClient(&redis.Options{Addr: s.server})
	defer client.Close()
	return client.FlushDB(ctx).Err()
}

func sharedCrowds() []crowd { return []crowd{{"alone", 1}, {"16 goroutines", 16}} }

// A sharedReader is an open cache of the measured kind.
type sharedReader struct {
	name  string
	cache rivals.Shared
	ctx   context.Context
	// failed counts errors and wrong customers.
	failed atomic.Int64
}

// check loads a customer and looks at it.
func (r *sharedReader) check(id int64) {
	if customer, err := r.cache.Load(r.ctx, id); err != nil || customer.ID != id {
		r.failed.Add(1)
	}
}

// open opens caches in front of the server.
func (s *sharedGroup) open(ctx context.Context, list []rivals.Sharing, memory bool) (readers []*sharedReader, done func(), err error) {
	done = func() {
		for _, r := range readers {
			r.cache.Close()
		}
	}
	for _, sharing := range list {
		c, err := sharing.Open(s.server, memory, s.load)
		if err != nil {
			done()
			return nil, nil, fmt.Errorf("%s: %w", sharing.Name, err)
		}
		readers = append(readers, &sharedReader{name: sharing.Name, cache: c, ctx: ctx})
	}
	return readers, done, nil
}

// fill makes each cache load the first n customers twice. The second time nobody may
// need the source any more: what follows are hits.
func (s *sharedGroup) fill(readers []*sharedReader, n int64) error {
	for _, r := range readers {
		for range 2 {
			s.loads.Store(0)
			for id := range n {
				r.check(id)
			}
		}
		if loads := s.loads.Load(); loads > 0 {
			return fmt.Errorf("%s: %d of %d customers were loaded again", r.name, loads, n)
		}
	}
	return broken(readers)
}

// broken returns an error if calls have failed.
func broken(readers []*sharedReader) error {
	for _, r := range readers {
		if n := r.failed.Load(); n > 0 {
			return fmt.Errorf("%s: %d calls failed", r.name, n)
		}
	}
	return nil
}

// walk is a contender that reads the customers one after the other.
func walk(r *sharedReader) harness.Contender {
	var positions [16]atomic.Int64
	return harness.Contender{Name: r.name, Run: func(worker, n int) {
		from := positions[worker].Add(int64(n)) - int64(n)
		for id := range walked(worker, from, n) {
			r.check(id)
		}
	}}
}

// walked are the numbers of n customers after those that a worker has read before,
// far from where the others are, so that none waits for another's load. They do not
// come in the order in which they were stored, which is that in memory.
func walked(worker int, from int64, n int) iter.Seq[int64] {
	from += int64(worker) * sharedCustomers / 16
	return func(yield func(int64) bool) {
		for i := from; i < from+int64(n); i++ {
			// The factor is odd, and their number a power of two, so that all come up.
			if !yield(i * 1597 % sharedCustomers) {
				return
			}
		}
	}
}

// measure measures contenders, and reports readers that have failed.
func (s *sharedGroup) measure(workers int, readers []*sharedReader, contender func(*sharedReader) harness.Contender) (harness.Timings, error) {
	var contenders []harness.Contender
	for _, r := range readers {
		contenders = append(contenders, contender(r))
	}
	t := s.bench.Measure(harness.Case{Workers: workers, Contenders: contenders})
	return t, broken(readers)
}

// caches are the sharings that keep something in memory.
func caches() (list []rivals.Sharing) {
	for _, s := range rivals.Sharings() {
		if !s.Bare {
			list = append(list, s)
		}
	}
	return list
}

// withCancellable gives readers a context that cannot be cancelled, and adds ours with
// one that can, as most of a server's can.
func withCancellable(ctx context.Context, readers []*sharedReader) []*sharedReader {
	all := readers
	for _, r := range readers {
		r.ctx = context.WithoutCancel(ctx)
		if r.name == rivals.Ours {
			all = append(all, &sharedReader{name: cancellable, cache: r.cache, ctx: ctx})
		}
	}
	return all
}

// compared reports what others take as a multiple of ours.
func (s *sharedGroup) compared(row string, t harness.Timings) {
	for _, name := range []string{rivals.GoRedisCache, rivals.Rueidisaside, rivals.Gocache} {
		s.bench.Ratio(row+": "+name+" × ours", t.Ratio(name, rivals.Ours), nil)
	}
}
