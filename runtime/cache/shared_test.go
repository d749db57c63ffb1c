package cache_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

func TestSharedResults(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		a.get(t, 1, 0)
		b.get(t, 1, 0)
		d.loaded(t, 1)
		if s := b.Stats(); s.StoreHits != 2 || s.StoreMisses != 0 || s.Loads != 0 {
			t.Errorf("Stats() = %+v", s)
		}
		b.get(t, 1, 0) // now from memory
		if s := b.Stats(); s.Hits != 1 || s.StoreHits != 2 {
			t.Errorf("Stats() = %+v", s)
		}
	})
}

// The age of a result is that of its load, wherever it is.
func TestSharedAge(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		a.get(t, 1, 0)
		time.Sleep(40 * time.Minute)
		b.get(t, 1, 0)
		d.version.Store(1)
		time.Sleep(19 * time.Minute)
		b.get(t, 1, 0)
		d.loaded(t, 1)
		time.Sleep(time.Minute)
		b.get(t, 1, 1)
		a.get(t, 1, 1)
		d.loaded(t, 2)
	})
}

func TestSharedOneLoadForAllProcesses(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		d.takes = 20 * time.Second // longer than the lease lasts by itself
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() { []*process{a, b}[i%2].get(t, 1, 0) })
		}
		begun := time.Now()
		all.Wait()
		d.loaded(t, 1)
		if took := time.Since(begun); took > d.takes+10*time.Millisecond {
			t.Errorf("it took %v: who waits was not woken", took)
		}
	})
}

func TestSharedInvalidation(t *testing.T) {
	change := map[string]func(ctx context.Context, p *process) error{
		"Delete": func(ctx context.Context, p *process) error { return p.Delete(ctx, 1) },
		"Clear":  func(ctx context.Context, p *process) error { return p.Clear(ctx) },
		"Set":    func(ctx context.Context, p *process) error { return p.Set(ctx, 1, person{1, 1}) },
		"InvalidateMatching": func(ctx context.Context, p *process) error {
			_, err := p.manager.InvalidateMatching(ctx, "test/people.get:1")
			return err
		},
		"InvalidateMatching all": func(ctx context.Context, p *process) error {
			_, err := p.manager.InvalidateMatching(ctx, "test/people.*")
			return err
		},
		"InvalidateTags": func(ctx context.Context, p *process) error { return p.manager.InvalidateTags(ctx, textOf(1)) },
		"Refresh": func(ctx context.Context, p *process) error {
			_, err := p.Refresh(ctx, 1, p.from.load)
			return err
		},
		"Delete in a transaction": func(ctx context.Context, p *process) error {
			ctx, done := cache.Tx(ctx)
			return done(p.Delete(ctx, 1))
		},
	}
	tagged := func(o *peopleOptions) { o.Tags = func(id int) []string { return []string{textOf(id)} } }
	for name, change := range change {
		t.Run(name, func(t *testing.T) {
			two(t, tagged, func(t *testing.T, a, b *process, d *database) {
				for range 3 {
					a.get(t, 1, d.version.Load())
					b.get(t, 1, d.version.Load())
					d.version.Store(1)
					if err := change(t.Context(), b); err != nil {
						t.Fatal(err)
					}
					b.get(t, 1, 1)
					synctest.Wait() // the news are there
					a.get(t, 1, 1)
					b.get(t, 1, 1)
					if err := b.Delete(t.Context(), 1); err != nil {
						t.Fatal(err)
					}
					d.version.Store(0)
					synctest.Wait()
				}
			})
		})
	}
}

