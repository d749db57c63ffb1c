package rows

import (
	"math/rand/v2"
	"strconv"

	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
)

const (
	// keyCount is the number of entries of the caches that are read, which have room
	// for more: all reads are hits.
	keyCount = 100_000
	capacity = 112_000

	// ringLength is that of the sequences in which keys are read: a power of two.
	ringLength = 1 << 17

	// zipfExponent is that of the popularity of keys.
	zipfExponent = 1.01
)

// workload is a set of keys and the orders in which they are read.
type workload[K comparable] struct {
	keys []K
	// zipf reads some keys often and most seldom, hot always the same one.
	zipf, hot []K
}

func newWorkload[K comparable](makeKey func(i int) K) workload[K] {
	random := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(random, zipfExponent, 1, keyCount-1)
	w := workload[K]{keys: make([]K, keyCount), zipf: make([]K, ringLength), hot: make([]K, 16)}
	for i := range w.keys {
		w.keys[i] = makeKey(i)
	}
	// The most popular keys must not be neighbours in memory.
	random.Shuffle(keyCount, func(i, j int) { w.keys[i], w.keys[j] = w.keys[j], w.keys[i] })
	for i := range w.zipf {
		w.zipf[i] = w.keys[zipf.Uint64()]
	}
	for i := range w.hot {
		w.hot[i] = w.keys[keyCount/2]
	}
	return w
}

func intKey(i int) int64 { return int64(i) * 7919 }

func stringKey(i int) string { return "user:" + strconv.Itoa(i*7919) }

func placeKey(i int) sample.Place {
	return sample.Place{Tenant: int64(i % 100), Name: "user:" + strconv.Itoa(i*7919)}
}

// startOf returns the position in a ring from which a worker reads: far from where
// the others are, and such that two of them pass all of it.
func startOf(worker, length int) int { return worker * (length / 8 * 5) }

// fill stores a user for each key, and waits until they are there.
func (w workload[K]) fill(stores []rivals.Named[K]) {
	for _, s := range stores {
		for i, key := range w.keys {
			s.Store.Set(key, &sample.User{ID: int64(i)})
			if i%1000 == 0 {
				settle(s.Store)
			}
		}
		settle(s.Store)
	}
}

func settle(store any) {
	if s, ok := store.(interface{ Settle() }); ok {
		s.Settle()
	}
}

// found returns the part of w's keys that a store has.
func (w workload[K]) found(s rivals.Store[K]) float64 {
	return float64(s.Read(w.zipf, 0, len(w.zipf))) / float64(len(w.zipf))
}
