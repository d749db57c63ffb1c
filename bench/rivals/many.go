package rivals

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"
	"github.com/redis/rueidis"

	"github.com/bunsui/bunsui-go/bench/sample"
	"github.com/bunsui/bunsui-go/runtime/cache/rediscache"
)

// A Many reads several customers from a Redis server at once.
type Many struct {
	// Load returns the customers with some numbers, all of which are there.
	Load func(ctx context.Context, ids []int64) ([]*sample.Customer, error)

	// Close closes the connections.
	Close func()
}

// A ManySharing is a way to read several customers at once.
type ManySharing struct {
	Name string

	// Open connects to the server with that address, and stores customers there.
	Open func(ctx context.Context, address string, customers []*sample.Customer) (Many, error)
}

// The names that rows refer to.
const (
	ManyGets = "go-redis pipeline of GETs + decode"
	ManyMGet = "go-redis MGET + decode"
)

// ManySharings returns this project's store, what it is compared with, and caches
// that have no such call, which are asked for one customer after the other.
func ManySharings() []ManySharing {
	list := []ManySharing{
		{Ours, openStoreGet},
		{ManyGets, openPipelineOfGets},
		{ManyMGet, openMGet},
		{"rueidis MGET + decode", openRueidisMGet},
	}
	for _, s := range Sharings() {
		if !s.Bare && s.Name != Ours {
			list = append(list, ManySharing{s.Name + ", one by one", oneByOne(s)})
		}
	}
	return list
}

// openStoreGet is Get of a rediscache.Store, and the codec.
func openStoreGet(ctx context.Context, address string, customers []*sample.Customer) (Many, error) {
	client := newGoRedis(address)
	s, keys := rediscache.New(client, rediscache.Options{Namespace: "bench"}), keySpace("many")
	for _, c := range customers {
		b, err := sample.CustomerCodec.Append(nil, c)
		if err = errors.Join(err, s.Set(ctx, keys.of(c.ID), b, TTL)); err != nil {
			return Many{}, err
		}
	}
	return Many{
		Close: func() { _ = client.Close() },
		Load: func(ctx context.Context, ids []int64) ([]*sample.Customer, error) {
			values, _, err := s.Get(ctx, keys.all(ids), nil)
			return decodeAll(values, err)
		},
	}, nil
}

func (k keySpace) all(ids []int64) []string {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = k.of(id)
	}
	return keys
}

func decodeAll(values [][]byte, err error) ([]*sample.Customer, error) {
	customers := make([]*sample.Customer, len(values))
	for i, b := range values {
		if err != nil {
			return nil, err
		}
		customers[i], err = sample.CustomerCodec.Decode(b)
	}
	return customers, err
}

// setAll stores customers with go-redis.
func setAll(ctx context.Context, client *redis.Client, keys keySpace, customers []*sample.Customer) error {
	for _, c := range customers {
		b, err := sample.CustomerCodec.Append(nil, c)
		if err = errors.Join(err, client.Set(ctx, keys.of(c.ID), b, TTL).Err()); err != nil {
			return err
		}
	}
	return nil
}

func openPipelineOfGets(ctx context.Context, address string, customers []*sample.Customer) (Many, error) {
	client, keys := newGoRedis(address), keySpace("gets")
	return Many{
		Close: func() { _ = client.Close() },
		Load: func(ctx context.Context, ids []int64) ([]*sample.Customer, error) {
			pipe := client.Pipeline()
			commands := make([]*redis.StringCmd, len(ids))
			for i, id := range ids {
				commands[i] = pipe.Get(ctx, keys.of(id))
			}
			_, err := pipe.Exec(ctx)
			values := make([][]byte, len(ids))
			for i, c := range commands {
				values[i], _ = c.Bytes() // its error is that of Exec
			}
			return decodeAll(values, err)
		},
	}, setAll(ctx, client, keys, customers)
}

func openMGet(ctx context.Context, address string, customers []*sample.Customer) (Many, error) {
	client, keys := newGoRedis(address), keySpace("mget")
	return Many{
		Close: func() { _ = client.Close() },
		Load: func(ctx context.Context, ids []int64) ([]*sample.Customer, error) {
			answer, err := client.MGet(ctx, keys.all(ids)...).Result()
			values := make([][]byte, len(answer))
			for i := range answer {
				text, ok := answer[i].(string)
				if !ok {
					return nil, fmt.Errorf("customer %d is missing", ids[i])
				}
				values[i] = []byte(text)
			}
			return decodeAll(values, err)
		},
	}, setAll(ctx, client, keys, customers)
}

func openRueidisMGet(ctx context.Context, address string, customers []*sample.Customer) (Many, error) {
	setter, keys := newGoRedis(address), keySpace("rmge")
	defer setter.Close()
	client, err := rueidis.NewClient(rueidis.ClientOption{InitAddress: []string{address}, DisableCache: true})
	if err != nil {
		return Many{}, err
	}
	return Many{
		Close: client.Close,
		Load: func(ctx context.Context, ids []int64) ([]*sample.Customer, error) {
			answer, err := client.Do(ctx, client.B().Mget().Key(keys.all(ids)...).Build()).ToArray()
			values := make([][]byte, len(answer))
			for i := range answer {
				if values[i], err = answer[i].AsBytes(); err != nil {
					return nil, err
				}
			}
			return decodeAll(values, err)
		},
	}, setAll(ctx, setter, keys, customers)
}

// oneByOne reads customers with a cache that keeps nothing in memory.
func oneByOne(s Sharing) func(context.Context, string, []*sample.Customer) (Many, error) {
	return func(ctx context.Context, address string, customers []*sample.Customer) (Many, error) {
		byID := make(map[int64]*sample.Customer)
		for _, c := range customers {
			byID[c.ID] = c
		}
		c, err := s.Open(address, false, func(_ context.Context, id int64) (*sample.Customer, error) { return byID[id], nil })
		if err != nil {
			return Many{}, err
		}
		load := func(ctx context.Context, ids []int64) (_ []*sample.Customer, err error) {
			read := make([]*sample.Customer, len(ids))
			for i, id := range ids {
				if read[i], err = c.Load(ctx, id); err != nil {
					return nil, err
				}
			}
			return read, nil
		}
		for id := range byID {
			if _, err := c.Load(ctx, id); err != nil {
				return Many{}, err
			}
		}
		return Many{Load: load, Close: c.Close}, nil
	}
}
