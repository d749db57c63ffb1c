// Package engine keeps the entries of one cache: a table that is read without
// waiting, and the queues of S3-FIFO (Yang et al., SOSP 2023) that decide which
// entries go when there are too many. docs/adr/0009-cache-engine.md says why.
//
// It knows nothing of ages, loads and figures, it starts no goroutine, and it
// does not hash: whoever calls it gives the hash of each key, always the same
// for the same key, and well mixed in all of its bits. Keys that are not equal
// to themselves must not be stored.
//
// It knows neither keys nor values by their types, so that one more cache costs
// no more code: it sees the Item at the head of each entry, and asks a function
// whether two of them have the same key. Only a look-up must be quicker than a
// call of such a function. The owner of the entries writes it, where types are
// known:
//
//	for b := t.Home(hash); b != nil; b = b.Next() {
//		for m := b.Match(hash); m != 0; m &= m - 1 {
//			if it := b.At(m); it != nil && … { // compare the keys
//				it.Touch()
//				return it
//			}
//		}
//	}
//
// Readers follow atomic pointers from the root to an item that never changes,
// and write nothing but how often the item was used. Writers take turns. They
// never move an item inside of an array that a reader may see: they change one
// slot of a bucket at a time, or build other arrays and publish those, after
// which the old ones stay as they are for those who still read them.
package engine
