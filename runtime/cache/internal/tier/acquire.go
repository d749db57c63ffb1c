package tier

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// pollFrom and pollTo bound the pauses between the questions of those who wait for
// a lease. They are woken as well; the questions are for when the news are lost.
const (
	pollFrom = 50 * time.Millisecond
	pollTo   = time.Second
)

// acquire asks for the lease. more says that there may be a value now, which the
// answer is if it is OK; else that is the answer.
func (s *search) acquire() (a Answer, more bool) {
	if s.waiter == nil {
		s.token = rand.Text()
		s.waiter = s.link.waiters.add(s.key) // before the question, so that no end is missed
	}
	l, key, seen, token := s.link, s.key, s.seen, s.token
	if s.seen != nil && len(s.seen) == 0 {
		return s.without(errEmpty), false
	}
	// Before the load begins, and so older than whatever it will see.
	epoch := l.rules.now.Load().epoch
	g, err := do(s.ctx, l, writes, func(ctx context.Context) (store.Grant, error) {
		return l.config.Store.Acquire(ctx, key, seen, token, l.config.Lease)
	})
	switch {
	case err != nil:
		if !errors.Is(err, ErrOpen) {
			l.giveBack(key, token)
		}
		return s.without(err), false
	case g.Leased:
		return Answer{Lease: s.lease(epoch), Memory: Forever, Waited: s.waited}, false
	case g.Value != nil && len(s.tags) > 0:
		s.seen = mark(g.Value)
		return Answer{}, true
	case g.Value != nil:
		found, a := s.judge(g.Value)
		return a, !found && a.Err == nil
	}
	if err := s.wait(g.Wait); err != nil {
		return s.without(err), false
	}
	return Answer{}, true
}

// wait returns when the lease may have ended, which it has after rest if its holder is
// dead.
func (s *search) wait(rest time.Duration) error {
	if !s.waited {
		s.waited, s.until = true, time.Now().Add(s.link.config.MaxWait)
		s.link.counts.waits.Add(1)
		if s.Waits != nil {
			s.Waits()
		}
	}
	left := time.Until(s.until)
	if left <= 0 {
		return ErrWaited
	}
	s.pause = min(max(2*s.pause, pollFrom), pollTo)
	pause := min(jittered(s.pause), left)
	if rest > 0 {
		pause = min(pause, rest+time.Millisecond)
	}
	s.rounds = 0
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-s.waiter.woke:
	case <-timer.C:
	case <-s.link.life.Done():
		return ErrClosed
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
	return nil
}

// Replace takes the lease of a key for a load that is to be made whatever there is, so
// that its result takes the place of that: the answer has a lease or an error, and its
// Fill tells all processes. What another process is loading already may be older than
// what the caller wants to see, and so that load's result will not be stored; the value
// that the store has is then removed at once.
func (m *Member) Replace(ctx context.Context, q Query) Answer {
	s := search{Member: m, Query: q, ctx: ctx, replaces: true}
	if a, done := s.begin(); done {
		return a
	}
	r, err := m.link.known(ctx)
	if err == nil {
		err = m.ready(ctx)
	}
	if err == nil {
		s.versions, err = m.link.versions(ctx, s.tags)
	}
	if err != nil {
		return s.without(err)
	}
	return s.replace(r.epoch)
}

func (s *search) replace(epoch uint64) Answer {
	l, key, token := s.link, s.key, rand.Text()
	s.token, s.seen = token, []byte{magic} // which all values begin with
	for range maxRounds {
		seen := s.seen
		g, err := do(s.ctx, l, writes, func(ctx context.Context) (store.Grant, error) {
			return l.config.Store.Acquire(ctx, key, seen, token, l.config.Lease)
		})
		switch {
		case err != nil:
			if !errors.Is(err, ErrOpen) {
				l.giveBack(key, token)
			}
			return s.without(err)
		case g.Leased:
			return Answer{Lease: s.lease(epoch), Memory: Forever}
		case g.Value != nil:
			s.seen = mark(g.Value)
			continue
		}
		if err := l.remove(s.ctx, removals, []string{key}); err != nil {
			return s.without(err)
		}
	}
	return s.without(errBusy)
}

func (s *search) leave() {
	if s.waiter != nil {
		s.link.waiters.remove(s.waiter)
	}
}
