package main

import (
	"errors"
	"testing"

	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"

	"github.com/bunsui/bunsui-go/examples/service/directory"
	"github.com/bunsui/bunsui-go/examples/service/store"
	"github.com/bunsui/bunsui-go/internal/pgtest"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

// TestFx does with Fx (go.uber.org/fx) what wire.go does with Wire.
func TestFx(t *testing.T) {
	url := pgtest.Start(t).URL()
	common := fx.Options(
		fx.Provide(
			func() *cache.Manager { return cachetest.New(t) },
			func(lc fx.Lifecycle) (*store.Postgres, error) {
				users, err := store.Open(t.Context(), url)
				if err == nil {
					lc.Append(fx.StopHook(users.Close))
				}
				return users, err
			},
			func(users *store.Postgres) store.Users { return users },
		),
	)
	t.Run("provide", func(t *testing.T) {
		ask := func(d *directory.Directory, users *store.CachedUsers) { askTwice(t, d, users) }
		fxtest.New(t, common, fx.Provide(
			fx.Annotate(store.NewCachedUsers, fx.As(fx.Self()), fx.As(new(directory.Users))),
			directory.New,
		), fx.Invoke(ask)).RequireStart().RequireStop()
	})
	// Fx can also put the cache around store.Users for all who ask for that, so that
	// they need no interface of their own.
	t.Run("decorate", func(t *testing.T) {
		ask := func(users store.Users) {
			cached, ok := users.(*store.CachedUsers)
			if !ok {
				t.Fatalf("the users are %T, want *store.CachedUsers", users)
			}
			askTwice(t, directory.New(users), cached)
		}
		fxtest.New(t, common,
			fx.Decorate(fx.Annotate(store.NewCachedUsers, fx.As(new(store.Users)))),
			fx.Invoke(ask)).RequireStart().RequireStop()
	})
}

// askTwice checks that a directory asks the cache, and the cache the database.
func askTwice(t *testing.T, d *directory.Directory, users *store.CachedUsers) {
	t.Helper()
	for range 2 {
		if u, err := d.User(t.Context(), 1); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("User: %v, %v, want ErrNotFound", u, err)
		}
	}
	if s := users.GetUserCache().Stats(); s.Loads != 1 {
		t.Errorf("two questions took %d loads, want one", s.Loads)
	}
}
