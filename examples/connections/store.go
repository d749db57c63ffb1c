// Package connections reads accounts from PostgreSQL over connections that are pooled by
// directives: there is a constructor, and functions that take a connection. pgx has a pool
// of its own, which knows more about PostgreSQL; this one is for what has none.
package connections

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// URL is where the database is. It must be set before the first connection is made.
var URL = "postgres://localhost/accounts"

// Account is a row.
type Account struct {
	ID      int64
	Balance int64
}

// newConn connects. ping is asked for a connection that was not used for a while, and
// what a caller has left open ends when it comes back.
//
//bunsui:pool min=2 max=8 max_age=30m max_idle=5m ping=ping reset=reset close=closeConn leak=30s
func newConn(ctx context.Context) (*pgx.Conn, error) {
	return pgx.Connect(ctx, URL)
}

func ping(ctx context.Context, c *pgx.Conn) error { return c.Ping(ctx) }

// closeConn waits until the connection is gone, for which Close does not wait after a query
// that was cancelled: its place must not be given away before.
func closeConn(ctx context.Context, c *pgx.Conn) error {
	err := c.Close(ctx)
	select {
	case <-c.PgConn().CleanupDone():
	case <-ctx.Done():
	}
	return err
}

func reset(ctx context.Context, c *pgx.Conn) error {
	if c.PgConn().TxStatus() == 'I' {
		return nil
	}
	_, err := c.Exec(ctx, "rollback")
	return err
}

// broken reports whether a connection is of no use after an error: anything but what the
// server has said in an answer.
func broken(err error) bool {
	if pool.Broken(err) || pgconn.Timeout(err) {
		return true
	}
	answer, ok := errors.AsType[*pgconn.PgError](err)
	return ok && answer.Code[:2] == "57" // the server goes down, or has ended the session
}

// getAccount reads one account. A hit of the cache takes no connection.
//
//bunsui:cached ttl=30
//bunsui:pooled broken=broken
func getAccount(ctx context.Context, c *pgx.Conn, id int64) (Account, error) {
	// CollectExactlyOneRow returns the error of Query, too.
	rows, _ := c.Query(ctx, "select id, balance from accounts where id = $1", id)
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Account])
}

// transfer moves money from one account to another. What it calls works with the same
// connection, and so within its transaction.
//
//bunsui:invalidate GetAccount(id=from) GetAccount(id=to)
//bunsui:pooled broken=broken reuse=ctx
func transfer(ctx context.Context, c *pgx.Conn, from, to, amount int64) error {
	return pgx.BeginFunc(ctx, c, func(pgx.Tx) error {
		return errors.Join(Book(ctx, from, -amount), Book(ctx, to, amount))
	})
}

// book changes one account.
//
//bunsui:pooled broken=broken reuse=ctx as=Book
func book(ctx context.Context, c *pgx.Conn, id, change int64) error {
	tag, err := c.Exec(ctx, "update accounts set balance = balance + $2 where id = $1", id, change)
	if err == nil && tag.RowsAffected() != 1 {
		err = fmt.Errorf("account %d: %w", id, pgx.ErrNoRows)
	}
	return err
}
