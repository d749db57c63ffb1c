// Package store is what a cache needs of a store that several processes share, and
// what such a store promises. runtime/cache/rediscache is one, on Redis; package
// cachetest has a suite, RunStore, that any other can be tested with.
//
// A store keeps bytes under keys. It does not know what they mean: package cache
// gives each value a head of its own, decides how old it is, and goes on without
// the store when that fails.
package store

import (
	"context"
	"errors"
	"time"
)

// ErrUnavailable is wrapped by the errors of a store that cannot be reached, or did
// not answer in time.
var ErrUnavailable = errors.New("the store cannot be reached")

// MaxTTL is the longest time that a store keeps anything. The versions of tags, and
// revocations, are kept for at least as long, so that what they tell to be out of
// date is gone before they are.
const MaxTTL = 30 * 24 * time.Hour

// Store keeps values for several processes. All of its methods are safe for
// concurrent use, end when their context does, or within a second if it is cancelled
// before its deadline, and keep none of the slices that they are given. Keys and tags are any texts without the characters { and }.
// Times to live are positive and at most MaxTTL.
//
// A lease is the right to load the value of a key, which one process has at a time.
// It is known by a token, which no two leases share, and ends by Fill, Release, Set
// and Delete, or after its time.
type Store interface {
	// Get returns the value of each key, nil for those that have none, and the
	// version of each tag, which is the same until the tag is bumped. A tag that has
	// none, because it is new or was forgotten, is given one that it never had: if a
	// forgotten one began anew, what a bump has put out of date would come back to
	// life. Get takes one round trip, and one more for tags without a version. The
	// values belong to the caller.
	Get(ctx context.Context, keys, tags []string) (values [][]byte, versions []uint64, err error)

	// Acquire returns the value of a key if there is one that does not begin with
	// seen, else takes the lease, else reports that another has it: in that case
	// all processes that have asked see an Ended event when the lease ends by Fill
	// or Release. seen is the beginning of a value that is not good enough; if it is
	// empty, any value is returned.
	Acquire(ctx context.Context, key string, seen []byte, token string, ttl time.Duration) (Grant, error)

	// Extend makes a lease last for ttl from now, and reports whether it is still
	// held.
	Extend(ctx context.Context, key, token string, ttl time.Duration) (held bool, err error)

	// Fill stores a value if the lease is still held, and ends it. It does not tell
	// the other processes that the key has changed.
	Fill(ctx context.Context, key, token string, value []byte, ttl time.Duration) (stored bool, err error)

	// Release ends a lease without a value.
	Release(ctx context.Context, key, token string) error

	// Set stores a value whatever there is, ends the lease of the key, and tells all
	// processes that the key has changed.
	Set(ctx context.Context, key string, value []byte, ttl time.Duration) error

	// Delete removes the values and ends the leases of keys, and tells all processes
	// that they have changed.
	Delete(ctx context.Context, keys ...string) error

	// Bump gives each tag a version that it never had, and tells all processes.
	Bump(ctx context.Context, tags ...string) error

	// Revoke makes a rule that says which values are no longer good: those written
	// with an epoch below the one that it returns and of which the rule is true. It
	// tells all processes.
	Revoke(ctx context.Context, rule Rule) (epoch uint64, err error)

	// Revocations returns the rules in force. A store that has too many, or has lost
	// them, may forget any number of them and raise Floor instead, which revokes
	// more. One that raises Floor because it has lost rules tells all processes so by
	// a Revoked event with a zero Rule.
	Revocations(ctx context.Context) (Revocations, error)

	// Watch calls f with what happens in the store, in order, from one goroutine,
	// until ctx ends, whose error it returns. It begins with Restored, once nothing
	// more can be missed, and reports Lost when something may have been, then
	// Restored again. It finds out within seconds that a connection is dead, idle or
	// not.
	Watch(ctx context.Context, f func(Event)) error
}

// Prompt reports whether a store says of itself, by a method Prompt() bool, that its
// methods never go on for long when their context has ended, whatever the network does.
// They are then called without a goroutine of their own for each.
func Prompt(s Store) bool {
	p, ok := s.(interface{ Prompt() bool })
	return ok && p.Prompt()
}

// Grant is the answer to Acquire.
type Grant struct {
	// Value is there if it is not nil, and belongs to the caller.
	Value []byte
	// Leased says that the caller has the lease.
	Leased bool
	// Wait is how long the lease of another lasts, unless that extends it.
	Wait time.Duration
}

// Rule says which values a revocation is about: those of a function if Text is
// empty, else those whose text is Text, or begins with it if Prefix is set.
// A rule of a function and a text is about both. The zero Rule is about all values.
type Rule struct {
	Function string
	Text     string
	Prefix   bool
}

// Revocation is a rule and the first epoch that it does not revoke.
type Revocation struct {
	Rule
	Epoch uint64
}

// Revocations are the rules in force.
type Revocations struct {
	// Epoch is the highest epoch so far; it may be 0 if nothing was ever revoked.
	// What is written from now on has it.
	Epoch uint64
	// Floor revokes everything with a lower epoch.
	Floor uint64
	Rules []Revocation
}

// EventKind says what has happened.
type EventKind int

// What may happen in a store.
const (
	// Changed: the values of Event.Keys were replaced or removed.
	Changed EventKind = iota + 1
	// Bumped: Event.Tags have new versions.
	Bumped
	// Revoked: Event.Revocation came into force.
	Revoked
	// Ended: the leases of Event.Keys, which this process has asked for, ended.
	Ended
	// Lost: from now on, and maybe for some seconds, events are missed.
	Lost
	// Restored: no event is missed any more. What was kept since Lost, or before
	// the first Restored, may be out of date.
	Restored
)

// Event is something that has happened in a store.
type Event struct {
	Kind       EventKind
	Keys, Tags []string
	Revocation Revocation
	// Own says that it was done by this very store value, in this process.
	Own bool
}
