package cache_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

// panicky is a codec that panics when it reads.
type panicky struct{ jsonCodec }

func (panicky) Decode([]byte) (person, error) { panic("cannot") }

func TestSharedCodecPanics(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		p := share(t, a.store.Join(), d, func(o *peopleOptions) { o.Codec = panicky{jsonCodec{"v1"}} })
		a.get(t, 1, 0)
		p.get(t, 1, 0)
		d.loaded(t, 2)
		if s := p.Stats(); s.DecodeErrors != 1 {
			t.Errorf("Stats() = %+v", s)
		}
	})
}

// Everything at once with Close and SetStore: nothing hangs, panics or is left behind.
func TestSharedCloseAndSetStoreWhileInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{takes: time.Millisecond}
		s := cachetest.NewStore()
		p := share(t, s, d, func(o *peopleOptions) { o.Refresh = time.Second })
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
		defer stop()
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				for ctx.Err() == nil {
					switch id := rand.IntN(5); rand.IntN(8) {
					case 0:
						_ = p.Delete(ctx, id)
					case 1:
						_ = p.Set(ctx, id, person{id, 0})
					case 2:
						_ = p.Clear(ctx)
					case 3:
						_, _ = p.Refresh(ctx, id, d.load)
					default:
						_, _ = p.Load(ctx, id, d.load)
					}
					time.Sleep(rand.N(10 * time.Millisecond))
				}
			})
		}
		for range 20 {
			time.Sleep(rand.N(200 * time.Millisecond))
			p.manager.SetStore(s.Join())
		}
		all.Go(func() { p.manager.SetStore(s.Join()) })
		if err := p.manager.Close(t.Context()); err != nil {
			t.Error(err)
		}
		all.Wait()
	})
}

// A panic of the user's code while a caller looks into the store by itself reaches the
// callers like any other, and the key is free again.
func TestSharedWeighPanics(t *testing.T) {
	two(t, nil, func(t *testing.T, a, _ *process, d *database) {
		a.get(t, 1, 0)
		weighs := false
		b := share(t, a.store.Join(), d, func(o *peopleOptions) {
			o.MaxBytes = 1 << 20
			o.Weigh = func(int, person) int64 {
				if weighs {
					return 1
				}
				panic("too heavy")
			}
		})
		for range 2 {
			func() {
				defer func() {
					if p, ok := recover().(*cache.PanicError); !ok || p.Value != "too heavy" {
						t.Errorf("it panicked with %v", p)
					}
				}()
				_, _ = b.Load(t.Context(), 1, d.load)
			}()
		}
		weighs = true
		b.get(t, 1, 0)
	})
}
