package cache_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// A ring leads to itself.
type ring struct {
	next  *ring
	name  string
	extra any
}

func TestEstimates(t *testing.T) {
	ctx := t.Context()
	round := &ring{name: strings.Repeat("x", 1000)}
	round.next, round.extra = round, []string{"0123456789", "0123456789"}
	many := make([]string, 50_000)
	for i := range many {
		many[i] = "0123456789"
	}
	for _, tt := range []struct {
		name  string
		value any
		least int64
	}{
		{"nil", nil, 0},
		{"number", 7, 8},
		{"text", strings.Repeat("x", 5000), 5016},
		{"time", time.Now(), 24},
		{"ring", round, 1000 + 48 + 2*16 + 20},
		{"capacity", make([]int64, 1, 1000), 8000 + 24},
		{"map", map[string]int{strings.Repeat("k", 300): 1}, 300 + 24},
		{"more than is looked at", many, 50_000 * (16 + 10)},
		{"array", &[3]*int{new(int), new(int), nil}, 24 + 16},
		{"nil pointer", (*ring)(nil), 8},
	} {
		c := cache.New(cache.Options[string, any]{TTL: time.Hour, MaxBytes: 1 << 30, Manager: newManager(t)})
		_ = c.Set(ctx, tt.name, tt.value)
		got := c.Stats().Bytes - int64(len(tt.name))
		// An entry itself takes up about a hundred bytes.
		if most := tt.least + tt.least/10 + 250; got < tt.least || got > most {
			t.Errorf("%s is taken to be %d bytes, want %d to %d", tt.name, got, tt.least, most)
		}
	}
}
