// Package loaders reads products from Redis and PostgreSQL, many with one trip to the
// server, for callers that want one each: a loader gathers what they ask for at the same
// time.
package loaders

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"

	_ "github.com/bunsui/bunsui-go/runtime/batch" // for its ErrNotFound, in a directive
)

// Product is what there is to buy.
type Product struct {
	ID   int64
	Name string
}

// Shop is where products are looked up.
type Shop struct {
	Redis    redis.UniversalClient
	Database *pgxpool.Pool
}

// loadProducts finds products in the database with one query. Ids without a product are
// not in the map, and that there is none is kept, too, but not for long.
//
//bunsui:cached ttl=60 receiver=instance missing=batch.ErrNotFound missing_ttl=10s
//bunsui:loader
func (s *Shop) loadProducts(ctx context.Context, ids []int64) (map[int64]Product, error) {
	// CollectRows returns the error of Query, too.
	rows, _ := s.Database.Query(ctx, "select id, name from products where id = any($1)", ids)
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[Product])
	products := make(map[int64]Product, len(found))
	for _, p := range found {
		products[p.ID] = p
	}
	return products, err
}

// loadStocks counts what is left of each product: a query for each, and one trip for all.
//
//bunsui:loader max=50
func (s *Shop) loadStocks(ctx context.Context, ids []int64) ([]int64, error) {
	var b pgx.Batch
	stocks := make([]int64, len(ids))
	for i, id := range ids {
		b.Queue("select coalesce(sum(change), 0) from movements where product = $1", id).
			QueryRow(func(row pgx.Row) error { return row.Scan(&stocks[i]) })
	}
	return stocks, s.Database.SendBatch(ctx, &b).Close()
}

// loadNames finds names with one MGET.
func (s *Shop) loadNames(ctx context.Context, keys []string) (map[string]string, error) {
	values, err := s.Redis.MGet(ctx, keys...).Result()
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(keys))
	for i, v := range values {
		if name, ok := v.(string); ok {
			names[keys[i]] = name
		}
	}
	return names, nil
}

// errNoTags is the error of a key without tags.
var errNoTags = errors.New("no tags")

// loadTags reads sets, for which there is no command of many keys, with one pipeline. Each
// key has an error of its own.
func (s *Shop) loadTags(ctx context.Context, keys []string) ([][]string, []error) {
	answers := make([]*redis.StringSliceCmd, len(keys))
	// Its error is that of the first command that has one.
	_, _ = s.Redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, key := range keys {
			answers[i] = p.SMembers(ctx, key)
		}
		return nil
	})
	tags, errs := make([][]string, len(keys)), make([]error, len(keys))
	for i, answer := range answers {
		if tags[i], errs[i] = answer.Result(); errs[i] == nil && len(tags[i]) == 0 {
			errs[i] = errNoTags
		}
	}
	return tags, errs
}
