package connections

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bunsui/bunsui-go/internal/pgtest"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

const schema = `
create table accounts (id bigint primary key, balance bigint not null check (balance >= 0));
insert into accounts select n, 100 from generate_series(1, 10) n;
`

// TestAccounts uses the pool of the package, which there is one of: it is one test.
func TestAccounts(t *testing.T) {
	URL = pgtest.Start(t).URL()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := ConnPool.Close(ctx); err != nil {
			t.Error(err)
		}
		if s := ConnPool.Stats(); s.InUse != 0 || s.Open() != 0 {
			t.Errorf("after the end: %+v", s)
		}
	})
	if err := ConnPool.Start(t.Context()); errors.Is(err, pool.ErrClosed) {
		t.Skip("with -count, the pool of the package is closed from the second time on")
	} else if err != nil {
		t.Fatal(err)
	}
	if err := WithConn(t.Context(), func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, schema)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	t.Run("concurrent", concurrent)
	t.Run("rolled back", rolledBack)
	t.Run("killed", killed)
	t.Run("left open", leftOpen)
}

func balance(t *testing.T, ctx context.Context, id int64) int64 {
	t.Helper()
	a, err := GetAccount(ctx, id)
	if err != nil {
		t.Error(err)
	}
	return a.Balance
}

func concurrent(t *testing.T) {
	ctx := cachetest.Context(t)
	before := balance(t, ctx, 1)
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			if err := Transfer(ctx, int64(2+i%4), int64(6+i%4), 1); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	sum := int64(0)
	for id := range int64(10) {
		sum += balance(t, ctx, id+1)
	}
	if sum != 1000 || balance(t, ctx, 1) != before {
		t.Errorf("there are %d", sum)
	}
	cachetest.Loads(t, GetAccountCache, 10)
	if s := ConnPool.Stats(); s.Open() > 8 || s.InUse != 0 || s.Waits == 0 {
		t.Errorf("%+v", s)
	}
}

// Both changes are made over one connection, so that the first goes with the second.
func rolledBack(t *testing.T) {
	ctx := cachetest.Context(t)
	before := balance(t, ctx, 1)
	if err := Transfer(ctx, 1, 4711, 50); !errors.Is(err, pgx.ErrNoRows) {
		t.Errorf("Transfer = %v", err)
	}
	if got := balance(t, cachetest.Context(t), 1); got != before {
		t.Errorf("%d, then %d", before, got)
	}
}

// A session that the server ends does not come back.
func killed(t *testing.T) {
	ctx := cachetest.Context(t)
	if err := WithConn(ctx, func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for id := range int64(20) {
		if _, err := GetAccount(cachetest.Context(t), 1+id%10); err != nil {
			failed++
		}
	}
	if failed > 8 { // at most as many as there were connections
		t.Errorf("%d of 20 calls failed", failed)
	}
	if _, err := GetAccount(cachetest.Context(t), 1); err != nil {
		t.Error(err)
	}
}

// What a caller has begun and not ended does not reach the next one.
func leftOpen(t *testing.T) {
	for range 20 {
		if err := WithConn(t.Context(), func(ctx context.Context, c *pgx.Conn) error {
			if status := c.PgConn().TxStatus(); status != 'I' {
				t.Errorf("the connection is in state %c", status)
			}
			_, err := c.Exec(ctx, "begin")
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}
