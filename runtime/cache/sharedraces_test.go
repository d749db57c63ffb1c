package cache_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A change in a process with the new shape of a result reaches those with the old one,
// in memory and in the store.
func TestSharedChangesReachAllShapes(t *testing.T) {
	for name, change := range map[string]func(ctx context.Context, p *process) error{
		"Delete": func(ctx context.Context, p *process) error { return p.Delete(ctx, 1) },
		"Set":    func(ctx context.Context, p *process) error { return p.Set(ctx, 1, person{1, 1}) },
		"Refresh": func(ctx context.Context, p *process) error {
			_, err := p.Refresh(ctx, 1, p.from.load)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			two(t, nil, func(t *testing.T, a, b *process, d *database) {
				a.get(t, 1, 0)
				b.get(t, 1, 0)
				next := share(t, a.store.Join(), d, func(o *peopleOptions) { o.Codec = jsonCodec{"v2"} })
				next.get(t, 1, 0)
				d.version.Store(1)
				if err := change(t.Context(), next); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				a.get(t, 1, 1)
				b.get(t, 1, 1)
				// One that comes up again finds nothing old either.
				back := share(t, a.store.Join(), d, nil)
				back.get(t, 1, 1)
			})
		})
	}
}

// A Refresh whose load began before an invalidation by another process does not bring
// the old value back.
func TestSharedRefreshIsFenced(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		for name, change := range map[string]func() error{
			"Delete": func() error { return b.Delete(t.Context(), 1) },
			"Clear":  func() error { return b.Clear(t.Context()) },
			"Set":    func() error { return b.Set(t.Context(), 1, person{1, d.version.Load()}) },
		} {
			d.takes = time.Second
			old := d.version.Load()
			var all sync.WaitGroup
			all.Go(func() {
				if v, err := a.Refresh(t.Context(), 1, d.load); err != nil || v.Version != old {
					t.Errorf("%s: Refresh() = %v, %v", name, v, err)
				}
			})
			time.Sleep(time.Second / 2)
			d.version.Add(1)
			if err := change(); err != nil {
				t.Fatal(err)
			}
			all.Wait()
			synctest.Wait()
			b.get(t, 1, old+1)
			a.get(t, 1, old+1)
		}
	})
}

// A Refresh does not wait for the load of another process, which may be older, and
// that one's result is not stored.
func TestSharedRefreshBesideALoad(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		d.takes = 10 * time.Second
		var all sync.WaitGroup
		all.Go(func() { a.get(t, 1, 0) })
		time.Sleep(time.Second)
		d.version.Store(1)
		begun := time.Now()
		if v, err := b.Refresh(t.Context(), 1, d.load); err != nil || v.Version != 1 || time.Since(begun) > d.takes {
			t.Errorf("Refresh() = %v, %v after %v", v, err, time.Since(begun))
		}
		all.Wait()
		a.get(t, 1, 1)
		b.get(t, 1, 1)
		d.loaded(t, 2)
	})
}

// A Refresh that fails leaves what was kept; one that finds nothing removes it.
func TestSharedRefreshThatGivesNothing(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		a.get(t, 1, 0)
		d.version.Store(1)
		d.fail(errLoad)
		if _, err := b.Refresh(t.Context(), 1, d.load); err != errLoad {
			t.Errorf("Refresh() = %v", err)
		}
		synctest.Wait()
		a.get(t, 1, 0)
		b.get(t, 1, 0)
		d.fail(errGone)
		if _, err := b.Refresh(t.Context(), 1, d.load); err != errGone {
			t.Errorf("Refresh() = %v", err)
		}
		synctest.Wait()
		for _, p := range []*process{a, b} {
			if v, err := p.Load(t.Context(), 1, d.load); err != errGone {
				t.Errorf("Load() = %v, %v: what is gone came back", v, err)
			}
		}
	})
}

// What a load in the background finds to be gone does not come back from the store.
func TestSharedRenewalThatGivesNothing(t *testing.T) {
	soon := func(o *peopleOptions) { o.Refresh = time.Minute }
	two(t, soon, func(t *testing.T, a, b *process, d *database) {
		a.get(t, 1, 0)
		time.Sleep(2 * time.Minute)
		d.fail(errGone)
		a.get(t, 1, 0)
		time.Sleep(time.Second)
		synctest.Wait()
		if v, err := a.Load(t.Context(), 1, d.load); err != errGone {
			t.Errorf("Load() = %v, %v", v, err)
		}
	})
}

// What one process sets and removes several times at once ends the same in memory as in
// the store.
func TestSharedChangesAtOnce(t *testing.T) {
	for range 50 {
		two(t, nil, func(t *testing.T, a, b *process, d *database) {
			var all sync.WaitGroup
			for v := range 6 {
				all.Go(func() {
					time.Sleep(rand.N(3 * time.Millisecond))
					a.store.Delay(rand.N(4 * time.Millisecond))
					if v%3 == 2 {
						_ = a.Delete(t.Context(), 1)
						return
					}
					_ = a.Set(t.Context(), 1, person{1, int64(v)})
				})
			}
			all.Wait()
			a.store.Delay(0)
			synctest.Wait()
			x, _ := a.Load(t.Context(), 1, d.load)
			y, _ := b.Load(t.Context(), 1, d.load)
			if x != y {
				t.Errorf("one has %v, the other %v", x, y)
			}
		})
	}
}

// A Delete that comes while a Set is slow to return wins, as it does in the store.
func TestSharedDeleteDuringASet(t *testing.T) {
	for name, remove := range map[string]func(ctx context.Context, p *process) error{
		"Delete": func(ctx context.Context, p *process) error { return p.Delete(ctx, 1) },
		"Clear":  func(ctx context.Context, p *process) error { return p.Clear(ctx) },
		"matching": func(ctx context.Context, p *process) error {
			_, err := p.manager.InvalidateMatching(ctx, "test/people.get:1")
			return err
		},
		"Refresh": func(ctx context.Context, p *process) error {
			_, err := p.Refresh(ctx, 1, p.from.load)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			two(t, nil, func(t *testing.T, a, b *process, d *database) {
				d.takes = 0
				a.get(t, 2, 0)                        // so that Set needs one step only
				a.store.Delay(400 * time.Millisecond) // half of it after the store has done it
				var all sync.WaitGroup
				all.Go(func() { _ = a.Set(t.Context(), 1, person{1, 0}) })
				time.Sleep(300 * time.Millisecond)
				a.store.Delay(0)
				d.version.Store(1)
				if err := remove(t.Context(), a); err != nil {
					t.Fatal(err)
				}
				all.Wait()
				synctest.Wait()
				a.get(t, 1, 1)
				b.get(t, 1, 1)
			})
		})
	}
}

// A result that did not reach the store is not replaced by the older one that is there.
func TestSharedOfferIsNoStepBack(t *testing.T) {
	stale := func(o *peopleOptions) { o.Stale, o.Refresh = 10*time.Hour, 30*time.Minute }
	two(t, stale, func(t *testing.T, a, b *process, d *database) {
		a.get(t, 1, 0)
		time.Sleep(61 * time.Minute)
		a.store.Fail(errors.New("full"), "Fill", "Acquire")
		d.version.Store(1)
		a.get(t, 1, 1)
		a.store.Fail(nil)
		time.Sleep(31 * time.Minute)
		d.fail(errLoad)
		a.get(t, 1, 1) // which begins a load in the background
		time.Sleep(time.Second)
		a.get(t, 1, 1)
	})
}