// What was loaded before an invalidation and ends after it is kept nowhere.
func TestSharedInvalidationOfALoad(t *testing.T) {
	tagged := func(o *peopleOptions) { o.Tags = func(id int) []string { return []string{textOf(id)} } }
	for _, tag := range []bool{false, true} {
		two(t, tagged, func(t *testing.T, a, b *process, d *database) {
			d.takes = time.Second
			var load sync.WaitGroup
			load.Go(func() { a.get(t, 1, 0) })
			time.Sleep(time.Second / 2)
			d.version.Store(1)
			if tag {
				if err := b.manager.InvalidateTags(t.Context(), textOf(1)); err != nil {
					t.Fatal(err)
				}
			} else if err := b.Delete(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			b.get(t, 1, 1)
			load.Wait()
			a.get(t, 1, 1)
			b.get(t, 1, 1)
			d.loaded(t, 2)
		})
	}
}

func TestSharedAbsence(t *testing.T) {
	short := func(o *peopleOptions) { o.MissingTTL = time.Minute }
	two(t, short, func(t *testing.T, a, b *process, d *database) {
		d.fail(errGone)
		for _, p := range []*process{a, b, a, b} {
			if _, err := p.Load(t.Context(), 1, d.load); err != errGone {
				t.Errorf("Load() = %v", err)
			}
		}
		d.loaded(t, 1)
		time.Sleep(time.Minute)
		d.fail(nil)
		b.get(t, 1, 0)
		a.get(t, 1, 0)
		d.loaded(t, 2)
		if s := b.Stats(); s.LoadErrors != 0 {
			t.Errorf("Stats() = %+v: an absence in the store is no failed load", s)
		}
	})
}

// Other errors stay in the process that has got them.
func TestSharedErrors(t *testing.T) {
	short := func(o *peopleOptions) { o.ErrorsTTL = time.Minute }
	two(t, short, func(t *testing.T, a, b *process, d *database) {
		d.fail(errLoad)
		if _, err := a.Load(t.Context(), 1, d.load); err != errLoad {
			t.Errorf("Load() = %v", err)
		}
		d.fail(nil)
		if _, err := a.Load(t.Context(), 1, d.load); err != errLoad {
			t.Errorf("Load() = %v", err)
		}
		begun := time.Now()
		b.get(t, 1, 0)
		if took := time.Since(begun); took > d.takes {
			t.Errorf("it took %v: the lease was not released", took)
		}
	})
}

func TestSharedRefresh(t *testing.T) {
	soon := func(o *peopleOptions) { o.Refresh = time.Minute }
	two(t, soon, func(t *testing.T, a, b *process, d *database) {
		a.get(t, 1, 0)
		b.get(t, 1, 0)
		d.version.Store(1)
		time.Sleep(time.Minute)
		a.get(t, 1, 0)
		b.get(t, 1, 0)
		time.Sleep(time.Second)
		a.get(t, 1, 1)
		b.get(t, 1, 1)
		d.loaded(t, 2) // one for both
	})
}

func TestSharedStale(t *testing.T) {
	stale := func(o *peopleOptions) { o.Stale = time.Hour }
	two(t, stale, func(t *testing.T, a, b *process, d *database) {
		a.get(t, 1, 0)
		time.Sleep(90 * time.Minute)
		d.fail(errLoad)
		b.get(t, 1, 0) // which never had it
		a.get(t, 1, 0)
		if s := b.Stats(); s.Stale != 1 || s.LoadErrors != 1 {
			t.Errorf("Stats() = %+v", s)
		}
		time.Sleep(time.Hour)
		if _, err := b.Load(t.Context(), 1, d.load); !errors.Is(err, errLoad) {
			t.Errorf("Load() = %v", err)
		}
	})
}

func TestSharedOwnTTL(t *testing.T) {
	two(t, func(o *peopleOptions) { o.Policy = minutePolicy{} }, func(t *testing.T, a, b *process, d *database) {
		a.get(t, 1, 0)
		time.Sleep(59 * time.Second)
		b.get(t, 1, 0)
		d.version.Store(1)
		time.Sleep(time.Second)
		b.get(t, 1, 1)
		d.loaded(t, 2)
	})
}

type minutePolicy struct{ peoplePolicy }

func (minutePolicy) TTL(person, time.Duration) time.Duration { return time.Minute }

func TestSharedRefusedResult(t *testing.T) {
	two(t, func(o *peopleOptions) { o.Policy = oddPolicy{} }, func(t *testing.T, a, b *process, d *database) {
		before := a.values()
		a.get(t, 1, 0)
		b.get(t, 1, 0)
		d.loaded(t, 2)
		if err := a.Set(t.Context(), 1, person{1, 7}); err != nil || a.values() != before {
			t.Errorf("Set() = %v, %d values", err, a.values())
		}
	})
}

type oddPolicy struct{ peoplePolicy }

func (oddPolicy) Keep(v person) bool { return v.ID%2 == 0 }

func TestSharedMemoryTTL(t *testing.T) {
	bound := func(o *peopleOptions) { o.MemoryTTL = time.Minute }
	two(t, bound, func(t *testing.T, a, b *process, d *database) {
		a.get(t, 1, 0)
		b.get(t, 1, 0)
		b.store.Mute() // what others change does not come through, and nobody notices
		d.version.Store(1)
		if err := a.Delete(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute - 1)
		b.get(t, 1, 0)
		time.Sleep(time.Nanosecond)
		b.get(t, 1, 1)
	})
}

func TestSharedAfterALostConnection(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		a.get(t, 1, 0)
		b.get(t, 1, 0)
		b.store.Disconnect()
		d.version.Store(1)
		if err := a.Delete(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		b.get(t, 1, 1)
		a.get(t, 1, 1)
		d.version.Store(2)
		if err := a.Delete(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second) // as long as memory is trusted then
		b.get(t, 1, 2)
		b.store.Reconnect()
		time.Sleep(time.Second)
		synctest.Wait()
		d.loads.Store(0)
		b.get(t, 1, 2)
		b.get(t, 1, 2)
		d.loaded(t, 0)
		if s := b.Stats(); s.Hits == 0 {
			t.Errorf("Stats() = %+v", s)
		}
	})
}

