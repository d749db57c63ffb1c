package cachetest

import (
	"bytes"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// content is what the views of a Store have in common.
type content struct {
	mu       sync.Mutex
	values   map[string]value
	leases   map[string]*lease
	versions map[string]uint64
	rules    map[store.Rule]uint64
	counter  uint64 // of versions and epochs; never set back
	floor    uint64
	epoch    uint64
	links    map[*Store]link // of views that are not connected
	watchers []*watcher
}

type value struct {
	bytes   []byte
	expires time.Time
}

type lease struct {
	token   string
	expires time.Time
	waiting map[*Store]bool
}

func newContent() *content {
	c := &content{links: map[*Store]link{}}
	c.clear()
	return c
}

func (c *content) clear() {
	c.values = map[string]value{}
	c.leases = map[string]*lease{}
	c.versions = map[string]uint64{}
	c.rules = map[store.Rule]uint64{}
	c.floor, c.epoch = 0, 0
}

func (c *content) locked(op func(c *content)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	op(c)
}

// wipe forgets everything. What was written before must not pass for good where
// only a part is lost, so the floor is raised.
func (c *content) wipe() {
	c.locked(func(c *content) {
		c.clear()
		c.epoch = c.next()
		c.floor = c.epoch
	})
}

func (c *content) keys() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(c.values, func(_ string, v value) bool { return !now.Before(v.expires) })
	return slices.Sorted(maps.Keys(c.values))
}

func (c *content) next() uint64 {
	c.counter++
	return c.counter
}

// get returns a copy of the value of key, nil if there is none.
func (c *content) get(key string) []byte {
	v, ok := c.values[key]
	if !ok {
		return nil
	}
	if !time.Now().Before(v.expires) {
		delete(c.values, key)
		return nil
	}
	return append([]byte{}, v.bytes...)
}

func (c *content) set(key string, b []byte, ttl time.Duration) {
	c.values[key] = value{bytes: append([]byte{}, b...), expires: time.Now().Add(ttl)}
}

// version returns the version of a tag, and gives it one if it has none.
func (c *content) version(tag string) uint64 {
	v, ok := c.versions[tag]
	if !ok {
		v = c.next()
		c.versions[tag] = v
	}
	return v
}

// held returns the lease of key if it has not expired.
func (c *content) held(key string) *lease {
	l := c.leases[key]
	if l != nil && !time.Now().Before(l.expires) {
		delete(c.leases, key)
		return nil
	}
	return l
}

// owned returns the lease of key if it is the one of token.
func (c *content) owned(key, token string) *lease {
	if l := c.held(key); l != nil && l.token == token {
		return l
	}
	return nil
}

func (c *content) acquire(s *Store, key string, seen []byte, token string, ttl time.Duration) store.Grant {
	if v := c.get(key); v != nil && (len(seen) == 0 || !bytes.HasPrefix(v, seen)) {
		return store.Grant{Value: v}
	}
	l := c.held(key)
	if l != nil && l.token != token {
		l.waiting[s] = true
		return store.Grant{Wait: time.Until(l.expires)}
	}
	if l == nil {
		l = &lease{token: token, waiting: map[*Store]bool{}}
		c.leases[key] = l
	}
	l.expires = time.Now().Add(ttl)
	return store.Grant{Leased: true}
}

// end removes a lease that is held and tells those who wait for it.
func (c *content) end(by *Store, key string, l *lease) {
	delete(c.leases, key)
	for _, w := range c.watchers {
		if l.waiting[w.of] {
			c.send(w, by, store.Event{Kind: store.Ended, Keys: []string{key}})
		}
	}
}
