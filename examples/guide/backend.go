package guide

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

// users and rates stand for a database and a service of others. What is real of both are
// in the examples service, loaders and shared.
var (
	users = &userTable{names: map[int64]string{7: "Ada", 8: "Grace"}}
	rates = &rateService{rates: map[string]float64{"EUR": 1.08, "JPY": 0.0067}}
)

type userTable struct {
	mu    sync.Mutex
	names map[int64]string
}

func (t *userTable) greeting(ctx context.Context, id int64, language string) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	name, ok := t.names[id]
	switch {
	case !ok:
		return "", fmt.Errorf("user %d: %w", id, ErrNoUser)
	case language == "ja":
		return name + "さん、こんにちは", ctx.Err()
	default:
		return "Hello " + name, ctx.Err()
	}
}

func (t *userTable) rename(_ context.Context, id int64, name string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.names[id]; !ok {
		return fmt.Errorf("user %d: %w", id, ErrNoUser)
	}
	t.names[id] = name
	return nil
}

type rateService struct {
	rates map[string]float64
	asked atomic.Int64
}

func (s *rateService) ask(ctx context.Context, currency string) (float64, error) {
	s.asked.Add(1)
	rate, ok := s.rates[currency]
	if !ok {
		return 0, fmt.Errorf("no rate for %q", currency)
	}
	return rate, ctx.Err()
}
