package cache

import (
	"unsafe"

	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// keyed is the head of an entry, as far as it does not depend on the type of the
// value.
type keyed[K comparable] struct {
	engine.Item
	key K
}

// entry is what a cache keeps for a key. The engine and the flights know it as its
// first field, so that their code is there once, whatever the types of a cache.
type entry[K comparable, V any] struct {
	keyed[K]
	value V
}

func newEntry[K comparable, V any](hash uint64, key K) *entry[K, V] {
	e := &entry[K, V]{}
	e.Hash, e.key = hash, key
	return e
}

// keyOf returns the key of an entry whose keys are of type K.
func keyOf[K comparable](it *engine.Item) K { return (*keyed[K])(unsafe.Pointer(it)).key }

func sameKey[K comparable](a, b *engine.Item) bool { return keyOf[K](a) == keyOf[K](b) }

// entryOf returns the entry of types K and V that begins with an item.
func entryOf[K comparable, V any](it *engine.Item) *entry[K, V] {
	return (*entry[K, V])(unsafe.Pointer(it))
}

func itemOf(s flight.Subject) *engine.Item { return (*engine.Item)(s) }

func subjectOf(it *engine.Item) flight.Subject { return flight.Subject(it) }
