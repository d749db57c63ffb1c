package cache

import (
	"context"
	"errors"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
)

// direct calls load for one caller only.
func (c *Cache[K, V]) direct(ctx context.Context, s *state, hash uint64, key K, load func(context.Context, K) (V, error)) (V, error) {
	s.loading(hash)
	failed := error(errDirect)
	defer func() {
		if failed != nil {
			s.Failed(hash)
		}
	}()
	if eventlog.On() {
		defer s.telling(ctx, &newEntryOf[K, V](c.core.spec, hash, key).Item, &failed)()
	}
	v, err := load(ctx, key)
	failed = err
	return v, err
}

// errDirect stands for the error of a call for one caller only that has not returned.
var errDirect = errors.New("it did not return")

// telling returns what tells of such a call at its end, with the error that is there then.
func (s *state) telling(ctx context.Context, it *engine.Item, err *error) func() {
	began := time.Now()
	return func() { s.tellLoad(ctx, it, began, *err) }
}
