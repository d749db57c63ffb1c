package rediscache

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// lateRelease bounds how long it may take to give back a lease that came too late.
const lateRelease = 2 * time.Second

// Acquire takes a lease: see store.Store. If the answer is lost or comes after ctx has
// ended, the lease is released in the background.
func (s *Store) Acquire(ctx context.Context, key string, seen []byte, token string, ttl time.Duration) (store.Grant, error) {
	return call[store.Grant]{
		store: s,
		name:  "acquire",
		run: func(ctx context.Context) (store.Grant, error) {
			answer, err := acquire.Run(ctx, s.client, s.both(key), seen, token, ms(ttl), s.id).Result()
			if err != nil {
				return store.Grant{}, err
			}
			return grant(answer)
		},
		undo: func() { s.giveBack(key, token) },
	}.do(ctx)
}

// giveBack releases a lease that nobody knows of. If that fails too, the lease ends
// by itself.
func (s *Store) giveBack(key, token string) {
	ctx, cancel := context.WithTimeout(context.Background(), lateRelease)
	defer cancel()
	_ = s.Release(ctx, key, token)
}

func grant(answer any) (store.Grant, error) {
	switch answer := answer.(type) {
	case string:
		return store.Grant{Value: []byte(answer)}, nil
	case int64:
		return store.Grant{Leased: answer == 0, Wait: time.Duration(answer) * time.Millisecond}, nil
	default:
		return store.Grant{}, fmt.Errorf("unexpected answer of type %T", answer)
	}
}

// Extend makes a lease last longer: see store.Store.
func (s *Store) Extend(ctx context.Context, key, token string, ttl time.Duration) (held bool, err error) {
	return s.ask(ctx, "extend", extend, key, token, ms(ttl))
}

// Fill stores a value and ends a lease: see store.Store. It ends the lease even if
// the server refuses the value.
func (s *Store) Fill(ctx context.Context, key, token string, value []byte, ttl time.Duration) (stored bool, err error) {
	return s.ask(ctx, "fill", fill, key, token, s.process(), message(ended, s.id, key), value, ms(ttl))
}

// Release ends a lease: see store.Store.
func (s *Store) Release(ctx context.Context, key, token string) error {
	_, err := s.ask(ctx, "release", release, key, token, s.process(), message(ended, s.id, key))
	return err
}

// Set stores a value: see store.Store. If the server refuses it, the old one is
// removed, and everybody told, all the same.
func (s *Store) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	_, err := call[any]{store: s, name: "set", run: func(ctx context.Context) (any, error) {
		return set.Run(ctx, s.client, s.both(key), value, ms(ttl), s.events, message(changed, s.id, key)).Result()
	}}.do(ctx)
	return err
}

// ask runs a script that answers by 1 or 0.
func (s *Store) ask(ctx context.Context, name string, script *redis.Script, key string, args ...any) (bool, error) {
	return call[bool]{store: s, name: name, run: func(ctx context.Context) (bool, error) {
		n, err := script.Run(ctx, s.client, s.both(key), args...).Int()
		return n == 1, err
	}}.do(ctx)
}

// both returns the keys of a value and its lease.
func (s *Store) both(key string) []string { return []string{s.value(key), s.lease(key)} }

// ms returns a duration in milliseconds, rounded up.
func ms(d time.Duration) int64 {
	return max(1, int64((d+time.Millisecond-1)/time.Millisecond))
}
