package cache

import (
	"hash/maphash"
	"math/bits"
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

// firstHash is the hash of no fields.
var firstHash = Hash(maphash.String(seed, "first"))

// hashOf hashes a key by its fields if generated code says how, and else by the
// way of package maphash.
func (s *state[K, V]) hashOf(key K) uint64 {
	if s.hash != nil {
		return uint64(s.hash(key, firstHash))
	}
	return maphash.Comparable(seed, key)
}
