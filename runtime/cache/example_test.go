package cache_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// A cache by hand: what generated code does, in three lines.
func Example() {
	users := cache.New(cache.Options[int, string]{
		Name: "example.getUser",
		TTL:  time.Minute,
	})
	getUser := func(ctx context.Context, id int) (string, error) {
		fmt.Println("loading", id)
		return fmt.Sprintf("user %d", id), nil
	}
	ctx := context.Background()
	for range 3 {
		user, err := users.Load(ctx, 1, getUser)
		fmt.Println(user, err)
	}
	s := users.Stats()
	fmt.Println(s.Hits, "hits,", s.Misses, "miss")
	// Output:
	// loading 1
	// user 1 <nil>
	// user 1 <nil>
	// user 1 <nil>
	// 2 hits, 1 miss
}

func ExampleCache_Delete() {
	prices := cache.New(cache.Options[string, int]{Name: "example.price", TTL: time.Hour})
	ctx := context.Background()
	price := 10
	load := func(context.Context, string) (int, error) { return price, nil }

	first, _ := prices.Load(ctx, "tea", load)
	price = 12
	second, _ := prices.Load(ctx, "tea", load)
	_ = prices.Delete(ctx, "tea")
	third, _ := prices.Load(ctx, "tea", load)
	fmt.Println(first, second, third)
	// Output: 10 10 12
}

func ExampleBypass() {
	c := cache.New(cache.Options[string, int]{Name: "example.count", TTL: time.Hour})
	calls := 0
	load := func(context.Context, string) (int, error) { calls++; return calls, nil }
	ctx := context.Background()
	a, _ := c.Load(ctx, "", load)
	b, _ := c.Load(cache.Bypass(ctx), "", load)
	d, _ := c.Load(ctx, "", load)
	fmt.Println(a, b, d)
	// Output: 1 2 1
}

func ExampleTrace() {
	c := cache.New(cache.Options[string, int]{Name: "example.count", TTL: time.Hour})
	load := func(context.Context, string) (int, error) { return 1, nil }
	ctx, trace := cache.Trace(context.Background())
	_, _ = c.Load(ctx, "tea", load)
	_, _ = c.Load(cache.Bypass(ctx), "tea", load)
	for _, step := range trace.Steps() {
		fmt.Println(step)
	}
	// Output:
	// example.count: loaded
	// example.count: bypassed
}

func ExampleTx() {
	c := cache.New(cache.Options[string, int]{Name: "example.stock", TTL: time.Hour})
	stock, commit := 5, func() error { return nil }
	load := func(context.Context, string) (int, error) { return stock, nil }
	ctx := context.Background()
	_, _ = c.Load(ctx, "tea", load)

	tx, done := cache.Tx(ctx)
	stock = 4
	_ = c.Delete(tx, "tea")
	within, _ := c.Load(tx, "tea", load)
	others, _ := c.Load(ctx, "tea", load)
	err := done(commit())
	after, _ := c.Load(ctx, "tea", load)
	fmt.Println(within, others, after, err)
	// Output: 4 5 4 <nil>
}

func ExampleManager_Configure() {
	m := cache.NewManager(cache.Config{Logger: slog.New(slog.DiscardHandler)})
	c := cache.New(cache.Options[int, string]{Name: "example.getUser", TTL: time.Minute, Manager: m})
	_ = c.Set(context.Background(), 1, "user 1")
	if err := m.Configure("example.getUsers", cache.Settings{TTL: time.Hour}); errors.Is(err, cache.ErrUnknownCache) {
		fmt.Println(err)
	}
	if err := m.Configure("example.getUser", cache.Settings{Mode: cache.Off}); err != nil {
		fmt.Println(err)
	}
	_, found := c.Get(1)
	fmt.Println("found:", found)
	// Output:
	// unknown cache "example.getUsers" (did you mean "example.getUser"?)
	// found: false
}

func ExampleNewInstances() {
	type Shop struct{ factor int }
	prices := cache.NewInstances[Shop](cache.Options[string, int]{Name: "example.Shop.price", TTL: time.Hour})
	price := func(s *Shop, item string) int {
		return prices.Of(s).LoadValue(context.Background(), item, func(context.Context, string) int {
			return s.factor * len(item)
		})
	}
	cheap, dear := &Shop{factor: 1}, &Shop{factor: 10}
	fmt.Println(price(cheap, "tea"), price(dear, "tea"))
	fmt.Println(prices.Stats().Size, "entries")
	// Output:
	// 3 30
	// 2 entries
}

// textCodec carries texts as they are. Generated code has codecs for any results.
type textCodec struct{}

func (textCodec) Append(b []byte, v string) ([]byte, error) { return append(b, v...), nil }
func (textCodec) Decode(b []byte) (string, error)           { return string(b), nil }
func (textCodec) Schema() string                            { return "text-1" }

// A file is replaced as a whole: who reads it finds the old snapshot or the new one,
// also if the process dies meanwhile.
func ExampleCache_SaveTo() {
	ctx := context.Background()
	options := cache.Options[int, string]{
		Name: "example.getName", TTL: time.Hour, Codec: textCodec{}, KeyText: strconv.Itoa,
	}
	save := func(c *cache.Cache[int, string], path string) error {
		f, err := os.CreateTemp(filepath.Dir(path), ".snapshot-*")
		if err != nil {
			return err
		}
		defer os.Remove(f.Name()) // which fails once it is renamed
		_, err = c.SaveTo(ctx, f)
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return err
		}
		return os.Rename(f.Name(), path)
	}
	load := func(c *cache.Cache[int, string], path string) (int, error) {
		f, err := os.Open(path)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		return c.LoadFrom(ctx, bufio.NewReader(f))
	}

	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "names.snapshot")
	before := cache.New(options)
	_ = before.Set(ctx, 7, "Aiko")
	fmt.Println("saved:", save(before, path))

	after := cache.New(options) // in the next process
	n, err := load(after, path)
	fmt.Println("loaded:", n, err)
	name, err := after.Load(ctx, 7, func(context.Context, int) (string, error) { return "", errors.New("not called") })
	fmt.Println(name, err)
	// Output:
	// saved: <nil>
	// loaded: 1 <nil>
	// Aiko <nil>
}

// The rows of one query fill the cache before it is asked.
func ExampleCache_Warm() {
	ctx := context.Background()
	c := cache.New(cache.Options[int, string]{Name: "example.getColour", TTL: time.Hour})
	query := func() iter.Seq2[int, string] { // the database is asked when Warm reads on
		return func(yield func(int, string) bool) {
			_ = yield(1, "red") && yield(2, "blue")
		}
	}
	n, err := c.Warm(ctx, query())
	fmt.Println(n, err)
	colour, _ := c.Get(2)
	fmt.Println(colour)
	// Output:
	// 2 <nil>
	// blue
}
