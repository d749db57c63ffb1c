package pgxtx_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/pgxtx"
)

func testSavepoints(t *testing.T, b *bank, id int) {
	other := id + 1
	_, _ = b.balance(t.Context(), other)
	err := b.run(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
		dropped := pgxtx.Run(ctx, tx, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
			return errors.Join(b.add(ctx, tx, other, 5), errStop)
		})
		if !errors.Is(dropped, errStop) {
			t.Error(dropped)
		}
		kept := pgxtx.Run(ctx, tx, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
			return b.add(ctx, tx, id, 5)
		})
		b.want(t, id, 100, true)
		return kept
	})
	if err != nil {
		t.Error(err)
	}
	b.want(t, id, 105, false)
	b.want(t, other, 100, true)
	_ = b.cache.Delete(t.Context(), other)
}

func testLostSavepoint(t *testing.T, b *bank, id int) {
	err := b.run(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
		err := pgxtx.Run(ctx, tx, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
			return b.add(ctx, tx, id, 5)
		})
		return errors.Join(err, errStop)
	})
	if !errors.Is(err, errStop) {
		t.Error(err)
	}
	b.want(t, id, 100, true)
}

// A transaction on a connection of its own does not wait for the one around it.
func testOwn(t *testing.T, b *bank, id int) {
	err := b.run(t.Context(), func(ctx context.Context, _ pgx.Tx) error {
		err := b.run(ctx, func(ctx context.Context, tx pgx.Tx) error { return b.add(ctx, tx, id, 5) })
		b.want(t, id, 105, false)
		return errors.Join(err, errStop)
	})
	if !errors.Is(err, errStop) {
		t.Error(err)
	}
	b.want(t, id, 105, true)
}

func testConn(t *testing.T, b *bank, id int) {
	conn, err := b.pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	add := func(ctx context.Context, tx pgx.Tx) error { return b.add(ctx, tx, id, 5) }
	if err := pgxtx.Run(t.Context(), conn.Conn(), pgx.TxOptions{IsoLevel: pgx.Serializable}, add); err != nil {
		t.Error(err)
	}
	b.want(t, id, 105, false)
	if err := pgxtx.Run(t.Context(), conn.Conn(), pgx.TxOptions{AccessMode: pgx.ReadOnly}, add); err == nil {
		t.Error("a transaction that only reads has written")
	}
	b.want(t, id, 105, true)
}

// A savepoint in a transaction that was begun by hand needs cache.Tx around it.
func testByHand(t *testing.T, b *bank, id int) {
	tx, err := b.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	add := func(ctx context.Context, tx pgx.Tx) error { return b.add(ctx, tx, id, 5) }
	if err := pgxtx.Run(t.Context(), tx, pgx.TxOptions{}, add); !errors.Is(err, pgxtx.ErrNoOuter) {
		t.Errorf("without: %v", err)
	}
	ctx, done := cache.Tx(t.Context())
	if err := pgxtx.Run(ctx, tx, pgx.TxOptions{IsoLevel: pgx.Serializable}, add); err == nil {
		t.Error("a savepoint with options")
	}
	if err := pgxtx.Run(ctx, tx, pgx.TxOptions{}, add); err != nil {
		t.Error(err)
	}
	b.want(t, id, 100, true)
	if err := done(tx.Commit(ctx)); err != nil {
		t.Error(err)
	}
	b.want(t, id, 105, false)
}
