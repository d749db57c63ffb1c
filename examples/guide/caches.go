package guide

import (
	"context"
	"errors"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// Profile is what the page of a user shows.
type Profile struct {
	ID       int64
	Language string
	Greeting string
}

// ErrNoUser is the error for a user who does not exist.
var ErrNoUser = errors.New("no such user")

// userProfile loads the profile of a user, in a language. That there is no such user is
// kept as well, for a shorter time.
//
//bunsui:cached ttl=1h key="user_profile:{id}:{language}" missing=ErrNoUser missing_ttl=10s copy
func userProfile(ctx context.Context, id int64, language string) (*Profile, error) {
	greeting, err := users.greeting(ctx, id, language)
	if err != nil {
		return nil, err
	}
	return &Profile{ID: id, Language: language, Greeting: greeting}, nil
}

// renameUser changes what the profiles of a user are made of, in all languages.
//
//bunsui:invalidate pattern="user_profile:{id}:*"
func renameUser(ctx context.Context, id int64, name string) error {
	return users.rename(ctx, id, name)
}

// exchangeRate is the same for all processes: what one of them has loaded the others need
// not.
//
//bunsui:cached ttl=10m stale=1h shared
func exchangeRate(ctx context.Context, currency string) (float64, error) {
	return rates.ask(ctx, currency)
}

// Greetings is a cache by hand: keys and values of any types, a time to live, a bound.
func Greetings(m *cache.Manager) *cache.Cache[string, string] {
	return cache.New(cache.Options[string, string]{
		Name: "greetings", TTL: time.Hour, MaxEntries: 1000, Manager: m,
	})
}
