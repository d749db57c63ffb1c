//go:build wireinject

package main

import (
	"context"

	"github.com/google/wire"

	"github.com/bunsui/bunsui-go/examples/service/directory"
	"github.com/bunsui/bunsui-go/examples/service/store"
)

// newService makes all that the program consists of, and what ends it. Wire writes its
// body into wire_gen.go.
//
// The lines in the middle are all that there is about caches: without them, the last
// binding would give *store.Postgres to the rules.
func newService(ctx context.Context, c config) (*service, func(), error) {
	wire.Build(
		openStore,
		wire.Bind(new(store.Users), new(*store.Postgres)), // what the cache is put around

		openCaches,
		store.NewCachedUsers,

		wire.Bind(new(directory.Users), new(*store.CachedUsers)), // what the rules get
		directory.New,
		newMux,
		wire.Struct(new(service), "*"),
	)
	return nil, nil, nil
}
