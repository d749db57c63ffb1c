package writers

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/bunsui/bunsui-go/internal/pgtest"
	"github.com/bunsui/bunsui-go/internal/redistest"
)

func newDatabase(t *testing.T) *Database {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), pgtest.Start(t).URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	d := &Database{Pool: pool}
	if err := d.Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *Database) count(t *testing.T) (n int) {
	t.Helper()
	if err := d.Pool.QueryRow(t.Context(), "select count(*) from orders").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestInsertOrdersIntoPostgreSQL(t *testing.T) {
	d := newDatabase(t)
	if err := d.InsertOrdersBatch(t.Context(), someOrders(1200)[:10]).Err(); err != nil {
		t.Fatal(err)
	}
	r := d.InsertOrdersBatch(t.Context(), someOrders(1200))
	if r.Succeeded != 1190 || r.Failed != 10 || d.count(t) != 1200 {
		t.Errorf("%d inserted, %d failed, %d are there", r.Succeeded, r.Failed, d.count(t))
	}
	for _, o := range r.Outcomes {
		if known := o.Item.ID <= 10; errors.Is(o.Err, errKnown) != known || o.Attempts != 1 {
			t.Errorf("outcome: %+v", o)
		}
	}
}

func TestCopyOrdersIntoPostgreSQL(t *testing.T) {
	d := newDatabase(t)
	orders := someOrders(5000)
	orders[2500].Count = 0 // which spoils its call
	r := d.CopyOrdersBatch(t.Context(), orders)
	if r.Succeeded != 4000 || r.Failed != 1000 || d.count(t) != 4000 {
		t.Errorf("%d copied, %d failed, %d are there", r.Succeeded, r.Failed, d.count(t))
	}
	for _, o := range r.Failures() {
		if o.Item.ID <= 2000 || o.Item.ID > 3000 || !isRule(o.Err) || o.Attempts != 1 {
			t.Errorf("outcome: %+v", o)
		}
	}
}

func TestPushOrdersIntoRedis(t *testing.T) {
	s := &Shelf{Client: redistest.Start(t).Client()}
	if err := s.Client.Set(t.Context(), shelfKey("item 3"), "not a list", 0).Err(); err != nil {
		t.Fatal(err)
	}
	r := s.PushOrdersBatch(t.Context(), someOrders(700))
	if r.Succeeded != 600 || r.Failed != 100 {
		t.Errorf("%d succeeded, %d failed", r.Succeeded, r.Failed)
	}
	for _, o := range r.Failures() {
		if o.Item.Item != "item 3" || o.Attempts != 1 || !strings.HasPrefix(o.Err.Error(), "WRONGTYPE") {
			t.Errorf("outcome: %+v", o)
		}
	}
	if n := s.Client.LLen(t.Context(), shelfKey("item 2")).Val(); n != 100 {
		t.Errorf("a list has %d orders", n)
	}
}
