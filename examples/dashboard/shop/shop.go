// Package shop sells things out of a warehouse that it has a few connections to. All that
// Bunsui can decorate has a part in it, so that the live page of runtime/monitor has
// something to show: caches that serve their purpose and one that does not, a loader, a
// batch, a pool, calls that call others, that are slow, and that fail.
package shop

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net"
	"strings"
	"sync/atomic"

	_ "github.com/bunsui/bunsui-go/runtime/batch" // for its ErrNotFound, in a directive
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// Item is a product.
type Item struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Cents int64  `json:"cents"`
}

// address is where the warehouse is, a string.
var address atomic.Value

// Connect says where the warehouse is. It must be called before anything is bought.
func Connect(addr string) { address.Store(addr) }

// newConn connects to the warehouse.
//
//bunsui:pool min=2 max=8 max_age=5m max_idle=30s ping=ping leak=10s timeout=2s
func newConn(ctx context.Context) (*Conn, error) {
	addr, ok := address.Load().(string)
	if !ok {
		return nil, fmt.Errorf("warehouse: nobody has said where it is")
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("warehouse: %w", err)
	}
	return &Conn{Conn: conn, in: json.NewDecoder(conn), out: json.NewEncoder(conn)}, nil
}

func ping(ctx context.Context, c *Conn) error {
	_, err := c.ask(ctx, "ping")
	return err
}

// loadItems finds products by their ids, with one query for all that are asked for at the
// same time. Ids without a product are not in the map.
//
//bunsui:cached ttl=20s jitter=10% missing=batch.ErrNotFound missing_ttl=5s
//bunsui:loader max=50 concurrency=4
//bunsui:profile
//bunsui:pooled
func loadItems(ctx context.Context, c *Conn, ids []int64) (map[int64]Item, error) {
	a, err := c.ask(ctx, "products", ids...)
	found := make(map[int64]Item, len(a.Items))
	for _, item := range a.Items {
		found[item.ID] = item
	}
	return found, err
}

// price asks what a product costs at present, in cents. If the warehouse does not say, what
// it has said last will do for a minute.
//
//bunsui:profile
//bunsui:cached ttl=10s stale=1m
//bunsui:pooled
func price(ctx context.Context, c *Conn, product int64) (cents int64, err error) {
	a, err := c.ask(ctx, "price", product)
	return a.Number, err
}

// stock asks how much is left of a product.
//
//bunsui:profile
//bunsui:cached ttl=5s
//bunsui:pooled
func stock(ctx context.Context, c *Conn, product int64) (left int64, err error) {
	a, err := c.ask(ctx, "stock", product)
	return a.Number, err
}

// recommend finds what else a customer may like. Customers seldom look at the same product
// twice, so that this is seldom found in its cache, which has little room for it anyway.
//
//bunsui:profile
//bunsui:cached ttl=10s max_entries=500
//bunsui:pooled
func recommend(ctx context.Context, c *Conn, customer, product int64) ([]Item, error) {
	a, err := c.ask(ctx, "similar", product)
	return a.Items, err
}

// format writes an amount as people do.
//
//bunsui:profile sample=10%
//bunsui:cached ttl=forever max_entries=20k
func format(cents int64) string {
	return fmt.Sprintf("%d.%02d", cents/100, cents%100)
}

// page makes the page of a product for a customer, without whose recommendations it does
// if these cannot be had.
//
//bunsui:profile slow=50ms args p99=100ms max_errors=2%
func page(ctx context.Context, customer, product int64) (string, error) {
	item, err := LoadItem(ctx, product)
	if err != nil {
		return "", err
	}
	cents, err := Price(ctx, product)
	if err != nil {
		return "", err
	}
	left, err := Stock(ctx, product)
	if err != nil {
		return "", err
	}
	others, err := Recommend(ctx, customer, product)
	if err != nil {
		others = nil
	}
	_, end := profile.Region(ctx, "shop: render a page")
	defer end()
	var b strings.Builder
	fmt.Fprintf(&b, "<!doctype html><title>%s</title><h1>%[1]s</h1><p>%s, %d left</p><ul>", html.EscapeString(item.Name), Format(cents), left)
	for _, other := range others {
		fmt.Fprintf(&b, "<li><a href=%d>%s</a>, %s</li>", other.ID, html.EscapeString(other.Name), Format(other.Cents))
	}
	b.WriteString("</ul>")
	return b.String(), nil
}
