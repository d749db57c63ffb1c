package rediscache_test

import (
	"context"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
)

// holding is a hook that holds the commands for some keys.
type holding struct {
	redis.Hook
	keys  []string
	until chan struct{}
	stuck *atomic.Int64
}

func (h *holding) DialHook(next redis.DialHook) redis.DialHook { return next }

func (h *holding) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (h *holding) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		for _, key := range h.keys {
			if args := cmd.Args(); len(args) > 1 && args[1] == key {
				h.stuck.Add(1)
				<-h.until
			}
		}
		return next(ctx, cmd)
	}
}

// refusing is a hook that lets no MGET through, and counts the keys of those.
type refusing struct {
	redis.Hook
	err   error
	count *atomic.Int64
}

func (h *refusing) DialHook(next redis.DialHook) redis.DialHook { return next }

func (h *refusing) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (h *refusing) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if cmd.Name() != "mget" {
			return next(ctx, cmd)
		}
		h.count.Add(int64(len(cmd.Args()) - 1))
		cmd.SetErr(h.err)
		return h.err
	}
}
