// Package pgxtx runs transactions of pgx, version 5, together with what they change
// in caches: Run begins one, and commits it or rolls it back, and the caches hear of
// it at the right moment. It opens no connections and repeats nothing.
package pgxtx

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// ErrNoOuter says that a savepoint was asked for in a transaction that the context
// does not know, so that nobody would tell the caches how it ended.
var ErrNoOuter = errors.New("the context does not come from the function that runs the outer transaction: call it by pgxtx.Run or cache.Tx")

// Beginner is a *pgxpool.Pool, a *pgxpool.Conn, a *pgx.Conn, or a pgx.Tx.
type Beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
}

// errNotCommitted ends the time of a transaction that was rolled back. Run returns
// the reason in its place.
var errNotCommitted = errors.New("the transaction was rolled back")

// rollingBack bounds how long Run waits for the server to roll back, whose result
// changes nothing but whether the connection can be used again.
const rollingBack = 5 * time.Second

// Run begins a transaction, calls f with it and with a context for what belongs to
// it, and commits it if f returns nil. If f returns an error, panics or calls
// runtime.Goexit, or if ctx ends before the commit, it is rolled back. A panic goes
// on to the caller.
//
// Cached functions that f calls with its context are called directly, and changes
// that it makes to caches with it happen when the commit has succeeded, before Run
// returns: see cache.Tx. If the commit fails, and the server has not said for
// certain that nothing was changed, they happen too, as removals, and the error
// wraps cache.ErrUnknownOutcome. If a change fails after the commit, which only
// those of strict caches do, the error wraps cache.ErrAfterCommit. Every other
// error means that the transaction was rolled back.
//
// If db is a pgx.Tx, a savepoint takes the place of the transaction: its changes
// join those of the outer one, and are dropped with either. opts must then be zero,
// and ctx must come from the outer one's function, else the error is ErrNoOuter.
// With any other db, a call of Run in f is a transaction of its own, whose changes
// do not wait for this one.
//
// f must not commit the transaction, nor roll it back: what became of it is then
// taken to be unknown.
func Run(ctx context.Context, db Beginner, opts pgx.TxOptions, f func(ctx context.Context, tx pgx.Tx) error) error {
	r, err := begin(ctx, db, opts)
	if err != nil {
		return err
	}
	returned := false
	defer func() {
		if !returned {
			_ = r.rollBack(errNotCommitted)
		}
	}()
	err = f(r.within, r.tx)
	returned = true
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return r.rollBack(err)
	}
	return r.commit()
}

// running is a transaction that was begun.
type running struct {
	// ctx is the caller's, within that of what belongs to the transaction.
	ctx, within context.Context
	tx          pgx.Tx
	done        func(error) error
	savepoint   bool
}

func begin(ctx context.Context, db Beginner, opts pgx.TxOptions) (r *running, err error) {
	r = &running{ctx: ctx}
	full, takesOptions := db.(interface {
		BeginTx(ctx context.Context, opts pgx.TxOptions) (pgx.Tx, error)
	})
	switch _, nested := db.(pgx.Tx); {
	case nested && !cache.InTx(ctx):
		return nil, fmt.Errorf("pgxtx: %w", ErrNoOuter)
	case opts != (pgx.TxOptions{}) && (nested || !takesOptions):
		return nil, fmt.Errorf("pgxtx: %T takes no options for a transaction", db)
	case nested:
		r.savepoint = true
		r.tx, err = db.Begin(ctx)
	case takesOptions:
		r.tx, err = full.BeginTx(ctx, opts)
	default:
		r.tx, err = db.Begin(ctx)
	}
	if err != nil {
		return nil, err
	}
	if r.savepoint {
		r.within, r.done = cache.Tx(ctx)
	} else {
		r.within, r.done = cache.SeparateTx(ctx)
	}
	return r, nil
}

func (r *running) commit() error {
	err := r.tx.Commit(r.ctx)
	// To give up a savepoint commits nothing; what is not known then, the end of the
	// outer transaction tells.
	known := r.savepoint && !errors.Is(err, pgx.ErrTxClosed)
	if err != nil && !known && !refused(err) {
		err = fmt.Errorf("%w: %w", cache.ErrUnknownOutcome, err)
	}
	return r.done(err)
}

// rollBack rolls the transaction back because of an error, which it returns.
func (r *running) rollBack(why error) error {
	// The caller's context may have ended, and would take the connection with it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), rollingBack)
	defer cancel()
	err := r.tx.Rollback(ctx)
	switch {
	case errors.Is(err, pgx.ErrTxClosed): // f has ended it
		return r.done(fmt.Errorf("%w: %w", cache.ErrUnknownOutcome, why))
	case err != nil && !errors.Is(err, pgconn.ErrConnClosed):
		why = fmt.Errorf("%w (and rolling back failed: %w)", why, err)
	}
	// Without a commit, the server gives up what it loses the connection of.
	_ = r.done(errNotCommitted)
	return why
}

// refused reports whether an error of a commit means that nothing was changed for
// certain. What pgconn.SafeToRetry says does not: in pgx 5.12 it holds for the
// error of a statement whose answer was lost.
func refused(err error) bool {
	if errors.Is(err, pgx.ErrTxCommitRollback) {
		return true
	}
	coded, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || len(coded.Code) != 5 || coded.Code == "40003" { // 40003 means that it is not known
		return false
	}
	switch coded.Code[:2] {
	case "23", "40", "44", "P0": // constraint, conflict, check option, trigger
		return true
	}
	return false
}
