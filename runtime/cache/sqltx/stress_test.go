package sqltx_test

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
)

// Eight readers and two writers of one row: nobody sees what was not committed,
// and whoever calls after Run has returned sees what it wrote or what came later.
func TestReadersAndWriters(t *testing.T) {
	b := newBank(t)
	const rounds, id = 60, 1
	var committed atomic.Int64 // the highest balance for which Run has returned
	var writers, readers sync.WaitGroup
	finished := make(chan struct{})
	for w := range 2 {
		writers.Go(func() {
			for n := range rounds {
				balance, err := b.write(t.Context(), id, n%3 == 0, (n+w)%2 == 0)
				if err != nil && !errors.Is(err, errStop) {
					t.Errorf("write: %v", err)
				}
				for err == nil {
					if seen := committed.Load(); int64(balance) <= seen || committed.CompareAndSwap(seen, int64(balance)) {
						break
					}
				}
			}
		})
	}
	for range 8 {
		readers.Go(func() { b.read(t, id, 100+2*rounds, &committed, finished) })
	}
	writers.Wait()
	close(finished)
	readers.Wait()
	if loads := b.loads.Load(); loads < 10 {
		t.Errorf("%d loads: nothing was tested", loads)
	}
}

// read checks what readers see until the writers have finished.
func (b *bank) read(t *testing.T, id, atMost int, committed *atomic.Int64, finished <-chan struct{}) {
	for ended := false; !ended; {
		select {
		case <-finished:
			ended = true
		default:
		}
		atLeast := committed.Load()
		n, err := b.balance(t.Context(), id)
		if err != nil || int64(n) < atLeast || n > atMost {
			t.Errorf("the balance is %d, %v, after %d was committed", n, err, atLeast)
		}
		// Hits alone would leave the others no processor.
		if _, err := b.db.ExecContext(t.Context(), "select 1"); err != nil {
			t.Error(err)
		}
	}
}

// write adds 1 to a balance, or so much that readers notice and rolls back. It
// tells the cache by Set or Delete.
func (b *bank) write(ctx context.Context, id int, fails, put bool) (balance int, err error) {
	by := 1
	if fails {
		by = 1_000_000
	}
	err = b.run(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := b.add(ctx, tx, id, by); err != nil {
			return err
		}
		// What it has written itself is what it must see.
		if balance, err = b.balance(ctx, id); err != nil {
			return err
		}
		if put {
			err = b.cache.Set(ctx, id, balance)
		}
		if fails {
			err = errStop
		}
		return err
	})
	return balance, err
}
