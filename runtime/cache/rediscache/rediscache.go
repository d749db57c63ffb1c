// Package rediscache is a store for package cache on Redis, or any server that
// speaks as Redis 6.2 and later do, through go-redis:
//
//	client := redis.NewClient(&redis.Options{Addr: "localhost:6379", ContextTimeoutEnabled: true})
//	cache.SetStore(rediscache.New(client, rediscache.Options{}))
//
// It works with a single server (redis.NewClient), with Sentinel
// (redis.NewFailoverClient) and with Cluster (redis.NewClusterClient). A redis.Ring
// is refused, because what is published on one of its servers does not reach those
// who listen on another, and so are clients that read from replicas or have
// client-side caching on, because both return old values after they were
// invalidated.
//
// All keys and channels begin with the namespace and a colon, so that a user whose
// rights are limited to them (ACL ~bunsui:* &bunsui:*) suffices, with the commands
// GET, MGET, SET, UNLINK, DEL, GETRANGE, HGET, HSET, HKEYS, HLEN, HDEL, HGETALL,
// PEXPIRE, PTTL, TIME, PUBLISH, SUBSCRIBE, PING, EVAL, EVALSHA and those that go-redis
// needs to connect. It never scans or flushes. Besides values under NAMESPACE:KEY, it
// keeps leases (~lease:), versions of tags (~tag:) and one hash of revocations
// (~revocations).
//
// The server may forget anything at any time: an eviction, a restart or a fail-over
// makes misses, never old values that come back to life, with one exception: what
// a master has accepted and not yet replicated is lost when another takes over,
// invalidations too. A policy of allkeys-lru or allkeys-lfu fits.
//
// The package does not decide what is good enough, how long to wait or what to do
// when the server fails: package cache does.
package rediscache

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// DefaultNamespace is what keys and channels begin with unless Options say
// otherwise.
const DefaultNamespace = "bunsui"

// Options are those of a Store.
type Options struct {
	// Namespace is what all keys and channels begin with, followed by a colon:
	// letters, digits and the characters - _ and . only. Programs that use one server
	// and the same namespace share what they keep. The default is DefaultNamespace.
	Namespace string
}

// Store is a store.Store on Redis. It is safe for concurrent use, has no resources
// of its own while it is not watched, and does not close its client.
//
// Its methods end with their context. The client should be made with
// ContextTimeoutEnabled, and contexts have deadlines less than a second away, as those
// of package cache have: then the client itself heeds them, and a cancellation before
// the deadline may be noticed only there. Otherwise each call costs a goroutine and
// about as much time again as the server takes, and a connection on which no answer
// comes is in use until the client's own timeout.
type Store struct {
	client    redis.UniversalClient
	prefix    string
	id        string
	cluster   bool   // keys may be on different servers
	deadlines bool   // the client heeds those of contexts
	events    string // the channel of what everybody must know
	own       string // the channel of what this store must know
	gather    gather
}

var _ store.Store = (*Store)(nil)

// New returns a store that uses client. It does not connect. It panics if the
// namespace has other characters than it may, or if the client is one that cannot
// work, as the package comment says: these are mistakes in the program.
func New(client redis.UniversalClient, o Options) *Store {
	if o.Namespace == "" {
		o.Namespace = DefaultNamespace
	}
	if i := strings.IndexFunc(o.Namespace, foreign); i >= 0 {
		panic(fmt.Sprintf("rediscache: the namespace %q has a character other than letters, digits, -, _ and .", o.Namespace))
	}
	if reason := unfit(client); reason != "" {
		panic("rediscache: " + reason)
	}
	s := &Store{client: client, prefix: o.Namespace + ":", id: fmt.Sprintf("%016x", rand.Uint64()), cluster: true}
	switch c := client.(type) {
	case *redis.Client:
		s.cluster, s.deadlines = false, c.Options().ContextTimeoutEnabled
	case *redis.ClusterClient:
		s.deadlines = c.Options().ContextTimeoutEnabled
	}
	s.events = s.prefix + "~events"
	s.own = s.process() + s.id
	return s
}

// Prompt says that the methods end with the deadline of their context: see store.Prompt.
func (s *Store) Prompt() bool { return true }

// foreign reports whether a character may not be in a namespace. Braces, above all,
// would change which server of a Cluster has a key.
func foreign(r rune) bool {
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	return !letter && (r < '0' || r > '9') && !strings.ContainsRune("-_.", r)
}

// unfit returns why a client cannot be used, "" if it can.
func unfit(client redis.UniversalClient) string {
	switch c := client.(type) {
	case nil:
		return "there is no client"
	case *redis.Ring:
		return "a redis.Ring does not carry what is published to all who listen: use a ClusterClient, or a Client of one server"
	case *redis.ClusterClient:
		if o := c.Options(); o.ReadOnly || o.RouteByLatency || o.RouteRandomly {
			return "the client reads from replicas, which may return values after they were invalidated: make one without ReadOnly, RouteByLatency and RouteRandomly"
		}
	case *redis.Client:
		if o := c.Options(); o.ClientSideCache != nil || o.ClientSideCacheConfig != nil {
			return "the client has client-side caching on, which may return values after they were invalidated: make one without it"
		}
	}
	return ""
}

// value returns the key of a value. No key or tag has braces, so that nothing that
// has some is ever the key of a value.
func (s *Store) value(key string) string { return s.prefix + key }

// lease returns the key of a lease, which is where the value's key is: in the slot
// that comes from what stands in braces.
func (s *Store) lease(key string) string { return s.prefix + "~lease:{" + s.prefix + key + "}" }

// tag returns the key of a tag's version.
func (s *Store) tag(tag string) string { return s.prefix + "~tag:{" + tag + "}" }

// revocations returns the key of the rules.
func (s *Store) revocations() string { return s.prefix + "~revocations:{}" }

// process returns what the channels of single stores begin with.
func (s *Store) process() string { return s.prefix + "~process:" }
