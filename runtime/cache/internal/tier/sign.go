package tier

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// signTries bounds the tries to sign a registry that others sign at the same time.
const signTries = 20

var errBusy = errors.New("cache: others are in the way for too long")

// losses is the one rule that is made when a registry was lost. It is about no
// value: it is there for its epoch, which is above those of all values so far.
var losses = store.Rule{Function: registered}

// ready sees to it that other processes know of the member's shape before anything is
// read or written under it.
func (m *Member) ready(ctx context.Context) error {
	own, r := m.signature, m.registry
	if !own.missing.Load() && time.Now().UnixMilli() < own.renew.Load() && r.current(m.link) {
		return nil
	}
	return own.signing.do(ctx, func() error { return m.sign(context.WithoutCancel(ctx)) })
}

// lasting is ready for a value that the store is to keep for some time.
func (m *Member) lasting(ctx context.Context, keep time.Duration) error {
	if keep > short && m.signature.long.CompareAndSwap(false, true) {
		m.signature.renew.Store(0)
	}
	return m.ready(ctx)
}

// sign puts the member's shape into the registry, unless it is there.
func (m *Member) sign(ctx context.Context) error {
	l, own, r := m.link, m.signature, m.registry
	for range signTries {
		stored, seen, err := r.ask(ctx, l)
		if err != nil {
			return err
		}
		life := lifeOf(own.long.Load()).Milliseconds()
		if renew := stored.until(own.fingerprint) - life; time.Now().UnixMilli() < renew {
			own.renew.Store(renew)
			return nil
		}
		if err := m.put(ctx, stored, seen); err != nil && !errors.Is(err, errBusy) {
			return err
		}
	}
	return errBusy
}

// put writes the registry, if it still is as it was seen. The error is errBusy if it is
// not, and when another process is at it.
func (m *Member) put(ctx context.Context, stored *shapes, seen []byte) error {
	l, r, token := m.link, m.registry, rand.Text()
	g, err := do(ctx, l, writes, func(ctx context.Context) (store.Grant, error) {
		return l.config.Store.Acquire(ctx, r.key, seen, token, l.config.Lease)
	})
	switch {
	case err != nil:
		if !errors.Is(err, ErrOpen) {
			l.giveBack(r.key, token)
		}
		return err
	case g.Value != nil:
		return errBusy
	case !g.Leased:
		l.sleep(min(jittered(pollFrom), max(g.Wait, time.Millisecond)))
		return errBusy
	}
	next, err := m.entered(ctx, stored)
	if err == nil {
		_, err = do(ctx, l, writes, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, l.config.Store.Set(ctx, r.key, next.bytes(), store.MaxTTL)
		})
	}
	if err != nil {
		l.giveBack(r.key, token)
	}
	return err // it is read again, as others have it
}

// entered returns what the registry is to be. Who finds none, or not what was there
// before, revokes all results of the function: some may be of shapes that are not known
// any more, and have outlived changes.
func (m *Member) entered(ctx context.Context, stored *shapes) (*shapes, error) {
	own, now := m.signature, time.Now()
	life, renew := lifeOf(own.long.Load()), own.renew.Load()
	until := now.Add(life + day).UnixMilli()
	signed := renew != 0 && now.UnixMilli() < renew+life.Milliseconds()
	lost := stored == nil || signed && stored.until(own.fingerprint) == 0
	next := m.registry.now.Load().joined(stored, now.UnixMilli())
	next = next.joined(&shapes{all: []shape{{own.fingerprint, until}}}, now.UnixMilli())
	next.id = newID()
	if lost = next.crowded() || lost; !lost {
		return next, nil
	}
	if next.until(own.fingerprint) == 0 { // of those that were too many
		next.all = append(next.all, shape{own.fingerprint, until})
		slices.SortFunc(next.all, byFingerprint)
	}
	floor, err := do(ctx, m.link, removals, func(ctx context.Context) (uint64, error) {
		return m.link.config.Store.Revoke(ctx, losses)
	})
	if err != nil {
		return nil, err
	}
	m.link.hear(store.Revocation{Rule: losses, Epoch: floor})
	next.floor = floor
	return next, nil
}
