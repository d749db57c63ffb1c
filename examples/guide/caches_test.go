package guide

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/bunsui/bunsui-go/internal/redistest"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

func ExampleUserProfile() {
	m := cache.NewManager(cache.Config{}) // its own, so that nobody else's calls are counted
	ctx := cachetest.With(context.Background(), m)
	defer m.Close(ctx)
	for range 2 {
		profile, err := UserProfile(ctx, 7, "en")
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(profile.Greeting)
	}
	stats := m.Stats()
	fmt.Printf("%d of %d lookups were hits: %.0f %%\n", stats.Hits, stats.Hits+stats.Misses, 100*stats.HitRate())
	// Output:
	// Hello Ada
	// Hello Ada
	// 1 of 2 lookups were hits: 50 %
}

// What the handle of a wrapper is for.
func ExampleUserProfileCacheHandle() {
	ctx := context.Background()
	fmt.Println(UserProfileCache.Put(ctx, 8, "de", &Profile{ID: 8, Language: "de", Greeting: "Hallo Grace"}))
	kept, ok := UserProfileCache.Peek(ctx, 8, "de")
	fmt.Println(kept.Greeting, ok)
	fmt.Println(UserProfileCache.Invalidate(ctx, 8, "de"))
	_, ok = UserProfileCache.Peek(ctx, 8, "de")
	fmt.Println(ok)
	fmt.Println(UserProfileCache.InvalidateAll(ctx))
	// Output:
	// <nil>
	// Hallo Grace true
	// <nil>
	// false
	// <nil>
}

func ExampleGreetings() {
	ctx := context.Background()
	m := cache.NewManager(cache.Config{})
	defer m.Close(ctx)

	greetings := Greetings(m)
	_ = greetings.Set(ctx, "en", "hello") // errors are those of a store: there is none
	_ = greetings.Set(ctx, "", "")        // a zero value is a value
	word, ok := greetings.Get("en")
	fmt.Printf("%q %v\n", word, ok)
	word, ok = greetings.Get("")
	fmt.Printf("%q %v\n", word, ok)
	_, exists := greetings.Peek(ctx, "fr") // counts nothing
	fmt.Println(exists)
	word, err := greetings.Load(ctx, "de", func(context.Context, string) (string, error) { return "hallo", nil })
	fmt.Println(word, err)

	_ = greetings.Delete(ctx, "en")
	n, _ := m.InvalidateMatching(ctx, "greetings:d*")
	_ = greetings.Clear(ctx)              // this cache
	_, _ = m.InvalidateMatching(ctx, "*") // all caches of the manager
	stats := m.Stats()                    // the sum of all caches of the manager
	fmt.Println(n, "matched;", stats.Hits, "hits", stats.Misses, "misses", stats.Invalidations, "invalidations", stats.Size, "left")
	// Output:
	// "hello" true
	// "" true
	// false
	// hallo <nil>
	// 1 matched; 2 hits 1 misses 3 invalidations 0 left
}

// Removing by pattern: all languages of one user, and of nobody else.
func ExampleRenameUser() {
	ctx := context.Background()
	greet := func() {
		for _, language := range []string{"en", "ja"} {
			profile, err := UserProfile(ctx, 8, language)
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Println(profile.Greeting)
		}
	}
	greet()
	if err := RenameUser(ctx, 8, "Rear Admiral Hopper"); err != nil {
		fmt.Println(err)
	}
	greet()
	n, err := cache.InvalidateMatching(ctx, "user_profile:*")
	fmt.Println(n > 1, err, RenameUser(ctx, 8, "Grace"))
	// Output:
	// Hello Grace
	// Graceさん、こんにちは
	// Hello Rear Admiral Hopper
	// Rear Admiral Hopperさん、こんにちは
	// true <nil> <nil>
}

// TestRedis shows two processes by two managers, each with a client of its own.
func TestRedis(t *testing.T) {
	server := redistest.Start(t)
	process := func() context.Context {
		m := cache.NewManager(cache.Config{})
		client, err := Share(m, "redis://"+server.Addr())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := errors.Join(m.Close(context.Background()), client.Close()); err != nil {
				t.Error(err)
			}
		})
		return cachetest.With(t.Context(), m)
	}
	here, there := process(), process()
	redis := server.Client()
	if err := redis.Set(t.Context(), "somebody:else", "1", 0).Err(); err != nil {
		t.Fatal(err)
	}
	before := rates.asked.Load()
	for _, ctx := range []context.Context{here, there, here} {
		if rate, err := ExchangeRate(ctx, "EUR"); rate != 1.08 || err != nil {
			t.Errorf("%v, %v", rate, err)
		}
	}
	if n := rates.asked.Load() - before; n != 1 {
		t.Errorf("the service was asked %d times, want once", n)
	}
	for what, remove := range map[string]func() error{
		"Invalidate":    func() error { return ExchangeRateCache.Invalidate(there, "EUR") },
		"InvalidateAll": func() error { return ExchangeRateCache.InvalidateAll(there) },
		"pattern": func() error {
			_, err := cache.InvalidateMatching(there, ExchangeRateCache.Name()+":*")
			return err
		},
	} {
		before := rates.asked.Load()
		if err := remove(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if _, err := ExchangeRate(there, "EUR"); err != nil {
			t.Error(err)
		}
		if n := rates.asked.Load() - before; n != 1 {
			t.Errorf("%s: the service was asked %d times, want that it is once more", what, n)
		}
	}
	if err := redis.Get(t.Context(), "somebody:else").Err(); err != nil {
		t.Errorf("%v: the key of somebody else is gone", err)
	}
}
