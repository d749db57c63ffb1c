package cachetest

import (
	"context"
	"slices"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// Get returns values and versions: see store.Store.
func (s *Store) Get(ctx context.Context, keys, tags []string) (values [][]byte, versions []uint64, err error) {
	values, versions = make([][]byte, len(keys)), make([]uint64, len(tags))
	err = s.do(ctx, "Get", func(c *content) {
		for i, key := range keys {
			values[i] = c.get(key)
		}
		for i, tag := range tags {
			versions[i] = c.version(tag)
		}
	})
	if err != nil {
		return nil, nil, err
	}
	return values, versions, nil
}

// Acquire takes a lease: see store.Store.
func (s *Store) Acquire(ctx context.Context, key string, seen []byte, token string, ttl time.Duration) (store.Grant, error) {
	var g store.Grant
	err := s.do(ctx, "Acquire", func(c *content) { g = c.acquire(s, key, seen, token, ttl) })
	if err != nil {
		return store.Grant{}, err
	}
	return g, nil
}

// Extend makes a lease last longer: see store.Store.
func (s *Store) Extend(ctx context.Context, key, token string, ttl time.Duration) (held bool, err error) {
	err = s.do(ctx, "Extend", func(c *content) {
		if l := c.owned(key, token); l != nil {
			l.expires = time.Now().Add(ttl)
			held = true
		}
	})
	return held && err == nil, err
}

// Fill stores a value and ends a lease: see store.Store.
func (s *Store) Fill(ctx context.Context, key, token string, value []byte, ttl time.Duration) (stored bool, err error) {
	err = s.do(ctx, "Fill", func(c *content) {
		if l := c.owned(key, token); l != nil {
			c.set(key, value, ttl)
			c.end(s, key, l)
			stored = true
		}
	})
	return stored && err == nil, err
}

// Release ends a lease: see store.Store.
func (s *Store) Release(ctx context.Context, key, token string) error {
	return s.do(ctx, "Release", func(c *content) {
		if l := c.owned(key, token); l != nil {
			c.end(s, key, l)
		}
	})
}

// Set stores a value: see store.Store.
func (s *Store) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	return s.do(ctx, "Set", func(c *content) {
		c.set(key, value, ttl)
		delete(c.leases, key)
		c.tell(s, store.Event{Kind: store.Changed, Keys: []string{key}})
	})
}

// Delete removes values: see store.Store.
func (s *Store) Delete(ctx context.Context, keys ...string) error {
	return s.do(ctx, "Delete", func(c *content) {
		for _, key := range keys {
			delete(c.values, key)
			delete(c.leases, key)
		}
		if len(keys) > 0 {
			c.tell(s, store.Event{Kind: store.Changed, Keys: slices.Clone(keys)})
		}
	})
}

// Bump gives tags new versions: see store.Store.
func (s *Store) Bump(ctx context.Context, tags ...string) error {
	return s.do(ctx, "Bump", func(c *content) {
		for _, tag := range tags {
			c.versions[tag] = c.next()
		}
		if len(tags) > 0 {
			c.tell(s, store.Event{Kind: store.Bumped, Tags: slices.Clone(tags)})
		}
	})
}

// Revoke makes a rule: see store.Store.
func (s *Store) Revoke(ctx context.Context, rule store.Rule) (epoch uint64, err error) {
	err = s.do(ctx, "Revoke", func(c *content) {
		epoch = c.next()
		c.epoch = epoch
		c.rules[rule] = epoch
		c.tell(s, store.Event{Kind: store.Revoked, Revocation: store.Revocation{Rule: rule, Epoch: epoch}})
	})
	if err != nil {
		return 0, err
	}
	return epoch, nil
}

// Revocations returns the rules in force: see store.Store.
func (s *Store) Revocations(ctx context.Context) (store.Revocations, error) {
	var r store.Revocations
	err := s.do(ctx, "Revocations", func(c *content) {
		r.Epoch, r.Floor = c.epoch, c.floor
		for rule, epoch := range c.rules {
			r.Rules = append(r.Rules, store.Revocation{Rule: rule, Epoch: epoch})
		}
	})
	if err != nil {
		return store.Revocations{}, err
	}
	return r, nil
}
