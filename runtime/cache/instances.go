package cache

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"sync"
	"unsafe"
	"weak"

	"github.com/bunsui/bunsui-go/runtime/internal/route"
)

// Instances gives each receiver of a method a cache of its own, bounded on its
// own, and freed after the receiver is. Make one with NewInstances. It is safe
// for concurrent use.
//
// It does not keep receivers alive, but a value that is kept does if it refers
// to its receiver: then both stay until the entry is removed.
type Instances[R any, K comparable, V any] struct {
	options Options[K, V]
	spec    *spec
	kin     *kin
	// none is the cache of the nil receiver, one that of all others if R has
	// no size: such receivers have no identity and nothing to tell them apart.
	none, one func() *Cache[K, V]
	shards    [instanceShards]instanceShard[R, K, V]
}

const instanceShards = 8

// instanceShard finds instances by address. An address is used again after its
// receiver was freed, which is why each instance also knows who it was for.
type instanceShard[R any, K comparable, V any] struct {
	mu        sync.RWMutex
	byAddress map[uintptr]*instance[R, K, V]
	_         [32]byte // a cache line for each shard
}

type instance[R any, K comparable, V any] struct {
	receiver weak.Pointer[R]
	cache    *Cache[K, V]
}

// NewInstances makes a set of caches that all have the options o. It panics if
// o is wrong, like New.
func NewInstances[R any, K comparable, V any](o Options[K, V]) *Instances[R, K, V] {
	s := newSpec(&o)
	o.Manager = cmp.Or(o.Manager, Default()).root // the scope is in the spec's name
	// The entry is there before any cache, so that it can be configured; and stays that of
	// all of them when a scope of its name is used anew.
	i := &Instances[R, K, V]{options: o, spec: s, kin: &kin{own: o.Manager, entry: o.Manager.entry(s.name, s)}}
	i.none = sync.OnceValue(i.make)
	i.one = sync.OnceValue(i.make)
	return i
}

// Name returns the name that the caches were given.
func (i *Instances[R, K, V]) Name() string { return i.spec.name }

func (i *Instances[R, K, V]) make() *Cache[K, V] { return newCache(&i.options, i.spec, i.kin) }

// Of returns the cache of a receiver. nil has one too, and all receivers of
// size zero share one.
func (i *Instances[R, K, V]) Of(receiver *R) *Cache[K, V] {
	if receiver == nil {
		return i.none()
	}
	if unsafe.Sizeof(*receiver) == 0 {
		return i.one()
	}
	address := uintptr(unsafe.Pointer(receiver))
	s := &i.shards[(address>>4^address>>12)%instanceShards]
	s.mu.RLock()
	known := s.byAddress[address]
	s.mu.RUnlock()
	if known != nil && known.receiver.Value() == receiver {
		return known.cache
	}
	return i.add(s, address, receiver)
}

// add makes the cache of a receiver that has none.
func (i *Instances[R, K, V]) add(s *instanceShard[R, K, V], address uintptr, receiver *R) *Cache[K, V] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.byAddress[address]; known != nil && known.receiver.Value() == receiver {
		return known.cache
	}
	if s.byAddress == nil {
		s.byAddress = make(map[uintptr]*instance[R, K, V])
	}
	added := &instance[R, K, V]{receiver: weak.Make(receiver), cache: i.make()}
	s.byAddress[address] = added
	runtime.AddCleanup(receiver, func(gone *instance[R, K, V]) { s.remove(address, gone) }, added)
	return added.cache
}

// remove forgets a receiver that was freed, unless its address has another.
func (s *instanceShard[R, K, V]) remove(address uintptr, gone *instance[R, K, V]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byAddress[address] == gone {
		delete(s.byAddress, address)
	}
}

// Clear removes what is kept for all receivers. Loads that are under way go on
// for those who wait for them, and their results are not kept.
func (i *Instances[R, K, V]) Clear(ctx context.Context) error {
	m := managerOf(ctx, i.options.Manager)
	return during(ctx, func(ctx context.Context, by *ending) error {
		var failed error
		for _, c := range i.kin.tally(m).members() {
			failed = errors.Join(failed, c.clearAll(ctx, by))
		}
		return failed
	})
}

// Stats returns the sum of the figures of all receivers, including those that
// are gone.
func (i *Instances[R, K, V]) Stats() Stats {
	m := i.options.Manager
	if stand, ok := route.Process().(*Manager); ok && m == Default() {
		m = stand
	}
	return i.kin.tally(m).sum()
}

// kin is the caches of one Instances, by manager: its own, and those of tests. entry is
// that of its own.
type kin struct {
	own   *Manager
	entry *Entry

	mu      sync.Mutex
	tallies map[*Manager]*tally
}

// tally returns the tally of a manager, which is kept until that is closed.
func (k *kin) tally(m *Manager) *tally {
	k.mu.Lock()
	defer k.mu.Unlock()
	if t := k.tallies[m]; t != nil {
		return t
	}
	if k.tallies == nil {
		k.tallies = make(map[*Manager]*tally)
	}
	t := new(tally)
	if m == k.own || m.atClose(func() { k.drop(m) }) {
		k.tallies[m] = t
	}
	return t
}

func (k *kin) drop(m *Manager) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.tallies, m)
}
