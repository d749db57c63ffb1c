package cache_test

import (
	"context"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// A process that was started without the store uses nothing afterwards that it kept while
// nobody could tell it of changes, and hears of later ones.
func TestMemoryModeFromTheStart(t *testing.T) {
	two(t, nil, func(t *testing.T, _, b *process, d *database) {
		c := share(t, b.store.Join(), d, nil)
		switches := filepath.Join(t.TempDir(), "switches")
		write(t, switches, "* = memory\n")
		must(t, c.manager.WatchSwitches(switches, time.Second))
		c.get(t, 1, 0)
		d.version.Store(1)
		must(t, b.Delete(t.Context(), 1))
		synctest.Wait()
		c.get(t, 1, 0) // it does not hear of that
		write(t, switches, "")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		c.get(t, 1, 1)
		synctest.Wait()
		d.version.Store(2)
		must(t, b.Delete(t.Context(), 1))
		synctest.Wait()
		c.get(t, 1, 2)
	})
}

// The link may be up because of another cache, or because of a change that this one has
// made: neither tells it of what others have changed before.
func TestMemoryModeWithLiveLink(t *testing.T) {
	for name, join := range map[string]func(*testing.T, *process, *database){
		"other cache": func(t *testing.T, c *process, d *database) {
			other := cache.New(peopleOptions{
				Name: "test/other", TTL: time.Hour, Manager: c.manager, Shared: true, Codec: jsonCodec{"v1"}, KeyText: textOf,
			})
			_, err := other.Load(t.Context(), 1, d.load)
			must(t, err)
		},
		"own change": func(t *testing.T, c *process, _ *database) { must(t, c.Delete(t.Context(), 2)) },
	} {
		t.Run(name, func(t *testing.T) {
			two(t, nil, func(t *testing.T, _, b *process, d *database) {
				c := share(t, b.store.Join(), d, nil)
				must(t, c.manager.Switch("people.get", cache.MemoryOnly))
				c.get(t, 1, 0)
				d.version.Store(1)
				must(t, b.Delete(t.Context(), 1))
				join(t, c, d)
				synctest.Wait()
				if s, _ := c.manager.StoreStats(); !s.Live {
					t.Error("the link is not live")
				}
				must(t, c.manager.Switch("people.get", cache.Usual))
				c.get(t, 1, 1)
			})
		})
	}
}

// A load that began without the store ends with it: others cannot have told of changes.
func TestMemoryModeEndsDuringLoad(t *testing.T) {
	two(t, nil, func(t *testing.T, _, b *process, d *database) {
		c := share(t, b.store.Join(), d, nil)
		must(t, c.manager.SwitchAll(cache.MemoryOnly))
		loaded := start(func() (person, error) { return c.Load(t.Context(), 1, d.load) })
		synctest.Wait()
		d.version.Store(1)
		must(t, b.Delete(t.Context(), 1))
		must(t, c.manager.SwitchAll(cache.Usual))
		if got := <-loaded; got.err != nil || got.value != (person{1, 0}) {
			t.Errorf("%+v", got)
		}
		c.get(t, 1, 1)
	})
}

// Who was told of changes all the time keeps what is left.
func TestMemoryModeKeepsWhatItWasToldOf(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		a.get(t, 1, 0)
		a.get(t, 2, 0)
		must(t, a.manager.SwitchAll(cache.MemoryOnly))
		a.get(t, 3, 0)
		d.version.Store(1)
		must(t, b.Delete(t.Context(), 1))
		synctest.Wait()
		must(t, a.manager.SwitchAll(cache.Usual))
		d.loads.Store(0)
		a.get(t, 2, 0)
		a.get(t, 3, 0)
		d.loaded(t, 0)
		a.get(t, 1, 1)

		must(t, a.manager.SwitchAll(cache.MemoryOnly))
		a.store.Disconnect()
		synctest.Wait()
		a.get(t, 4, 1) // while it hears nothing
		must(t, a.manager.SwitchAll(cache.Usual))
		d.version.Store(2)
		a.get(t, 4, 2)
	})
}

// What was kept before there was a store is not used with it.
func TestSetStoreDropsWhatWasKeptWithoutOne(t *testing.T) {
	two(t, nil, func(t *testing.T, _, b *process, d *database) {
		m := cache.NewManager(cache.Config{})
		defer func() { must(t, m.Close(context.Background())) }()
		c := sharedPeopleOf(m)
		_, err := c.Load(t.Context(), 1, d.load)
		must(t, err)
		d.version.Store(1)
		must(t, b.Delete(t.Context(), 1))
		m.SetStore(b.store.Join())
		if v, err := c.Load(t.Context(), 1, d.load); err != nil || v.Version != 1 {
			t.Errorf("%v, %v", v, err)
		}
	})
}

