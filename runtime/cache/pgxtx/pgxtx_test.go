package pgxtx_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

var errStop = errors.New("stop")

func TestRun(t *testing.T) {
	b, id := newBank(t), -1
	for name, test := range map[string]func(*testing.T, *bank, int){
		"commit": testCommit, "put": testPut, "rollback": testRollback, "panic": testPanic, "exit": testExit,
		"cancelled": testCancelled, "refused commit": testRefused, "aborted": testAborted,
		"dead connection": testDead, "lost answer": testLost, "ended by f": testEndedWithin,
		"savepoints": testSavepoints, "savepoint lost with outer": testLostSavepoint, "own transaction": testOwn,
		"connection": testConn, "by hand": testByHand,
	} {
		id += 2 // each has an account of its own, and one to spare
		t.Run(name, func(t *testing.T) {
			b.want(t, id, 100, false)
			test(t, b, id)
		})
	}
}

func testCommit(t *testing.T, b *bank, id int) {
	err := b.run(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
		if err := b.add(ctx, tx, id, 5); err != nil {
			return err
		}
		if n, err := b.balance(ctx, id); n != 105 || err != nil {
			t.Errorf("within the transaction: %d, %v", n, err)
		}
		b.want(t, id, 100, true)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	b.want(t, id, 105, false)
}

func testPut(t *testing.T, b *bank, id int) {
	err := b.run(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
		return errors.Join(b.add(ctx, tx, id, 5), b.cache.Set(ctx, id, 105))
	})
	if err != nil {
		t.Error(err)
	}
	b.want(t, id, 105, true)
}

func testRollback(t *testing.T, b *bank, id int) {
	err := b.run(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
		return errors.Join(b.add(ctx, tx, id, 5), errStop)
	})
	if !errors.Is(err, errStop) || errors.Is(err, cache.ErrUnknownOutcome) {
		t.Error(err)
	}
	b.want(t, id, 100, true)
}

func testPanic(t *testing.T, b *bank, id int) {
	func() {
		defer func() {
			if got := recover(); got != errStop {
				t.Errorf("recover = %v", got)
			}
		}()
		_ = b.run(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
			_ = b.add(ctx, tx, id, 5)
			panic(errStop)
		})
	}()
	b.want(t, id, 100, true)
}

func testExit(t *testing.T, b *bank, id int) {
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_ = b.run(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
			_ = b.add(ctx, tx, id, 5)
			runtime.Goexit()
			return nil
		})
	}()
	<-gone
	b.want(t, id, 100, true)
}

func testCancelled(t *testing.T, b *bank, id int) {
	ctx, cancel := context.WithCancel(t.Context())
	err := b.run(ctx, func(ctx context.Context, tx pgx.Tx) error {
		defer cancel()
		return b.add(ctx, tx, id, 5)
	})
	if err != context.Canceled {
		t.Error(err)
	}
	b.want(t, id, 100, true)
}

// A commit that the server refuses has changed nothing.
func testRefused(t *testing.T, b *bank, id int) {
	err := b.run(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "insert into owners values (-1)")
		return errors.Join(err, b.add(ctx, tx, id, 5))
	})
	refused, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || refused.Code != "23503" || errors.Is(err, cache.ErrUnknownOutcome) {
		t.Error(err)
	}
	b.want(t, id, 100, true)
}

// PostgreSQL answers to a commit after an error that it has rolled back.
func testAborted(t *testing.T, b *bank, id int) {
	err := b.run(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
		err := b.add(ctx, tx, id, 5)
		_, _ = tx.Exec(ctx, "no statement")
		return err
	})
	if !errors.Is(err, pgx.ErrTxCommitRollback) || errors.Is(err, cache.ErrUnknownOutcome) {
		t.Error(err)
	}
	b.want(t, id, 100, true)
}

// The server ends the connection in the middle of the commit, and has not changed
// anything, which nobody knows here.
func testDead(t *testing.T, b *bank, id int) {
	err := b.run(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "insert into deadly values (1)")
		return errors.Join(err, b.add(ctx, tx, id, 5), b.cache.Set(ctx, id, 105))
	})
	if !errors.Is(err, cache.ErrUnknownOutcome) {
		t.Error(err)
	}
	b.want(t, id, 100, false)
}

// The server has committed, but its answer gets lost.
func testLost(t *testing.T, b *bank, id int) {
	b.cut.Store(true)
	err := b.run(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
		return errors.Join(b.add(ctx, tx, id, 5), b.cache.Set(ctx, id, -1))
	})
	if !errors.Is(err, cache.ErrUnknownOutcome) {
		t.Error(err)
	}
	b.want(t, id, 105, false)
}

func testEndedWithin(t *testing.T, b *bank, id int) {
	for i, result := range []error{nil, errStop} {
		err := b.run(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
			return errors.Join(b.add(ctx, tx, id, 5), tx.Commit(ctx), result)
		})
		if !errors.Is(err, cache.ErrUnknownOutcome) || !errors.Is(err, result) && result != nil {
			t.Error(err)
		}
		b.want(t, id, 105+5*i, false)
	}
}
