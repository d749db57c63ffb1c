package rediscache

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

const (
	// setUp bounds how long it may take to connect and subscribe.
	setUp = 5 * time.Second
	// beating is the time between two signs of life, and silence how long none may
	// come before the connection is taken for dead.
	beating = time.Second
	silence = 2 * time.Second
	// Between sessions Watch waits from minWait to maxWait. A session that has lasted
	// for steady was a good one, after which the waits are short again.
	minWait = 50 * time.Millisecond
	maxWait = time.Second
	steady  = 10 * time.Second
)

// Watch calls f with events: see store.Store. It keeps one connection of its own, on
// which it sends a PING each second, and publishes a message to itself through the
// client, because only that tells whether the server that it listens to is still the
// one, or in connection with those, that the client writes to. When nothing comes
// back for two seconds, it reports Lost, which is so at most two seconds after a
// connection has died, and three after the client has turned to another server. Then
// it connects anew, in a Cluster to a master that is chosen at random, and reports
// Restored when the server has confirmed that.
//
// Events come in order if they are from one server. In a Cluster, those about keys on
// different servers may overtake each other; those about revocations do not.
func (s *Store) Watch(ctx context.Context, f func(store.Event)) error {
	wait := minWait
	for ctx.Err() == nil {
		began := time.Now()
		v := newSession(s, f)
		v.run(ctx)
		if ctx.Err() != nil {
			break
		}
		if v.restored {
			f(store.Event{Kind: store.Lost})
		}
		s.reload()
		if v.restored && time.Since(began) >= steady {
			wait = minWait
		}
		sleep(ctx, wait/2+rand.N(wait/2))
		wait = min(2*wait, maxWait)
	}
	return ctx.Err()
}

// sleep waits for d, at most until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
