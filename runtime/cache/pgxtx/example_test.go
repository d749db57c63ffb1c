package pgxtx_test

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/pgxtx"
)

func ExampleRun() {
	names := cache.New(cache.Options[int64, string]{Name: "example.getName", TTL: time.Minute})

	// rename is what a handler calls. Others go on seeing the old name, in the cache
	// and in the database, until the new one is committed, and the new one then.
	rename := func(ctx context.Context, pool *pgxpool.Pool, id int64, name string) error {
		return pgxtx.Run(ctx, pool, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "update users set name = $2 where id = $1", id, name); err != nil {
				return err
			}
			return names.Delete(ctx, id) // after the commit, or never
		})
	}

	pool, err := pgxpool.New(context.Background(), "postgres://localhost/shop")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	if err := rename(context.Background(), pool, 7, "Ada"); err != nil {
		fmt.Println(err)
	}
}
