package shop

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// crowd is how many customers wait for an answer at most; others go elsewhere.
const crowd = 64

// tick is how often customers come.
const tick = 10 * time.Millisecond

// Customers come to the shop at a rate that can be changed. A few products are looked at
// by most of them (Zipf's law), every twentieth buys something, and now and then one
// mistypes something. Make them with Open. They are safe for concurrent use.
type Customers struct {
	waiting chan struct{} // has an element for each who waits
	ended   chan struct{}

	mu   sync.Mutex
	rate int     // customers a second
	owed float64 // customers who should have come already
	rand *rand.Rand
	zipf *rand.Zipf
}

// Open lets customers come until ctx ends, so many in a second.
func Open(ctx context.Context, rate int) *Customers {
	c := &Customers{waiting: make(chan struct{}, crowd), ended: make(chan struct{}), rate: rate}
	c.rand = rand.New(rand.NewPCG(1, 2))
	c.zipf = rand.NewZipf(c.rand, 1.3, 4, Products-1)
	go c.come(ctx)
	return c
}

// Rate is how many come in a second.
func (c *Customers) Rate() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rate
}

// SetRate changes how many come in a second; 0 or less is none.
func (c *Customers) SetRate(rate int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rate, c.owed = max(0, rate), 0
}

// Quiet lets nobody come any more, and waits until all have left, or ctx ends.
func (c *Customers) Quiet(ctx context.Context) error {
	c.SetRate(0)
	taken := 0
	defer func() {
		for range taken {
			<-c.waiting
		}
	}()
	for ; taken < crowd; taken++ {
		select {
		case c.waiting <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Done is closed when ctx has ended and all have left.
func (c *Customers) Done() <-chan struct{} { return c.ended }

func (c *Customers) come(ctx context.Context) {
	defer close(c.ended)
	var inside sync.WaitGroup
	defer inside.Wait()
	t := time.NewTicker(tick)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		for _, visit := range c.due() {
			inside.Go(func() {
				defer func() { <-c.waiting }()
				visit(ctx)
			})
		}
	}
}

// due lets those in who come in a tick.
func (c *Customers) due() (visits []func(context.Context)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.owed += float64(c.rate) * tick.Seconds(); c.owed >= 1; c.owed-- {
		select {
		case c.waiting <- struct{}{}:
			visits = append(visits, c.visit())
		default: // too crowded
		}
	}
	return visits
}

// visit says what the next one will do. What customers do not get is not their business:
// it is counted where it failed.
func (c *Customers) visit() func(context.Context) {
	customer, product := 1+c.rand.Int64N(50), 1+int64(c.zipf.Uint64())
	switch n := c.rand.IntN(400); {
	case n == 0:
		product += Products // an old link
	case n == 1:
		return func(ctx context.Context) { _, _ = Order(ctx, customer, "1234", []int64{product}) }
	case n < 20:
		basket := []int64{product}
		for range c.rand.IntN(5) {
			basket = append(basket, 1+int64(c.zipf.Uint64()))
		}
		return func(ctx context.Context) { _, _ = Order(ctx, customer, "4000123412341234", basket) }
	}
	return func(ctx context.Context) { _, _ = Page(ctx, customer, product) }
}