// sharedPeopleOf is the cache of a process, in a manager of another kind.
func sharedPeopleOf(m *cache.Manager) *cache.Cache[int, person] {
	return cache.New(peopleOptions{
		Name: "test/people.get", TTL: time.Hour, Manager: m, Shared: true, Codec: jsonCodec{"v1"},
		KeyText: func(id int) string { return cache.KeyText("", id) }, Policy: peoplePolicy{},
	})
}

// MemoryTTL is judged by the setting in force, whatever it was when a result was kept.
func TestMemoryTTLOfWhatIsKept(t *testing.T) {
	asked := func(t *testing.T, a *process, want uint64) {
		t.Helper()
		before := a.Stats().StoreHits
		a.get(t, 1, 0)
		if got := a.Stats().StoreHits - before; got != want {
			t.Errorf("the store was asked %d times, want %d", got, want)
		}
	}
	two(t, nil, func(t *testing.T, a, _ *process, _ *database) {
		a.get(t, 1, 0)
		for _, ttl := range []time.Duration{time.Minute, time.Millisecond} {
			time.Sleep(ttl)
			asked(t, a, 0)
			configure(t, a.manager, a.Name(), cache.Settings{MemoryTTL: ttl})
			asked(t, a, 1)
			time.Sleep(ttl - time.Nanosecond)
			asked(t, a, 0)
			time.Sleep(time.Nanosecond)
			asked(t, a, 1)
		}
		configure(t, a.manager, a.Name(), cache.Settings{MemoryTTL: 20 * time.Minute})
		time.Sleep(10 * time.Minute)
		asked(t, a, 0)
	})
	two(t, func(o *peopleOptions) { o.MemoryTTL = time.Second }, func(t *testing.T, a, _ *process, _ *database) {
		a.get(t, 1, 0)
		configure(t, a.manager, a.Name(), cache.Settings{MemoryTTL: cache.Never})
		time.Sleep(50 * time.Minute)
		asked(t, a, 0)
		configure(t, a.manager, a.Name(), cache.Settings{MemoryTTL: cache.Forever})
		asked(t, a, 0)
		time.Sleep(10 * time.Minute) // the TTL
		asked(t, a, 0)
	})
}

// What comes from the store begins to be used from memory when it comes.
func TestMemoryTTLOfOldResults(t *testing.T) {
	two(t, func(o *peopleOptions) { o.MemoryTTL = time.Minute }, func(t *testing.T, a, b *process, d *database) {
		a.get(t, 1, 0)
		time.Sleep(30 * time.Minute)
		b.get(t, 1, 0)
		before := b.Stats()
		time.Sleep(time.Minute - time.Nanosecond)
		b.get(t, 1, 0)
		if s := b.Stats(); s.Hits != before.Hits+1 || s.StoreHits != before.StoreHits {
			t.Errorf("before %+v, now %+v", before, s)
		}
		time.Sleep(time.Nanosecond)
		b.get(t, 1, 0)
		if s := b.Stats(); s.StoreHits != before.StoreHits+1 {
			t.Errorf("before %+v, now %+v", before, s)
		}
		d.loaded(t, 1)
	})
}

// With the clock of production, which shows the time, hits look only at results that may
// have been in memory for too long.
func TestMemoryTTLOfUnjudgedResults(t *testing.T) {
	m := newManager(t)
	plain := newCache(t, cache.Options[int, int]{Manager: m, TTL: time.Hour, Tags: func(int) []string { return nil }})
	of := sharedPeopleOf(m)
	for _, step := range []struct{ memory, want time.Duration }{
		{0, time.Hour}, {time.Minute, time.Minute}, {time.Millisecond, 0}, {2 * time.Hour, time.Hour}, {cache.Never, time.Hour}, {cache.Forever, time.Hour},
	} {
		for _, name := range []string{of.Name(), plain.Name()} {
			configure(t, m, name, cache.Settings{MemoryTTL: step.memory})
		}
		if got := cache.Unjudged(of); got != step.want {
			t.Errorf("%v: %v, want %v", step.memory, got, step.want)
		}
		if got := cache.Unjudged(plain); got != time.Hour {
			t.Errorf("%v: %v for results that are not shared", step.memory, got)
		}
	}
}
