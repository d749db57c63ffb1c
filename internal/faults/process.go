package faults

import (
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/rediscache"
)

const (
	processes = 2
	// keys is how many there are, and entries how many of them a process has room for.
	keys    = 1000
	entries = 200
	groups  = 16
	// memoryTTL is short, so that the store is asked often.
	memoryTTL = 250 * time.Millisecond
	loadLimit = 4
	// staleFor is how long a result may be used beyond its time if a load fails or is over
	// loadLimit.
	staleFor = time.Second
	// detection is how long rediscache takes at most to find out that it hears nothing.
	detection = 3 * time.Second
	// Bound is how old a value may be, at most, in the other process, after an
	// invalidation of its key or tag has reached the store: memory keeps it for
	// memory_ttl, beginning when the load is over that has read it, which tries to write
	// it into the store after that. A result that is used beyond that time, because of
	// Options.Stale, may be older by as much.
	Bound = memoryTTL + cache.DefaultStoreTimeout + busy
	// busy is for a machine that has other things to do.
	busy = time.Second
	// RuleBound is the same for invalidations of all keys at once, of which a process
	// learns by an event, and otherwise when it has found out that it hears none.
	RuleBound = Bound + detection
)

// value is a result of the cached function.
type value struct{ key, version int64 }

// valueCodec carries a value as two numbers.
type valueCodec struct{}

func (valueCodec) Append(b []byte, v value) ([]byte, error) {
	b = binary.BigEndian.AppendUint64(b, uint64(v.key))
	return binary.BigEndian.AppendUint64(b, uint64(v.version)), nil
}

func (valueCodec) Decode(b []byte) (v value, err error) {
	if len(b) != 16 {
		return v, errors.New("not a value")
	}
	return value{int64(binary.BigEndian.Uint64(b)), int64(binary.BigEndian.Uint64(b[8:]))}, nil
}

func (valueCodec) Schema() string { return "v1" }

// source is what both processes load from: the version of each key.
type source struct{ versions [keys]atomic.Int64 }

// process has a cached function, and a store of its own that leads to the same server.
type process struct {
	number  int
	manager *cache.Manager
	results *cache.Cache[int, value]
	source  *source

	loads, running, together atomic.Int64
}

func newProcess(number int, client redis.UniversalClient, from *source) *process {
	p := &process{number: number, source: from}
	p.manager = cache.NewManager(cache.Config{
		Store:  rediscache.New(client, rediscache.Options{Namespace: "faults"}),
		Logger: slog.New(slog.DiscardHandler),
	})
	p.results = cache.New(cache.Options[int, value]{
		Name: "faults.get", Manager: p.manager, MaxEntries: entries,
		TTL: time.Minute, Stale: staleFor, Timeout: 5 * time.Second, MemoryTTL: memoryTTL, LoadLimit: loadLimit,
		Shared: true, Codec: valueCodec{}, KeyText: strconv.Itoa, Tags: tagsOf,
		Strict: true, // to learn which invalidations are owed; they are, strict or not
	})
	return p
}

// tagsOf gives tags to every other key.
func tagsOf(key int) []string {
	if key%2 == 0 {
		return nil
	}
	return []string{tag(key % groups)}
}

func tag(group int) string { return "group:" + strconv.Itoa(group) }

// load is the function that is cached. What it returns was read before it takes its
// time, so that there are changes in between.
func (p *process) load(ctx context.Context, key int) (value, error) {
	p.loads.Add(1)
	n := p.running.Add(1)
	defer p.running.Add(-1)
	for most := p.together.Load(); n > most && !p.together.CompareAndSwap(most, n); {
		most = p.together.Load()
	}
	v := value{int64(key), p.source.versions[key].Load()}
	timer := time.NewTimer(time.Millisecond + rand.N(4*time.Millisecond))
	defer timer.Stop()
	select {
	case <-timer.C:
		return v, nil
	case <-ctx.Done():
		return value{}, ctx.Err()
	}
}