func TestSharedStoreDown(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		a.get(t, 1, 0)
		a.store.Fail(errors.New("no route to host"))
		b.store.Fail(errors.New("no route to host"))
		for id := range 1000 {
			a.get(t, id+10, 0)
			a.get(t, id+10, 0)
		}
		d.loaded(t, 1001)
		d.version.Store(1)
		if err := b.Delete(t.Context(), 1); err != nil {
			t.Errorf("Delete() = %v, want nil without Strict", err)
		}
		b.get(t, 1, 1) // though the store has the old value
		s, _ := b.manager.StoreStats()
		if s.Owed != 1 || s.Errors == 0 || b.Stats().StoreErrors == 0 {
			t.Errorf("StoreStats() = %+v, Stats() = %+v", s, b.Stats())
		}
		a.store.Fail(nil)
		b.store.Fail(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		a.get(t, 1, 1)
		if s, ok := b.manager.StoreStats(); !ok || s.Owed != 0 || s.Open {
			t.Errorf("StoreStats() = %+v", s)
		}
	})
}

func TestSharedStrict(t *testing.T) {
	strict := func(o *peopleOptions) {
		o.Strict = true
		o.Tags = func(int) []string { return []string{"all"} }
	}
	two(t, strict, func(t *testing.T, a, _ *process, _ *database) {
		down := errors.New("no route to host")
		a.store.Fail(down)
		ctx := t.Context()
		_, matching := a.manager.InvalidateMatching(ctx, "1*")
		for name, err := range map[string]error{
			"Delete": a.Delete(ctx, 1), "Set": a.Set(ctx, 1, person{}), "Clear": a.Clear(ctx),
			"InvalidateTags": a.manager.InvalidateTags(ctx, "all"), "InvalidateMatching": matching,
		} {
			if !errors.Is(err, down) {
				t.Errorf("%s = %v", name, err)
			}
		}
		ctx, done := cache.Tx(ctx)
		if err := a.Delete(ctx, 1); err != nil {
			t.Errorf("Delete = %v", err)
		}
		if err := done(nil); !errors.Is(err, cache.ErrAfterCommit) {
			t.Errorf("done = %v", err)
		}
		a.store.Fail(nil)
		time.Sleep(time.Minute)
	})
}

