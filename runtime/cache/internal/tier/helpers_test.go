package tier_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

var errDown = errors.New("down")

const ttl = time.Minute

// process is one of several that share a store, with one function in it.
type process struct {
	*tier.Member
	link  *tier.Link
	store *cachetest.Store
	news  *news
	tags  []string
}

// news are what a cache hears.
type news struct {
	mu      sync.Mutex
	changed []string
	revoked []store.Rule
	drops   int
	bumped  []string
	stale   time.Duration
}

func (n *news) Judge(h tier.Head) tier.Verdict {
	n.mu.Lock()
	defer n.mu.Unlock()
	life := ttl
	if h.TTL > 0 {
		life = h.TTL
	}
	switch {
	case h.Age < life:
		return tier.Fresh
	case h.Age < life+n.stale:
		return tier.Stale
	}
	return tier.Useless
}

func (n *news) Changed(text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.changed = append(n.changed, text)
}

func (n *news) Revoked(r store.Rule) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.revoked = append(n.revoked, r)
}

func (n *news) Drop() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.drops++
}

func (n *news) bump(tags []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.bumped = append(n.bumped, tags...)
}

// heard returns what was heard since the last call.
func (n *news) heard() (changed []string, revoked []store.Rule, drops int, bumped []string) {
	synctest.Wait()
	n.mu.Lock()
	defer n.mu.Unlock()
	changed, revoked, drops, bumped = n.changed, n.revoked, n.drops, n.bumped
	n.changed, n.revoked, n.drops, n.bumped = nil, nil, 0, nil
	return changed, revoked, drops, bumped
}

// join makes a process that shares s, whose store is seen through wrap.
func join(t *testing.T, s *cachetest.Store, wrap func(store.Store) store.Store) *process {
	t.Helper()
	p := &process{store: s, news: &news{}}
	config := tier.Config{Store: s, Bumped: p.news.bump, Logger: quiet}
	if wrap != nil {
		config.Store = wrap(s)
	}
	p.link = tier.New(config)
	p.Member = p.link.Join("example.com/a.Get", "1f", p.news)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := p.link.Close(ctx); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return p
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// pair returns two processes that are connected and have heard so.
func pair(t *testing.T) (a, b *process) {
	t.Helper()
	s := cachetest.NewStore()
	a, b = join(t, s, nil), join(t, s.Join(), nil)
	for _, p := range []*process{a, b} {
		p.Look(t.Context(), tier.Query{Text: "nothing"})
		p.news.heard()
		p.Look(t.Context(), tier.Query{Text: "nothing"})
		if !p.link.Live() {
			t.Fatal("not live")
		}
	}
	return a, b
}

// room returns a value for the store.
func (p *process) room(result string) tier.Write {
	return tier.Write{Bytes: append(tier.Room(len(p.tags)), result...), Kind: tier.Present, Keep: ttl}
}

func (p *process) fetch(ctx context.Context, text string) tier.Answer {
	return p.Fetch(ctx, tier.Query{Text: text, Tags: p.tags})
}

// load does what a cache does, with a load that takes some time.
func (p *process) load(ctx context.Context, text string, source func() string) (string, tier.Answer) {
	a := p.fetch(ctx, text)
	if a.OK {
		return string(a.Bytes), a
	}
	defer a.Lease.Release(ctx)
	result := source()
	if a.Lease != nil {
		a.Lease.Fill(ctx, p.room(result))
	}
	return result, a
}

// has fails the test unless the store has a result for a text, as p sees it; "" for none.
func (p *process) has(t *testing.T, text, want string) {
	t.Helper()
	a := p.Look(t.Context(), tier.Query{Text: text, Tags: p.tags})
	if a.Err != nil || a.OK != (want != "") || string(a.Bytes) != want {
		t.Errorf("%s: the store has %q, %v, %v, want %q", text, a.Bytes, a.OK, a.Err, want)
	}
}

// put fails the test if it cannot.
func (p *process) put(t *testing.T, text, result string) {
	t.Helper()
	if _, err := p.Set(t.Context(), text, p.tags, p.room(result)); err != nil {
		t.Fatal(err)
	}
}

// inBubble runs a test in virtual time.
func inBubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}
