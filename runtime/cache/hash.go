package cache

import (
	"hash/maphash"
	"math/bits"
	"reflect"
	"unsafe"
)

// secret is what hashes of fields are multiplied with. It is odd, so that no bit
// of a field is lost.
var secret = maphash.String(seed, "fields") | 1

// Hash gathers the hash of a key from its fields, one after the other. Generated
// code makes Options.Hash of it, which for a struct is faster than the general
// way of package maphash. It depends on a seed of the process, so that nobody
// outside can choose keys that collide, and means nothing elsewhere.
//
// A field goes in by the product of two 64-bit numbers, its halves folded, as in
// wyhash by Wang Yi.
type Hash uint64

// Uint64 adds an integer, or anything that has been made one.
func (h Hash) Uint64(v uint64) Hash {
	high, low := bits.Mul64(uint64(h)^v, secret)
	return Hash(high ^ low)
}

// String adds a text.
func (h Hash) String(s string) Hash { return h.Uint64(maphash.String(seed, s)) }

// Bool adds a bool.
func (h Hash) Bool(b bool) Hash {
	if b {
		return h.Uint64(1)
	}
	return h.Uint64(0)
}

// HashField adds a field of any other type.
func HashField[T comparable](h Hash, v T) Hash { return h.Uint64(maphash.Comparable(seed, v)) }

// end returns a hash all of whose bits depend on all fields. One product alone leaves
// the upper bits uneven if the last field has different values in its upper bits only.
func (h Hash) end() uint64 { return uint64(h.Uint64(1)) }

// firstHash is the hash of no fields.
var firstHash = Hash(maphash.String(seed, "first"))

// hashing is how the keys of a cache are hashed.
type hashing uint8

const (
	hashAny    hashing = iota // by package maphash
	hashFields                // by Options.Hash
	hashWord                  // the key is an integer
	hashText                  // the key is a string
)

func hashingOf(key reflect.Type, given bool) hashing {
	switch kind := key.Kind(); {
	case given:
		return hashFields
	case kind >= reflect.Int && kind <= reflect.Uintptr:
		return hashWord
	case kind == reflect.String:
		return hashText
	}
	return hashAny
}

// hashOf hashes a key.
func (c *Cache[K, V]) hashOf(key K) uint64 {
	switch at := unsafe.Pointer(&key); {
	case c.hashing == hashWord:
		return firstHash.Uint64(wordOf(at, unsafe.Sizeof(key))).end()
	case c.hashing == hashText:
		return maphash.String(seed, *(*string)(at))
	case c.hashing == hashFields:
		return c.hash(key, firstHash).end()
	}
	return maphash.Comparable(seed, key)
}

// wordOf returns the integer of so many bytes at an address.
func wordOf(at unsafe.Pointer, size uintptr) uint64 {
	switch size {
	case 8:
		return *(*uint64)(at)
	case 4:
		return uint64(*(*uint32)(at))
	case 2:
		return uint64(*(*uint16)(at))
	}
	return uint64(*(*uint8)(at))
}
