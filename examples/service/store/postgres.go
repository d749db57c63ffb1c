package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/bunsui/bunsui-go/runtime/cache/pgxtx"
)

// schema is run at each start. The lock is for processes that start together.
const schema = `
select pg_advisory_xact_lock(48151623);
create table if not exists users (
	id   bigint generated always as identity primary key,
	name text not null,
	team text not null
);
create index if not exists users_by_team on users (team, id);
`

// attempts is how often Atomically runs a function that collides with others.
const attempts = 10

// Postgres is Users in a database of PostgreSQL.
type Postgres struct {
	pool *pgxpool.Pool
}

// The compiler says here, and not where things are put together, what is missing.
var _ Users = (*Postgres)(nil)

// Open connects to a database, whose tables it makes if there are none. Close ends
// the connections.
func Open(ctx context.Context, url string) (*Postgres, error) {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return nil, err
	}
	if _, err := pool.Exec(ctx, schema); err != nil {
		pool.Close()
		return nil, err
	}
	return &Postgres{pool: pool}, nil
}

// Close waits for the calls under way, and closes the connections.
func (p *Postgres) Close() { p.pool.Close() }

// GetUser reads one user.
func (p *Postgres) GetUser(ctx context.Context, id int64) (User, error) {
	u, err := one[User](ctx, p, "select id, name, team from users where id = $1", id)
	return u, about(id, err)
}

// ListByTeam reads the users of a team. A team without users is an empty list.
func (p *Postgres) ListByTeam(ctx context.Context, team string) ([]User, error) {
	// CollectRows returns the error of Query, too.
	rows, _ := p.db(ctx).Query(ctx, "select id, name, team from users where team = $1 order by id", team)
	return pgx.CollectRows(rows, pgx.RowToStructByName[User])
}

// CreateUser inserts a user, whose id the database chooses.
func (p *Postgres) CreateUser(ctx context.Context, name, team string) (User, error) {
	return one[User](ctx, p, "insert into users (name, team) values ($1, $2) returning id, name, team", name, team)
}

// RenameUser changes one name.
func (p *Postgres) RenameUser(ctx context.Context, id int64, name string) (User, error) {
	u, err := one[User](ctx, p, "update users set name = $2 where id = $1 returning id, name, team", id, name)
	return u, about(id, err)
}

// MoveUser changes the team of one user. The row is locked when the team of before is
// read, so that this is the one that the update replaces.
func (p *Postgres) MoveUser(ctx context.Context, id int64, team string) (User, string, error) {
	moved, err := one[struct {
		User
		Before string
	}](ctx, p, `
		with old as (select id, team from users where id = $1 for update)
		update users set team = $2 from old where users.id = old.id
		returning users.id, users.name, users.team, old.team as before`, id, team)
	return moved.User, moved.Before, about(id, err)
}

// Atomically runs f in a transaction, or after a savepoint if ctx has a transaction.
func (p *Postgres) Atomically(ctx context.Context, f func(ctx context.Context) error) error {
	run := func(opts pgx.TxOptions) error {
		return pgxtx.Run(ctx, p.db(ctx), opts, func(ctx context.Context, tx pgx.Tx) error {
			return f(context.WithValue(ctx, txOf{p}, tx))
		})
	}
	if ctx.Value(txOf{p}) != nil {
		return run(pgx.TxOptions{}) // after a collision all of the transaction must be repeated
	}
	var err error
	for range attempts {
		if err = run(pgx.TxOptions{IsoLevel: pgx.Serializable}); !collided(err) {
			break
		}
	}
	return err
}

// txOf is the key of a context's transaction. Each Postgres has its own: a transaction
// in one database is of no use to another.
type txOf struct{ *Postgres }

// querier is what a pool and a transaction have in common.
type querier interface {
	pgxtx.Beginner
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// db is the transaction of ctx, or else the pool.
func (p *Postgres) db(ctx context.Context) querier {
	if tx, ok := ctx.Value(txOf{p}).(pgx.Tx); ok {
		return tx
	}
	return p.pool
}

// one reads a single row.
func one[T any](ctx context.Context, p *Postgres, sql string, args ...any) (T, error) {
	rows, _ := p.db(ctx).Query(ctx, sql, args...)
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
}

// about says which user an error is about.
func about(id int64, err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		err = fmt.Errorf("user %d: %w", id, err)
	}
	return err
}

// collided reports whether a transaction failed only because of others.
func collided(err error) bool {
	failure, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (failure.Code == "40001" || failure.Code == "40P01") // serialization failure, deadlock
}
