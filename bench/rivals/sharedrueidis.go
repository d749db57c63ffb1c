package rivals

import (
	"context"
	"strconv"
	"strings"

	"github.com/redis/rueidis"
	"github.com/redis/rueidis/rueidisaside"

	"github.com/bunsui/bunsui-go/bench/sample"
)

// openRueidisGet sends a GET, and after a miss a SET, with rueidis, which puts the
// commands of all goroutines on one connection. Its own cache is off.
func openRueidisGet(address string, _ bool, load Loader) (Shared, error) {
	client, err := rueidis.NewClient(rueidis.ClientOption{InitAddress: []string{address}, DisableCache: true})
	if err != nil {
		return Shared{}, err
	}
	const keys keySpace = "rget"
	loadAndSet := func(ctx context.Context, key string, id int64) (*sample.Customer, error) {
		customer, err := load(ctx, id)
		if err != nil {
			return nil, err
		}
		text, err := encodeText(customer)
		if err != nil {
			return nil, err
		}
		return customer, client.Do(ctx, client.B().Set().Key(key).Value(text).Ex(TTL).Build()).Error()
	}
	return Shared{
		Close: client.Close,
		Load: func(ctx context.Context, id int64) (*sample.Customer, error) {
			key := keys.of(id)
			b, err := client.Do(ctx, client.B().Get().Key(key).Build()).AsBytes()
			switch {
			case err == nil:
				return sample.CustomerCodec.Decode(b)
			case rueidis.IsRedisNil(err):
				return loadAndSet(ctx, key, id)
			default:
				return nil, err
			}
		},
	}, nil
}

// openRueidisaside is rueidisaside with its typed client. It keeps texts in memory,
// which it decodes at each hit, is told by the server what changes, and protects
// loads across processes.
func openRueidisaside(address string, memory bool, load Loader) (Shared, error) {
	o := rueidisaside.ClientOption{ClientOption: rueidis.ClientOption{InitAddress: []string{address}}}
	if !memory {
		o.ClientOption.CacheSizeEachConn = 1 // byte; 0 stands for 128 MiB
	}
	client, err := rueidisaside.NewClient(o)
	if err != nil {
		return Shared{}, err
	}
	const keys keySpace = "asid"
	typed := rueidisaside.NewTypedCacheAsideClient(client, encodeText, decodeText)
	return Shared{
		Close: client.Close,
		Load: func(ctx context.Context, id int64) (*sample.Customer, error) {
			return typed.Get(ctx, TTL, keys.of(id), func(ctx context.Context, key string) (*sample.Customer, error) {
				return loadKey(ctx, key, load)
			})
		},
	}, nil
}

// loadKey loads the customer that a key of a keySpace tells.
func loadKey(ctx context.Context, key string, load Loader) (*sample.Customer, error) {
	id, err := strconv.ParseInt(key[strings.LastIndexByte(key, ':')+1:], 10, 64)
	if err != nil {
		return nil, err
	}
	return load(ctx, id)
}

func encodeText(customer *sample.Customer) (string, error) {
	b, err := sample.CustomerCodec.Append(nil, customer)
	return string(b), err
}

func decodeText(text string) (*sample.Customer, error) {
	return sample.CustomerCodec.Decode([]byte(text))
}
