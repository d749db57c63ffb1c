// Package prices shows how to test code that calls cached functions: see its
// tests.
package prices

import (
	"context"
	"fmt"
)

// A Source knows current prices, in cents. In production it asks another service.
type Source interface {
	Price(ctx context.Context, sku string) (int, error)
}

type sourceKey struct{}

// WithSource returns a context in which prices come from source.
func WithSource(ctx context.Context, source Source) context.Context {
	return context.WithValue(ctx, sourceKey{}, source)
}

// price asks for the current price of an article, in cents.
//
//bunsui:cached ttl=5m
func price(ctx context.Context, sku string) (cents int, err error) {
	source, ok := ctx.Value(sourceKey{}).(Source)
	if !ok {
		return 0, fmt.Errorf("price of %s: the context has no source", sku)
	}
	return source.Price(ctx, sku)
}

// Total adds up the current prices of articles, in cents.
func Total(ctx context.Context, skus ...string) (int, error) {
	total := 0
	for _, sku := range skus {
		cents, err := Price(ctx, sku)
		if err != nil {
			return 0, err
		}
		total += cents
	}
	return total, nil
}

// format writes an amount as people do. It takes no context.
//
//bunsui:cached ttl=forever max_entries=1000
func format(cents int) string {
	return fmt.Sprintf("%d.%02d", cents/100, cents%100)
}
