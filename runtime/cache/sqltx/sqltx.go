// Package sqltx runs transactions of database/sql together with what they change in
// caches: Run begins one, and commits it or rolls it back, and the caches hear of
// it at the right moment. It knows no driver, and has no savepoints, as database/sql
// has none: around statements of your own, call cache.Tx. It repeats nothing.
package sqltx

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// Beginner is a *sql.DB or a *sql.Conn.
type Beginner interface {
	BeginTx(ctx context.Context, opts *sql.TxOptions) (*sql.Tx, error)
}

// errNotCommitted ends the time of a transaction that was rolled back. Run returns
// the reason in its place.
var errNotCommitted = errors.New("the transaction was rolled back")

// Run begins a transaction, calls f with it and with a context for what belongs to
// it, and commits it if f returns nil. If f returns an error, panics or calls
// runtime.Goexit, or if ctx ends before the commit, it is rolled back. A panic goes
// on to the caller. opts may be nil.
//
// Cached functions that f calls with its context are called directly, and changes
// that it makes to caches with it happen when the commit has succeeded, before Run
// returns: see cache.Tx. If the commit fails, and the database has not said for
// certain that nothing was changed, they happen too, as removals, and the error
// wraps cache.ErrUnknownOutcome. If a change fails after the commit, which only
// those of strict caches do, the error wraps cache.ErrAfterCommit. Every other
// error means that the transaction was rolled back.
//
// A commit that fails with an error that has a method SQLState, as those of drivers
// for PostgreSQL, has failed for certain if that tells of a violated constraint, of
// a conflict with another transaction, or of a trigger that objected.
//
// f must not commit the transaction, nor roll it back: what became of it is then
// taken to be unknown. A call of Run in f is a transaction of its own, whose changes
// do not wait for this one.
func Run(ctx context.Context, db Beginner, opts *sql.TxOptions, f func(ctx context.Context, tx *sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	within, done := cache.SeparateTx(ctx)
	returned := false
	defer func() {
		if !returned {
			_ = rollBack(ctx, tx, done, errNotCommitted)
		}
	}()
	err = f(within, tx)
	returned = true
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return rollBack(ctx, tx, done, err)
	}
	err = tx.Commit()
	if err != nil && !refused(err) {
		err = fmt.Errorf("%w: %w", cache.ErrUnknownOutcome, err)
	}
	return done(err)
}

// rollBack rolls a transaction back because of an error, which it returns.
func rollBack(ctx context.Context, tx *sql.Tx, done func(error) error, why error) error {
	err := tx.Rollback()
	switch {
	case err == nil, ctx.Err() != nil:
		// The end of its context rolls it back, too, and may have been first.
		_ = done(errNotCommitted)
		return why
	case errors.Is(err, sql.ErrTxDone): // f has ended it
		return done(fmt.Errorf("%w: %w", cache.ErrUnknownOutcome, why))
	default:
		// Without a commit, the database gives up what it loses the connection of.
		_ = done(errNotCommitted)
		return fmt.Errorf("%w (and rolling back failed: %w)", why, err)
	}
}

// refused reports whether an error of a commit means that nothing was changed for
// certain.
func refused(err error) bool {
	coded, ok := errors.AsType[interface {
		error
		SQLState() string
	}](err)
	if !ok {
		return false
	}
	state := coded.SQLState()
	if len(state) != 5 || state == "40003" { // 40003 means that it is not known
		return false
	}
	switch state[:2] {
	case "23", "40", "44", "P0": // constraint, conflict, check option, trigger
		return true
	}
	return false
}
