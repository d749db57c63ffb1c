package pgxtx_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/bunsui/bunsui-go/internal/pgtest"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/pgxtx"
)

// schema has accounts, a table that objects at the commit, and one whose
// connection dies in the commit.
const schema = `
create table accounts (id int primary key, balance int not null);
create table owners (account int references accounts deferrable initially deferred);
create table deadly (id int);
create function die() returns trigger language plpgsql as $$
	begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(10); return null; end $$;
create constraint trigger die after insert on deadly deferrable initially deferred for each row execute function die();
insert into accounts select n, 100 from generate_series(1, 50) n;
`

// bank is a database and a cached function over it.
type bank struct {
	pool  *pgxpool.Pool
	cache *cache.Cache[int, int]
	loads atomic.Int64
	cut   atomic.Bool // the answer to the next commit gets lost
}

func newBank(t *testing.T) *bank {
	t.Helper()
	config, err := pgxpool.ParseConfig(pgtest.Start(t).URL())
	if err != nil {
		t.Fatal(err)
	}
	b := &bank{}
	dial := config.ConnConfig.DialFunc
	config.ConnConfig.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := dial(ctx, network, addr)
		return &cuttable{Conn: c, armed: &b.cut}, err
	}
	if b.pool, err = pgxpool.NewWithConfig(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.pool.Close)
	if _, err = b.pool.Exec(t.Context(), schema); err != nil {
		t.Fatal(err)
	}
	b.cache = cache.New(cache.Options[int, int]{Name: "test.balance", TTL: time.Hour, Manager: cache.NewManager(cache.Config{})})
	return b
}

type txKey struct{}

// row reads with the transaction of ctx, if there is one, as programs do.
func (b *bank) row(ctx context.Context, sql string, args ...any) pgx.Row {
	if tx, ok := ctx.Value(txKey{}).(pgx.Tx); ok {
		return tx.QueryRow(ctx, sql, args...)
	}
	return b.pool.QueryRow(ctx, sql, args...)
}

// balance is the cached function.
func (b *bank) balance(ctx context.Context, id int) (int, error) {
	return b.cache.Load(ctx, id, func(ctx context.Context, id int) (n int, err error) {
		b.loads.Add(1)
		err = b.row(ctx, "select balance from accounts where id = $1", id).Scan(&n)
		return n, err
	})
}

func (b *bank) run(ctx context.Context, f func(ctx context.Context, tx pgx.Tx) error) error {
	return pgxtx.Run(ctx, b.pool, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
		return f(context.WithValue(ctx, txKey{}, tx), tx)
	})
}

// add changes a balance, and says so to the cache as invalidate does.
func (b *bank) add(ctx context.Context, tx pgx.Tx, id, by int) error {
	if _, err := tx.Exec(ctx, "update accounts set balance = balance + $2 where id = $1", id, by); err != nil {
		return err
	}
	return b.cache.Delete(ctx, id)
}

// want checks what others see, and whether they need a load for that.
func (b *bank) want(t *testing.T, id, balance int, kept bool) {
	t.Helper()
	before := b.loads.Load()
	if n, err := b.balance(t.Context(), id); n != balance || err != nil {
		t.Errorf("the balance of %d is %d, %v, want %d", id, n, err, balance)
	}
	if loaded := b.loads.Load() != before; loaded == kept {
		t.Errorf("the balance of %d: kept = %v, want %v", id, !loaded, kept)
	}
}

// cuttable is a connection that loses the answer to a commit, once the server has
// given it, and is broken then.
type cuttable struct {
	net.Conn
	armed *atomic.Bool
	sent  atomic.Bool
}

func (c *cuttable) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("commit\x00")) && c.armed.CompareAndSwap(true, false) {
		c.sent.Store(true)
	}
	return c.Conn.Write(p)
}

func (c *cuttable) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.sent.Load() {
		return 0, io.ErrUnexpectedEOF
	}
	return n, err
}
