package writers

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// Shelf keeps a list of orders for each item in Redis.
type Shelf struct {
	Client redis.UniversalClient
}

// pushOrders appends orders to the lists, with one pipeline: each command succeeds or
// fails by itself.
//
//bunsui:batch failed=pushFailed max=200 attempts=3 delay=50ms permanent=isReply
func (s *Shelf) pushOrders(ctx context.Context, orders []Order) ([]*redis.IntCmd, error) {
	results := make([]*redis.IntCmd, len(orders))
	// Its error is that of the first command that has one.
	_, _ = s.Client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, o := range orders {
			results[i] = p.RPush(ctx, shelfKey(o.Item), o.body())
		}
		return nil
	})
	return results, nil
}

func pushFailed(r *redis.IntCmd) error { return r.Err() }

// isReply reports whether an error is the server's answer, and not that there is none.
// What it answers it will answer again.
func isReply(err error) bool {
	_, ok := err.(redis.Error)
	return ok && !redis.IsLoadingError(err) && !redis.IsTryAgainError(err)
}

func shelfKey(item string) string { return "orders:" + item }
