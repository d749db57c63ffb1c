package shop

import (
	"context"
	"fmt"
)

// reserve takes one of a product out of the shelf, and tells the number of the box. What is
// left is not what it was, then.
//
//bunsui:batch concurrency=4 attempts=3 delay=2ms retry_on=errBusy
//bunsui:invalidate Stock(product=product)
//bunsui:profile
//bunsui:pooled
func reserve(ctx context.Context, c *Conn, product int64) (box int64, err error) {
	a, err := c.ask(ctx, "reserve", product)
	return a.Number, err
}

// book notes an order, and tells its number.
//
//bunsui:profile
//bunsui:pooled
func book(ctx context.Context, c *Conn, products []int64) (number int64, err error) {
	a, err := c.ask(ctx, "book", products...)
	return a.Number, err
}

// order buys what can be had of some products, and tells the number of the order.
//
//bunsui:profile slow=20ms args redact=card
func order(ctx context.Context, customer int64, card string, products []int64) (number int64, err error) {
	if len(card) != 16 {
		return 0, fmt.Errorf("order of customer %d: a card has 16 digits", customer)
	}
	reserved := ReserveBatch(ctx, products)
	var had []int64
	for _, o := range reserved.Outcomes {
		if o.Err == nil {
			had = append(had, o.Item)
		}
	}
	if len(had) == 0 {
		return 0, fmt.Errorf("order of customer %d: %w", customer, reserved.Err())
	}
	return Book(ctx, had)
}
