package loaders

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/internal/pgtest"
	"github.com/bunsui/bunsui-go/internal/redistest"
	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

const schema = `
create table products (id bigint primary key, name text not null);
create table movements (product bigint, change bigint);
insert into products select n, 'product ' || n from generate_series(1, 1000) n;
insert into movements select n % 100, n from generate_series(1, 1000) n;
`

// trips counts the questions that go to a server, as the drivers say.
type trips struct{ n atomic.Int64 }

func (t *trips) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	t.n.Add(1)
	return ctx
}

func (t *trips) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (t *trips) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	t.n.Add(1)
	return ctx
}

func (t *trips) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (t *trips) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

func (t *trips) DialHook(next redis.DialHook) redis.DialHook { return next }

func (t *trips) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if cmd.Name() == "mget" { // and not what a new connection says
			t.n.Add(1)
		}
		return next(ctx, cmd)
	}
}

func (t *trips) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if cmds[0].Name() == "smembers" {
			t.n.Add(1)
		}
		return next(ctx, cmds)
	}
}

func postgres(t *testing.T) (*Loaders, *trips) {
	t.Helper()
	shop, count := shopInPostgres(t)
	return NewLoaders(shop), count
}

func shopInPostgres(t *testing.T) (*Shop, *trips) {
	t.Helper()
	config, err := pgxpool.ParseConfig(pgtest.Start(t).URL())
	if err != nil {
		t.Fatal(err)
	}
	count := &trips{}
	config.ConnConfig.Tracer = count
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	if _, err := pool.Exec(t.Context(), schema); err != nil {
		t.Fatal(err)
	}
	count.n.Store(0)
	return &Shop{Database: pool}, count
}

// together calls f with each number below n at the same time.
func together(n int, f func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { f(i) })
	}
	all.Wait()
}

func TestLoadFromPostgreSQL(t *testing.T) {
	load, count := postgres(t)
	together(1200, func(i int) {
		id := int64(i + 1)
		p, err := load.Product.Load(t.Context(), id)
		if known := id <= 1000; known && (err != nil || p.Name != fmt.Sprint("product ", id)) || !known && !errors.Is(err, batch.ErrNotFound) {
			t.Errorf("product %d: %+v, %v", id, p, err)
		}
	})
	if n := count.n.Load(); n < 12 || n >= 1200 {
		t.Errorf("%d queries for 1200 products", n)
	}
}

func TestLoadBatchesFromPostgreSQL(t *testing.T) {
	load, count := postgres(t)
	want := func(id int64) int64 { return 10*id + 4500 }
	together(100, func(i int) {
		id := int64(i)
		if id == 0 {
			id = 100 // which nobody has moved
		}
		stock, err := load.Stock.Load(t.Context(), id)
		if err != nil || id < 100 && stock != want(id) || id == 100 && stock != 0 {
			t.Errorf("stock of %d: %d, %v", id, stock, err)
		}
	})
	if n := count.n.Load(); n < 2 || n >= 100 {
		t.Errorf("%d trips for 100 stocks", n)
	}
	count.n.Store(0)
	ids := []int64{1, 2, 3, 2, 1}
	r := load.Stock.LoadMany(t.Context(), ids)
	if got := r.Values(); r.Err() != nil || !slices.Equal(got, []int64{want(1), want(2), want(3), want(2), want(1)}) {
		t.Errorf("stocks: %v, %v", got, r.Err())
	}
	if n := count.n.Load(); n != 1 {
		t.Errorf("%d trips for one LoadMany", n)
	}
}

// TestDirectives shows what is generated of the directives: what is kept is not asked for
// again, that there is nothing included, and the rest is one question.
func TestDirectives(t *testing.T) {
	shop, count := shopInPostgres(t)
	ctx := cachetest.Context(t)
	if p, err := shop.LoadProduct(ctx, 7); err != nil || p.Name != "product 7" {
		t.Errorf("LoadProduct = %+v, %v", p, err)
	}
	count.n.Store(0)
	for range 2 {
		r := shop.LoadProductMany(ctx, []int64{7, 8, 9, 2000, 8})
		values, errs := r.Split()
		if r.Succeeded != 4 || values[4].Name != "product 8" || !errors.Is(errs[3], batch.ErrNotFound) {
			t.Errorf("LoadProductMany = %+v", r)
		}
	}
	if n := count.n.Load(); n != 1 {
		t.Errorf("%d queries for what was not kept, want 1", n)
	}
	together(100, func(int) {
		if stock, err := shop.LoadStock(ctx, 1); err != nil || stock != 4510 {
			t.Errorf("LoadStock = %d, %v", stock, err)
		}
	})
	if n := count.n.Load(); n > 100 {
		t.Errorf("%d trips for 100 stocks", n)
	}
}

func TestLoadFromRedis(t *testing.T) {
	client := redistest.Start(t).Client()
	for i := range 10 {
		err := errors.Join(
			client.Set(t.Context(), fmt.Sprint("name:", i), fmt.Sprint("product ", i), 0).Err(),
			client.SAdd(t.Context(), fmt.Sprint("tags:", i), "new", i).Err(),
		)
		if err != nil {
			t.Fatal(err)
		}
	}
	count := &trips{}
	client.AddHook(count)
	load := NewLoaders(&Shop{Redis: client})
	together(400, func(i int) {
		key := fmt.Sprint("name:", i%11)
		name, err := load.Name.Load(t.Context(), key)
		if i%11 == 10 && !errors.Is(err, batch.ErrNotFound) || i%11 < 10 && (err != nil || name != fmt.Sprint("product ", i%11)) {
			t.Errorf("%s: %q, %v", key, name, err)
		}
	})
	if n := count.n.Load(); n >= 400 {
		t.Errorf("%d trips for 400 names", n)
	}
	count.n.Store(0)
	r := load.Tags.LoadMany(t.Context(), []string{"tags:1", "tags:none", "name:1", "tags:2"})
	if r.Succeeded != 2 || len(r.Outcomes[0].Value) != 2 || !errors.Is(r.Outcomes[1].Err, errNoTags) ||
		!strings.HasPrefix(r.Outcomes[2].Err.Error(), "WRONGTYPE") || count.n.Load() != 1 {
		t.Errorf("%+v after %d trips", r, count.n.Load())
	}
}
