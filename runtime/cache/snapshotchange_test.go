package cache_test

import (
	"bytes"
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

// What is changed while records wait takes them away, and so does what is loaded.
func TestSnapshotAndChanges(t *testing.T) {
	b := filled(t, 10)
	for name, change := range map[string]func(t *testing.T, c *people, m *cache.Manager) (gone func(int) bool){
		"delete": func(t *testing.T, c *people, _ *cache.Manager) func(int) bool {
			_ = c.Delete(t.Context(), 3)
			return func(id int) bool { return id == 3 }
		},
		"set, evicted": func(t *testing.T, c *people, m *cache.Manager) func(int) bool {
			_ = c.Set(t.Context(), 4, person{4, 2})
			mustConfigure(t, m, cache.Settings{MaxEntries: 1})
			_ = c.Set(t.Context(), 100, person{})
			_ = c.Set(t.Context(), 101, person{})
			return func(id int) bool { return id == 4 }
		},
		"refresh": func(t *testing.T, c *people, m *cache.Manager) func(int) bool {
			if v, err := c.Refresh(t.Context(), 5, (&version{n: 2}).load); v.Version != 2 || err != nil {
				t.Errorf("Refresh() = %v, %v", v, err)
			}
			_, _ = c.Refresh(t.Context(), 6, func(context.Context, int) (person, error) { return person{}, errLoad })
			return func(id int) bool { return id == 5 }
		},
		"warm": func(t *testing.T, c *people, _ *cache.Manager) func(int) bool {
			mustWarm(t, c, func(yield func(int, person) bool) { yield(7, person{7, 2}) }, 1)
			return func(id int) bool { return id == 7 }
		},
		"clear": func(t *testing.T, c *people, _ *cache.Manager) func(int) bool {
			_ = c.Clear(t.Context())
			return func(int) bool { return true }
		},
		"matching": func(t *testing.T, c *people, m *cache.Manager) func(int) bool {
			_, _ = m.InvalidateMatching(t.Context(), "test.get:8*")
			_, _ = m.InvalidateMatching(t.Context(), "9")
			return func(id int) bool { return id == 8 || id == 9 }
		},
		"off": func(t *testing.T, _ *people, m *cache.Manager) func(int) bool {
			mustConfigure(t, m, cache.Settings{Mode: cache.Off})
			mustConfigure(t, m, cache.Settings{Mode: cache.On})
			return func(int) bool { return true }
		},
		"closed": func(t *testing.T, _ *people, m *cache.Manager) func(int) bool {
			_ = m.Close(t.Context())
			return func(int) bool { return true }
		},
	} {
		for _, when := range []string{"after", "during"} {
			t.Run(name+" "+when, func(t *testing.T) {
				m := newManager(t)
				c := lasting(t, func(o *peopleOptions) { o.Manager = m })
				var gone func(int) bool
				if when == "after" {
					mustRestore(t, c, b, 10)
					gone = change(t, c, m)
				} else {
					r := &pausing{from: bytes.NewReader(b), at: len(b) / 20, do: func() { gone = change(t, c, m) }}
					if _, err := c.LoadFrom(t.Context(), r); err != nil {
						t.Error(err)
					}
				}
				for id := range 10 {
					want := int64(1)
					if gone(id) {
						want = 2
					}
					mustLoad(t, c, id, person{id, want}, (&version{n: 2}).load)
				}
			})
		}
	}
}

// pausing calls do before it reads on from a place.
type pausing struct {
	from io.Reader
	at   int
	do   func()
}

func (p *pausing) Read(b []byte) (int, error) {
	if p.at <= 0 && p.do != nil {
		p.do()
		p.do = nil
	}
	n, err := p.from.Read(b)
	p.at -= n
	return n, err
}

func TestSnapshotTakesNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := filled(t, 3)
		c := lasting(t, func(o *peopleOptions) { o.MaxEntries = 2 })
		_ = c.Set(t.Context(), 1, person{1, 5})
		loading := start(func() (person, error) {
			return c.Load(t.Context(), 2, func(_ context.Context, id int) (person, error) { time.Sleep(time.Second); return person{id, 6}, nil })
		})
		synctest.Wait()
		mustRestore(t, c, b, 1) // there is room for one more
		if out := <-loading; out.value != (person{2, 6}) {
			t.Error(out)
		}
		mustLoad(t, c, 1, person{1, 5}, (&version{n: 9}).load)
		light := lasting(t, func(o *peopleOptions) { o.MaxBytes = 400 })
		mustRestore(t, light, b, 2)
	})
}

// With a store, what others have changed meanwhile counts.
func TestSnapshotShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{}
		s := cachetest.NewStore()
		a, b := share(t, s, d, nil), share(t, s.Join(), d, nil)
		a.get(t, 0, 0)
		synctest.Wait() // it watches
		_ = a.Clear(t.Context())
		a.get(t, 1, 0)
		saved := mustSave(t, a.Cache, 1)
		_ = a.manager.Close(t.Context())
		d.version.Store(1)
		_ = b.Delete(t.Context(), 1)
		again := share(t, s.Join(), d, nil)
		mustRestore(t, again.Cache, saved, 0)
		again.get(t, 1, 1)

		alone := share(t, s.Join(), d, nil)
		alone.manager.SetStore(nil)
		mustRestore(t, alone.Cache, saved, 1)
		alone.get(t, 1, 0)
		mustRestore(t, alone.Cache, saved, 0) // it is kept
		_ = alone.Delete(t.Context(), 1)
		mustRestore(t, alone.Cache, saved, 1)
		alone.manager.SetStore(s.Join()) // which knows better
		alone.get(t, 1, 1)
	})
}

// Concurrent loads of a key share what was read, and none is lost or doubled.
func TestSnapshotRaces(t *testing.T) {
	const keys = 200
	b := filled(t, keys)
	c := lasting(t, func(o *peopleOptions) { o.MaxEntries = 50 })
	done := make(chan struct{})
	for g := range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			for i := range 2000 {
				id := (i*7 + g) % keys
				switch {
				case g == 0 && i%5 == 0:
					_ = c.Delete(t.Context(), id)
					if v, err := c.Load(t.Context(), id, (&version{n: 2}).load); v.Version != 2 || err != nil {
						t.Errorf("Load() = %v, %v after Delete", v, err)
					}
				case g == 1 && i%500 == 0:
					if _, err := c.SaveTo(t.Context(), io.Discard); err != nil {
						t.Error(err)
					}
				default:
					if v, err := c.Load(t.Context(), id, (&version{n: 2}).load); v.ID != id || err != nil {
						t.Errorf("Load() = %v, %v", v, err)
					}
				}
			}
		}()
	}
	// Each key is deleted after this began, or before: only what was read then counts.
	_, _ = c.LoadFrom(t.Context(), bytes.NewReader(b))
	for range 4 {
		<-done
	}
}
