package sqltx_test

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/sqltx"
)

var errStop = errors.New("stop")

func TestRun(t *testing.T) {
	b, id := newBank(t), -1
	for name, test := range map[string]func(*testing.T, *bank, int){
		"commit": testCommit, "put": testPut, "rollback": testRollback, "panic": testPanic, "exit": testExit,
		"cancelled": testCancelled, "cancelled with error": testCancelledError,
		"refused commit": testRefused, "aborted": testAborted,
		"dead connection": testDead, "lost answer": testLost, "ended by f": testEndedWithin,
		"own transaction": testOwn, "savepoint": testSavepoint, "connection": testConn,
	} {
		id += 2
		t.Run(name, func(t *testing.T) {
			b.want(t, id, 100, false)
			test(t, b, id)
		})
	}
}

func testCommit(t *testing.T, b *bank, id int) {
	err := b.run(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
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
	err := b.run(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		return errors.Join(b.add(ctx, tx, id, 5), b.cache.Set(ctx, id, 105))
	})
	if err != nil {
		t.Error(err)
	}
	b.want(t, id, 105, true)
}

func testRollback(t *testing.T, b *bank, id int) {
	err := b.run(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		if err := b.add(ctx, tx, id, 5); err != nil {
			return err
		}
		return errStop
	})
	if err != errStop {
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
		_ = b.run(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
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
		_ = b.run(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
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
	err := b.run(ctx, func(ctx context.Context, tx *sql.Tx) error {
		defer cancel()
		return b.add(ctx, tx, id, 5)
	})
	if err != context.Canceled {
		t.Error(err)
	}
	b.want(t, id, 100, true)
}

func testCancelledError(t *testing.T, b *bank, id int) {
	ctx, cancel := context.WithCancel(t.Context())
	err := b.run(ctx, func(ctx context.Context, tx *sql.Tx) error {
		err := b.add(ctx, tx, id, 5)
		cancel()
		return errors.Join(err, b.row(ctx, "select 1").Err())
	})
	if !errors.Is(err, context.Canceled) || errors.Is(err, cache.ErrUnknownOutcome) {
		t.Error(err)
	}
	b.want(t, id, 100, true)
}

// A commit that the server refuses has changed nothing.
func testRefused(t *testing.T, b *bank, id int) {
	err := b.run(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "insert into owners values (-1)")
		return errors.Join(err, b.add(ctx, tx, id, 5))
	})
	if err == nil || errors.Is(err, cache.ErrUnknownOutcome) {
		t.Error(err)
	}
	b.want(t, id, 100, true)
}

// That a commit was a rollback is said in the driver's own words, so nothing is
// known: what is removed costs a load.
func testAborted(t *testing.T, b *bank, id int) {
	err := b.run(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		err := b.add(ctx, tx, id, 5)
		_, _ = tx.ExecContext(ctx, "no statement")
		return err
	})
	if !errors.Is(err, cache.ErrUnknownOutcome) {
		t.Error(err)
	}
	b.want(t, id, 100, false)
}

// The server ends the connection in the middle of the commit, and has not changed
// anything, which nobody knows here.
func testDead(t *testing.T, b *bank, id int) {
	err := b.run(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "insert into deadly values (1)")
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
	err := b.run(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		return errors.Join(b.add(ctx, tx, id, 5), b.cache.Set(ctx, id, -1))
	})
	if !errors.Is(err, cache.ErrUnknownOutcome) {
		t.Error(err)
	}
	b.want(t, id, 105, false)
}

func testEndedWithin(t *testing.T, b *bank, id int) {
	for i, result := range []error{nil, errStop} {
		err := b.run(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			return errors.Join(b.add(ctx, tx, id, 5), tx.Commit(), result)
		})
		if !errors.Is(err, cache.ErrUnknownOutcome) || !errors.Is(err, result) && result != nil {
			t.Error(err)
		}
		b.want(t, id, 105+5*i, false)
	}
}

// A transaction on a connection of its own does not wait for the one around it.
func testOwn(t *testing.T, b *bank, id int) {
	err := b.run(t.Context(), func(ctx context.Context, _ *sql.Tx) error {
		err := b.run(ctx, func(ctx context.Context, tx *sql.Tx) error { return b.add(ctx, tx, id, 5) })
		b.want(t, id, 105, false)
		return errors.Join(err, errStop)
	})
	if !errors.Is(err, errStop) {
		t.Error(err)
	}
	b.want(t, id, 105, true)
}

// Savepoints by hand go with cache.Tx.
func testSavepoint(t *testing.T, b *bank, id int) {
	other := id + 1
	b.want(t, other, 100, false)
	err := b.run(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		exec := func(query string) error {
			_, err := tx.ExecContext(ctx, query)
			return err
		}
		err := errors.Join(b.add(ctx, tx, id, 5), exec("savepoint a"))
		inner, done := cache.Tx(ctx)
		err = errors.Join(err, b.add(inner, tx, other, 5), exec("rollback to a"))
		_ = done(errStop)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	b.want(t, id, 105, false)
	b.want(t, other, 100, true)
}

func testConn(t *testing.T, b *bank, id int) {
	conn, err := b.db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	add := func(ctx context.Context, tx *sql.Tx) error { return b.add(ctx, tx, id, 5) }
	if err := sqltx.Run(t.Context(), conn, &sql.TxOptions{Isolation: sql.LevelSerializable}, add); err != nil {
		t.Error(err)
	}
	b.want(t, id, 105, false)
	if err := sqltx.Run(t.Context(), conn, &sql.TxOptions{ReadOnly: true}, add); err == nil {
		t.Error("a transaction that only reads has written")
	}
	b.want(t, id, 105, true)
}
