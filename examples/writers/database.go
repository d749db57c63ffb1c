package writers

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Database keeps orders in PostgreSQL.
type Database struct {
	Pool *pgxpool.Pool
}

// Create makes the table.
func (d *Database) Create(ctx context.Context) error {
	_, err := d.Pool.Exec(ctx, `create table orders (id bigint primary key, item text not null, count int not null check (count > 0))`)
	return err
}

// InsertResult says what has become of one order.
type InsertResult struct {
	// Known tells that there was an order with its id, which stays as it is.
	Known bool
}

var errKnown = errors.New("there is an order with that id")

// insertOrders inserts orders one by one, with one trip to the server. They are a
// transaction: an error is one of all of them.
//
//bunsui:batch failed=insertFailed max=500 attempts=3 delay=100ms permanent=errKnown,isRule
func (d *Database) insertOrders(ctx context.Context, orders []Order) ([]InsertResult, error) {
	var b pgx.Batch
	results := make([]InsertResult, len(orders))
	for i, o := range orders {
		b.Queue("insert into orders values ($1, $2, $3) on conflict do nothing", o.ID, o.Item, o.Count).
			Exec(func(tag pgconn.CommandTag) error {
				results[i].Known = tag.RowsAffected() == 0
				return nil
			})
	}
	return results, d.Pool.SendBatch(ctx, &b).Close()
}

func insertFailed(r InsertResult) error {
	if r.Known {
		return errKnown
	}
	return nil
}

// copyOrders is the quickest way in: all orders of a call get there, or none.
//
//bunsui:batch failed=insertFailed max=1000 attempts=3 delay=100ms permanent=isRule
func (d *Database) copyOrders(ctx context.Context, orders []Order) ([]InsertResult, error) {
	_, err := d.Pool.CopyFrom(ctx, pgx.Identifier{"orders"}, []string{"id", "item", "count"},
		pgx.CopyFromSlice(len(orders), func(i int) ([]any, error) {
			return []any{orders[i].ID, orders[i].Item, orders[i].Count}, nil
		}))
	return make([]InsertResult, len(orders)), err
}

// isRule reports whether the server refuses an order for what it is.
func isRule(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pgIntegrity == e.Code[:2]
}

// pgIntegrity begins the codes of violated constraints.
const pgIntegrity = "23"
