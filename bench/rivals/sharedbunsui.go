package rivals

import (
	"context"

	"github.com/bunsui/bunsui-go/bench/sample"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/frame"
	"github.com/bunsui/bunsui-go/runtime/cache/rediscache"
)

// openBunsui is this project's cache, called by hand.
func openBunsui(address string, memory bool, load Loader) (Shared, error) {
	client := newGoRedis(address)
	manager := cache.NewManager(cache.Config{
		Store: rediscache.New(client, rediscache.Options{Namespace: "bench"}), RequireStore: true,
	})
	entries := sharedEntries
	if !memory {
		entries = 1
	}
	c := cache.New(cache.Options[int64, *sample.Customer]{
		Name: "customer", TTL: TTL, MaxEntries: entries, Manager: manager,
		Shared: true, Codec: frame.Of(sample.CustomerCodec, 0),
		KeyText: func(id int64) string { return cache.KeyText("", id) },
	})
	return Shared{
		Load: func(ctx context.Context, id int64) (*sample.Customer, error) { return c.Load(ctx, id, load) },
		Close: func() {
			_ = manager.Close(context.Background())
			_ = client.Close()
		},
	}, nil
}

// OpenUnshared opens this project's cache as one that stays in memory, to compare
// with. It uses no server.
func OpenUnshared(_ string, _ bool, load Loader) (Shared, error) {
	manager := cache.NewManager(cache.Config{})
	c := cache.New(cache.Options[int64, *sample.Customer]{Name: "customer", TTL: TTL, MaxEntries: sharedEntries, Manager: manager})
	return Shared{
		Load:  func(ctx context.Context, id int64) (*sample.Customer, error) { return c.Load(ctx, id, load) },
		Close: func() { _ = manager.Close(context.Background()) },
	}, nil
}

// UseStore gives the default manager, which the generated wrappers belong to, a store
// on the server with that address, until done is called.
func UseStore(address string) (done func()) {
	client := newGoRedis(address)
	cache.SetStore(rediscache.New(client, rediscache.Options{Namespace: "wrap"}))
	return func() {
		cache.SetStore(nil)
		_ = client.Close()
	}
}