// A value that the codec cannot read is replaced, one that it cannot write stays in
// memory.
func TestSharedCodecErrors(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		odd := share(t, a.store.Join(), d, func(o *peopleOptions) { o.Codec = xmlish{} })
		odd.get(t, 1, 0)
		a.get(t, 1, 0)
		b.get(t, 1, 0)
		d.loaded(t, 2)
		if s := a.Stats(); s.DecodeErrors != 1 {
			t.Errorf("Stats() = %+v", s)
		}
		before := a.values()
		d.version.Store(unwritable)
		a.get(t, 2, unwritable)
		a.get(t, 2, unwritable)
		d.loaded(t, 3)
		if a.values() != before {
			t.Errorf("%d values in the store, want %d", a.values(), before)
		}
		if err := a.Set(t.Context(), 1, person{1, unwritable}); err != nil || a.values() != before-1 {
			t.Errorf("Set() = %v, %d values", err, a.values())
		}
	})
}

// xmlish says of itself that it is the same as others, and is not.
type xmlish struct{}

func (xmlish) Append(b []byte, _ person) ([]byte, error) { return append(b, "<person/>"...), nil }
func (xmlish) Decode([]byte) (person, error)             { return person{}, errors.ErrUnsupported }
func (xmlish) Schema() string                            { return "v1" }

func TestSharedShapes(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		other := share(t, a.store.Join(), d, func(o *peopleOptions) { o.Codec = jsonCodec{"v2"} })
		a.get(t, 1, 0)
		other.get(t, 1, 0)
		other.get(t, 1, 0)
		d.loaded(t, 2)
		tolerant := share(t, a.store.Join(), d, func(o *peopleOptions) { o.Codec, o.Fingerprint = jsonCodec{"v3"}, "v1" })
		tolerant.get(t, 1, 0)
		d.loaded(t, 2)
	})
}

func TestSharedModes(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		for _, mode := range []cache.Mode{cache.MemoryOnly, cache.Off} {
			if err := a.manager.Configure("test/people.get", cache.Settings{Mode: mode}); err != nil {
				t.Fatal(err)
			}
			d.loads.Store(0)
			b.get(t, int(mode), 0)
			a.get(t, int(mode), 0)
			d.loaded(t, 2)
		}
		d.version.Store(1)
		if err := a.Delete(t.Context(), int(cache.MemoryOnly)); err != nil { // others hear of it
			t.Fatal(err)
		}
		synctest.Wait()
		b.get(t, int(cache.MemoryOnly), 1)
	})
}

func TestSharedWithoutAStore(t *testing.T) {
	m, j := newJournal(t)
	o := peopleOptions{Name: "x", TTL: time.Hour, Manager: m, Shared: true, Codec: jsonCodec{}, KeyText: func(int) string { return "" }}
	c, d := cache.New(o), &database{}
	for range 2 {
		if _, err := c.Load(t.Context(), 1, d.load); err != nil {
			t.Fatal(err)
		}
	}
	d.loaded(t, 1)
	if j.lines() != 1 || !j.has("no store") {
		t.Errorf("the log says %s", j.text.String())
	}
	o.Manager = cache.NewManager(cache.Config{RequireStore: true})
	defer func() {
		if p, _ := recover().(string); !strings.Contains(p, "SetStore") {
			t.Errorf("it panicked with %q", p)
		}
	}()
	c = cache.New(o)
	c.Get(1)
}

func TestSetStoreTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{}
		p := share(t, cachetest.NewStore(), d, nil)
		p.get(t, 1, 0)
		p.get(t, 1, 0)
		next := cachetest.NewStore()
		p.manager.SetStore(next)
		d.version.Store(1)
		p.get(t, 1, 1)
		if len(next.Keys()) == 0 {
			t.Error("the new store is empty")
		}
		p.manager.SetStore(nil)
		d.version.Store(2)
		p.get(t, 1, 2)
		d.loaded(t, 3)
	})
}

func TestSharedTrace(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		a.get(t, 1, 0)
		time.Sleep(time.Minute)
		ctx, log := cache.Trace(t.Context())
		for range 2 {
			if _, err := b.Load(ctx, 1, d.load); err != nil {
				t.Fatal(err)
			}
		}
		steps := log.Steps()
		if len(steps) != 2 || steps[0].Source != cache.SourceStore || steps[1].Source != cache.SourceMemory {
			t.Fatalf("Steps() = %v", steps)
		}
		for _, s := range steps {
			if s.Age < time.Minute || s.Age > time.Minute+time.Second {
				t.Errorf("%v", s)
			}
		}
	})
}
