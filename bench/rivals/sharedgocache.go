package rivals

import (
	"context"
	"time"

	"github.com/eko/gocache/lib/v4/cache"
	"github.com/eko/gocache/lib/v4/store"
	memorystore "github.com/eko/gocache/store/go_cache/v4"
	redisstore "github.com/eko/gocache/store/redis/v4"
	gocache "github.com/patrickmn/go-cache"

	"github.com/bunsui/bunsui-go/bench/sample"
)

// settling bounds how long it may take until results are written.
const settling = 10 * time.Second

// openGocache is github.com/eko/gocache: a loadable chain of go-cache and Redis. It
// keeps texts in memory, which are decoded at each hit; its memory has no bound and
// is not told what other processes change; it protects loads within the process
// only, and writes their results to memory and server after it has returned them.
func openGocache(address string, memory bool, load Loader) (Shared, error) {
	client := newGoRedis(address)
	var chain cache.CacheInterface[string] = cache.New[string](redisstore.NewRedis(client, store.WithExpiration(TTL)))
	if memory {
		chain = cache.NewChain(
			cache.New[string](memorystore.NewGoCache(gocache.New(TTL, 0), store.WithExpiration(TTL))),
			cache.New[string](redisstore.NewRedis(client, store.WithExpiration(TTL))),
		)
	}
	const keys keySpace = "goca"
	c := cache.NewLoadable(func(ctx context.Context, key any) (string, []store.Option, error) {
		customer, err := loadKey(ctx, key.(string), load)
		if err != nil {
			return "", nil, err
		}
		text, err := encodeText(customer)
		return text, nil, err
	}, chain)
	return Shared{
		Load: func(ctx context.Context, id int64) (*sample.Customer, error) {
			text, err := c.Get(ctx, keys.of(id))
			if err != nil {
				return nil, err
			}
			return decodeText(text)
		},
		Settle: func(ctx context.Context, id int64) error {
			ctx, cancel := context.WithTimeout(ctx, settling)
			defer cancel()
			for {
				n, err := client.Exists(ctx, keys.of(id)).Result()
				if n > 0 || err != nil {
					return err
				}
				time.Sleep(100 * time.Microsecond)
			}
		},
		Close: func() {
			_ = c.Close() // waits for what is yet to be written
			_ = client.Close()
		},
	}, nil
}
