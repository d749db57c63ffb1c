package sqltx_test

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/sqltx"
)

func ExampleRun() {
	names := cache.New(cache.Options[int64, string]{Name: "example.getName", TTL: time.Minute})

	// rename is what a handler calls. Others go on seeing the old name, in the cache
	// and in the database, until the new one is committed, and the new one then.
	rename := func(ctx context.Context, db *sql.DB, id int64, name string) error {
		return sqltx.Run(ctx, db, nil, func(ctx context.Context, tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, "update users set name = $2 where id = $1", id, name); err != nil {
				return err
			}
			return names.Delete(ctx, id) // after the commit, or never
		})
	}

	db, err := sql.Open("pgx", "postgres://localhost/shop")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = db.Close() }()
	if err := rename(context.Background(), db, 7, "Ada"); err != nil {
		fmt.Println(err)
	}
}
