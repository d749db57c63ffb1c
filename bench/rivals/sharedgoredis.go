package rivals

import (
	"context"
	"errors"

	rediscache "github.com/go-redis/cache/v9"
	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/bench/sample"
)

// newGoRedis makes a client, as our documentation says, which is as good for others.
func newGoRedis(address string) *redis.Client {
	return redis.NewClient(&redis.Options{Addr: address, ContextTimeoutEnabled: true})
}

// openGet sends a GET, and after a miss a SET, with go-redis.
func openGet(address string, _ bool, load Loader) (Shared, error) {
	client := newGoRedis(address)
	return bareGoRedis(client, "bget", load, func(ctx context.Context, key string) *redis.StringCmd {
		return client.Get(ctx, key)
	}), nil
}

// openPipeline is openGet with a pipeline that has one command.
func openPipeline(address string, _ bool, load Loader) (Shared, error) {
	client := newGoRedis(address)
	return bareGoRedis(client, "pipe", load, func(ctx context.Context, key string) *redis.StringCmd {
		pipe := client.Pipeline()
		answer := pipe.Get(ctx, key)
		_, _ = pipe.Exec(ctx) // its error is that of the command
		return answer
	}), nil
}

func bareGoRedis(client *redis.Client, keys keySpace, load Loader, get func(context.Context, string) *redis.StringCmd) Shared {
	loadAndSet := func(ctx context.Context, key string, id int64) (*sample.Customer, error) {
		customer, err := load(ctx, id)
		if err != nil {
			return nil, err
		}
		b, err := sample.CustomerCodec.Append(nil, customer)
		if err != nil {
			return nil, err
		}
		return customer, client.Set(ctx, key, b, TTL).Err()
	}
	return Shared{
		Close: func() { _ = client.Close() },
		Load: func(ctx context.Context, id int64) (*sample.Customer, error) {
			key := keys.of(id)
			b, err := get(ctx, key).Bytes()
			switch {
			case err == nil:
				return sample.CustomerCodec.Decode(b)
			case errors.Is(err, redis.Nil):
				return loadAndSet(ctx, key, id)
			default:
				return nil, err
			}
		},
	}
}

// openGoRedisCache is github.com/go-redis/cache. It keeps bytes in memory, which it
// decodes at each hit, is not told what other processes change, and protects loads
// within the process only.
func openGoRedisCache(address string, memory bool, load Loader) (Shared, error) {
	return goRedisCache(address, memory, load, "gorc", &rediscache.Options{
		Marshal: func(v any) ([]byte, error) { return sample.CustomerCodec.Append(nil, v.(*sample.Customer)) },
		Unmarshal: func(b []byte, v any) error {
			customer, err := sample.CustomerCodec.Decode(b)
			if err == nil {
				*v.(*sample.Customer) = *customer
			}
			return err
		},
	}), nil
}

// openGoRedisCacheAsIs leaves it its codec: msgpack/v5 and S2.
func openGoRedisCacheAsIs(address string, memory bool, load Loader) (Shared, error) {
	return goRedisCache(address, memory, load, "msgp", &rediscache.Options{}), nil
}

func goRedisCache(address string, memory bool, load Loader, keys keySpace, o *rediscache.Options) Shared {
	client := newGoRedis(address)
	o.Redis = client
	if memory {
		o.LocalCache = rediscache.NewTinyLFU(sharedEntries, TTL)
	}
	c := rediscache.New(o)
	return Shared{
		Close: func() { _ = client.Close() },
		Load: func(ctx context.Context, id int64) (*sample.Customer, error) {
			var customer sample.Customer
			err := c.Once(&rediscache.Item{
				Ctx: ctx, Key: keys.of(id), Value: &customer, TTL: TTL,
				Do: func(item *rediscache.Item) (any, error) { return load(item.Context(), id) },
			})
			return &customer, err
		},
	}
}
