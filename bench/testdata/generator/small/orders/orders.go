// Package orders is a part of a small module.
package orders

import (
	"context"
	"time"

	"example.com/small/users"
)

// Order is one order.
type Order struct {
	ID    int64
	Buyer *users.User
	At    time.Time
}

//bunsui:cached ttl=60
func getOrder(ctx context.Context, id int64) (*Order, error) {
	buyer, err := users.GetUser(ctx, id)
	return &Order{ID: id, Buyer: buyer}, err
}

//bunsui:cached ttl=60 key="{u.ID}"
func ordersOf(_ context.Context, u *users.User) ([]*Order, error) { return []*Order{{Buyer: u}}, nil }

//bunsui:cached ttl=10m
func since(_ context.Context, at time.Time, limit int) ([]Order, error) {
	return make([]Order, limit), nil
}
