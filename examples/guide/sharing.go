package guide

import (
	"io"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/rediscache"
)

// Share lets all processes that use the same server share what they load. What it returns
// is closed after the manager.
func Share(m *cache.Manager, url string) (io.Closer, error) {
	options, err := redis.ParseURL(url) // such as redis://localhost:6379/0
	if err != nil {
		return nil, err
	}
	options.ContextTimeoutEnabled = true // or each operation costs a goroutine
	client := redis.NewClient(options)
	m.SetStore(rediscache.New(client, rediscache.Options{Namespace: "shop"}))
	return client, nil
}
