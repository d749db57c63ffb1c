package flight

import (
	"context"
	"sync"
	"testing"
	"time"
	"unsafe"
)

// subject is a key and a result, as an owner has them.
type subject struct{ key, value int }

func keyed(key int) Subject { return Subject(&subject{key: key}) }

func of(s Subject) *subject { return (*subject)(s) }

// keeper is an Owner that keeps results in a map. Its lock is never contended
// for a key, because a Group holds the lock of the key.
type keeper struct {
	mu              sync.Mutex
	kept            map[int]int
	timeout         time.Duration
	loading, failed int
}

func (k *keeper) Same(a, b Subject) bool { return of(a).key == of(b).key }

func (k *keeper) Lookup(s Subject) Subject {
	k.mu.Lock()
	defer k.mu.Unlock()
	if v, ok := k.kept[of(s).key]; ok {
		return Subject(&subject{of(s).key, v})
	}
	return nil
}

func (k *keeper) Keep(s Subject) Fate {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept[of(s).key] = of(s).value
	return Fate{Kept: true}
}

func (k *keeper) Remove(s Subject) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	_, ok := k.kept[of(s).key]
	delete(k.kept, of(s).key)
	return ok
}

func (k *keeper) Timeout() time.Duration { return k.timeout }

func (k *keeper) Loading(*Flight) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.loading++
}

func (k *keeper) Landed(*Flight, Fate) {}

func (k *keeper) Failed(uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.failed++
}

func newGroup() (*Group, *keeper) {
	g, k := &Group{}, &keeper{kept: map[int]int{}}
	g.Init(k, 2)
	return g, k
}

func hash(key int) uint64 { return uint64(key) << 48 }

type loader func(context.Context, int) (int, error)

// result is what a call came to.
type result struct {
	Value int
	Err   error
	How   How
}

// do is a whole call of Do.
func (g *Group) do(ctx context.Context, key int, load loader) result {
	return g.Do(ctx, hash(key), keyed(key)).end(ctx, load)
}

// end does what a call of Do or Anew asks for.
func (c Call) end(ctx context.Context, load loader) result {
	f := c.Flight
	switch c.How {
	case Kept:
		return result{Value: of(c.Kept).value, How: Kept}
	case Leads:
		if f.Inline() {
			f.fly(load)
			return f.result(c.How)
		}
		go f.fly(load)
	case Joined:
	default:
		return result{How: c.How}
	}
	if err := c.Wait(ctx); err != nil {
		return result{Err: err, How: c.How}
	}
	return f.result(c.How)
}

func (f *Flight) fly(load loader) {
	defer f.Land()
	if f.Enter() {
		v, err := load(f, of(f.Subject).key)
		of(f.Subject).value = v
		f.Return(err)
	}
}

func TestSizeOfAFlight(t *testing.T) {
	if n := unsafe.Sizeof(Flight{}); n > 96 {
		t.Errorf("a flight takes %d bytes, want at most 96", n)
	}
}

func (f *Flight) result(how How) result {
	panicked, err := f.Outcome()
	if panicked != nil {
		panic(panicked)
	}
	return result{Value: of(f.Subject).value, Err: err, How: how}
}
