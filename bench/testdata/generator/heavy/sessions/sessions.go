// Package sessions is a part of a module with heavy imports.
package sessions

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// Session is what is kept of a visitor.
type Session struct {
	ID      string
	Visitor int64
	Until   time.Time
}

//bunsui:cached ttl=60 skip=client
func load(ctx context.Context, client *redis.Client, id string) (*Session, error) {
	_, err := client.Get(ctx, id).Result()
	return &Session{ID: id}, err
}

//bunsui:cached ttl=60 skip=client
func members(ctx context.Context, client redis.UniversalClient, set string) ([]string, error) {
	return client.SMembers(ctx, set).Result()
}

//bunsui:cached ttl=10s skip=client
func top(ctx context.Context, client *redis.Client, board string, n int64) ([]redis.Z, error) {
	return client.ZRevRangeWithScores(ctx, board, 0, n).Result()
}

//bunsui:profile
func store(ctx context.Context, client *redis.Client, s *Session) error {
	return client.Set(ctx, s.ID, s.Visitor, time.Until(s.Until)).Err()
}

//bunsui:profile
func remove(ctx context.Context, client *redis.Client, ids ...string) (int64, error) {
	return client.Del(ctx, ids...).Result()
}

//bunsui:cached ttl=60 skip=client
//bunsui:profile
func options(_ context.Context, client *redis.Client) (*redis.Options, error) {
	return client.Options(), nil
}
