package tier

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// Set stores a result whatever there is, and tells all processes. What the function has
// for the same text under other fingerprints is removed, here as by all changes. Changes
// go on when ctx ends, and take no longer than five operations may, or a few more at the
// first use of a shape. One that fails returns the
// error, and is owed: it is tried again until the store has removed what it was about,
// and this process takes nothing from there meanwhile. So the caller may ignore the
// error.
func (m *Member) Set(ctx context.Context, text string, tags []string, w Write) (Outcome, error) {
	l, key := m.link, keyOf(m.prefix, text)
	if !l.use() {
		return Outcome{Memory: Forever, Err: ErrClosed}, ErrClosed
	}
	ctx = context.WithoutCancel(ctx)
	h, err := m.set(ctx, key, tagsOf(tags), w)
	if err != nil {
		// One that was tried may still happen.
		l.debts.add(l, debt{function: m.function, key: key}, !errors.Is(err, ErrOpen))
	}
	err = cmp.Or(err, m.remove(ctx, nil, text))
	if err != nil {
		return Outcome{Memory: Forever, Epoch: h.Epoch, Err: err}, err
	}
	return Outcome{ID: h.ID, Epoch: h.Epoch, Memory: l.memory()}, nil
}

func (m *Member) set(ctx context.Context, key string, tags []string, w Write) (Head, error) {
	l := m.link
	h := Head{Kind: w.Kind, ID: newID(), TTL: w.TTL, Load: w.Load}
	if err := m.lasting(ctx, w.keep()); err != nil {
		return h, err
	}
	r, err := l.known(ctx)
	if err != nil {
		return h, err
	}
	h.Epoch = r.epoch
	versions, err := l.versions(ctx, tags)
	if err != nil {
		return h, err
	}
	if err := w.head(h, versions); err != nil {
		return h, err
	}
	return h, l.set(ctx, m.function, key, w)
}

// head writes the head of a value.
func (w *Write) head(h Head, versions []uint64) error {
	if len(versions) > MaxTags || len(w.Bytes) < headSize+8*len(versions) {
		return fmt.Errorf("cache: a value of %d bytes has no room for %d tags", len(w.Bytes), len(versions))
	}
	writeHead(w.Bytes, h, versions, time.Now())
	return nil
}

// versions returns those of tags before a value is stored that was known before.
func (l *Link) versions(ctx context.Context, tags []string) ([]uint64, error) {
	if len(tags) == 0 {
		return nil, nil
	}
	r, err := do(ctx, l, reads, func(ctx context.Context) (r gotten, err error) {
		r.values, r.versions, err = l.config.Store.Get(ctx, nil, tags)
		return r, err
	})
	if err == nil && len(r.versions) != len(tags) {
		err = fmt.Errorf("cache: the store returns %d versions for %d tags", len(r.versions), len(tags))
	}
	return r.versions, err
}

// set stores a value. If nobody waits for the store any more when it has, a removal is
// owed: what was stored may be older than what has happened since.
func (l *Link) set(ctx context.Context, function, key string, w Write) error {
	bytes, keep := w.Bytes, w.keep()
	_, err := do(ctx, l, writes, func(ctx context.Context) (struct{}, error) {
		err := l.config.Store.Set(ctx, key, bytes, keep)
		if ctx.Err() != nil {
			l.debts.add(l, debt{function: function, key: key}, false)
		}
		return struct{}{}, err
	})
	return err
}

// Delete removes the values of keys, and tells all processes. See Set for errors.
func (m *Member) Delete(ctx context.Context, texts ...string) error {
	if !m.link.use() {
		return ErrClosed
	}
	return m.remove(ctx, []string{m.prefix}, texts...)
}

// tell lets the other processes forget what they have of a text, as does this one
// what other members have of it. It is owed if it fails.
func (m *Member) tell(ctx context.Context, text string) {
	_ = m.remove(ctx, []string{m.registry.prefix + told + ":"}, text)
}

// remove removes texts under some prefixes, and under all fingerprints but the member's
// own. Where these are not known, the texts are revoked, and that is owed.
func (m *Member) remove(ctx context.Context, prefixes []string, texts ...string) error {
	l, r := m.link, m.registry
	unknown := r.look(context.WithoutCancel(ctx), l)
	prefixes = append(prefixes, r.others(m.signature, texts...)...)
	keys := make([]string, 0, len(prefixes)*len(texts))
	for _, text := range texts {
		for _, prefix := range prefixes {
			keys = append(keys, keyOf(prefix, text))
		}
		if unknown != nil {
			l.debts.add(l, debt{rule: tidy(store.Rule{Function: m.function, Text: text})}, false)
		}
	}
	err := l.remove(ctx, removals, keys)
	if err != nil && unknown == nil { // else more is owed
		for _, key := range keys {
			l.debts.add(l, debt{function: m.function, key: key}, false)
		}
	}
	for _, text := range texts { // last: what they look up from now on must not find it
		l.members.changedFor(m, text)
	}
	return cmp.Or(err, unknown)
}

func (l *Link) remove(ctx context.Context, c class, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	_, err := do(context.WithoutCancel(ctx), l, c, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, l.config.Store.Delete(ctx, keys...)
	})
	return err
}

// Clear is Delete for all keys of the function, whatever their fingerprints.
func (m *Member) Clear(ctx context.Context) error {
	return m.link.Revoke(ctx, store.Rule{Function: m.function})
}

// Revoke is Delete for all keys that a rule Matches. The caches of this process are the
// caller's business.
func (l *Link) Revoke(ctx context.Context, rule store.Rule) error {
	if !l.use() {
		return ErrClosed
	}
	rule = tidy(rule)
	err := l.revoke(ctx, removals, rule)
	if err != nil {
		l.debts.add(l, debt{rule: rule}, false)
	}
	return err
}

func (l *Link) revoke(ctx context.Context, c class, rule store.Rule) error {
	epoch, err := do(context.WithoutCancel(ctx), l, c, func(ctx context.Context) (uint64, error) {
		return l.config.Store.Revoke(ctx, rule)
	})
	if err == nil {
		l.hear(store.Revocation{Rule: rule, Epoch: epoch})
	}
	return err
}

// Bump is Delete for all keys that have one of the tags, of any function. The caches of
// this process are the caller's business.
func (l *Link) Bump(ctx context.Context, tags ...string) error {
	if !l.use() {
		return ErrClosed
	}
	tags = tagsOf(tags)
	err := l.bump(ctx, removals, tags)
	if err != nil {
		for _, tag := range tags {
			l.debts.add(l, debt{tag: tag}, false)
		}
	}
	return err
}

func (l *Link) bump(ctx context.Context, c class, tags []string) error {
	if len(tags) == 0 {
		return nil
	}
	_, err := do(context.WithoutCancel(ctx), l, c, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, l.config.Store.Bump(ctx, tags...)
	})
	return err
}

// changedFor tells the other members of this process that have the same function.
func (t *memberTable) changedFor(m *Member, text string) {
	t.mu.RLock()
	members := t.of[m.name()]
	t.mu.RUnlock()
	for _, o := range members {
		if o != m {
			o.cache.Changed(text)
		}
	}
}
