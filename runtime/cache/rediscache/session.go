package rediscache

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// A session is one subscription, from connecting until something is wrong. Its
// fields belong to the goroutine of Watch.
type session struct {
	store *Store
	f     func(store.Event)
	// channels are what it subscribes to. The first is its own, has a random name,
	// and so decides at random which server of a Cluster it is on.
	channels  []string
	confirmed int
	restored  bool
	beating   bool
	heard     time.Time // when the server has last said anything
	// sent is the number of the last beat that a server has taken, and owed since
	// when one that was taken has not come back; zero if all have.
	sent, back int64
	owed       time.Time
}

func newSession(s *Store, f func(store.Event)) *session {
	own := fmt.Sprintf("%s~session:%016x", s.prefix, rand.Uint64())
	return &session{store: s, f: f, channels: []string{own, s.events, s.own}}
}

// run returns when the subscription may have missed something, or ctx has ended.
func (v *session) run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p := v.store.client.Subscribe(ctx)
	// Closing ends a read, which a context does not.
	context.AfterFunc(ctx, func() { _ = p.Close() })
	received, beats := make(chan any), make(chan int64)
	go v.read(ctx, cancel, p, received)
	v.heard = time.Now()
	timer := time.NewTimer(setUp)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-received:
			if v.take(m); v.restored && !v.beating {
				v.beating = true
				go v.ping(ctx, p)
				go v.beat(ctx, beats)
			}
		case n := <-beats:
			v.took(n)
		case <-timer.C:
			return
		}
		timer.Reset(time.Until(v.deadline()))
	}
}

// deadline returns when the session ends unless something is heard.
func (v *session) deadline() time.Time {
	if !v.restored {
		return v.heard.Add(setUp)
	}
	if !v.owed.IsZero() && v.owed.Before(v.heard) {
		return v.owed.Add(silence)
	}
	return v.heard.Add(silence)
}

// read subscribes and passes on what the server says, until there is an error. It
// does not rely on go-redis to connect again, which happens in silence.
func (v *session) read(ctx context.Context, cancel func(), p *redis.PubSub, received chan<- any) {
	defer cancel()
	if p.Subscribe(ctx, v.channels...) != nil {
		return
	}
	for {
		m, err := p.ReceiveTimeout(ctx, setUp)
		if err != nil {
			return
		}
		select {
		case received <- m:
		case <-ctx.Done():
			return
		}
	}
}

// ping asks the server that it listens to for signs of life.
func (v *session) ping(ctx context.Context, p *redis.PubSub) {
	// The reader finds out what is wrong.
	for p.Ping(ctx) == nil {
		sleep(ctx, beating)
	}
}

// beat publishes to itself, and says which beats a server has taken.
func (v *session) beat(ctx context.Context, beats chan<- int64) {
	for n := int64(1); ctx.Err() == nil; n++ {
		publish := call[int64]{store: v.store, name: "beat", run: func(ctx context.Context) (int64, error) {
			return v.store.client.Publish(ctx, v.channels[0], n).Result()
		}}
		if _, err := publish.do(ctx); err == nil {
			select {
			case beats <- n:
			case <-ctx.Done():
			}
		}
		sleep(ctx, beating)
	}
}

// took notes that a server has taken a beat.
func (v *session) took(n int64) {
	v.sent = n
	if v.owed.IsZero() && v.back < n {
		v.owed = time.Now()
	}
}

// take handles what the server has said.
func (v *session) take(m any) {
	began := time.Now()
	switch m := m.(type) {
	case *redis.Subscription:
		v.confirmed++
		if v.confirmed == len(v.channels) {
			v.restored = true
			v.f(store.Event{Kind: store.Restored})
		}
	case *redis.Message:
		v.message(m)
	}
	// While f runs nothing is read: that says nothing about the server.
	v.heard = time.Now()
	if !v.owed.IsZero() {
		v.owed = v.owed.Add(v.heard.Sub(began))
	}
}

// message handles a message. One that cannot be read may have said anything.
func (v *session) message(m *redis.Message) {
	if m.Channel == v.channels[0] {
		v.back = max(v.back, int64(parse(m.Payload)))
		if v.back >= v.sent {
			v.owed = time.Time{}
		}
		return
	}
	e, ok := eventOf(m.Payload, v.store.id)
	if !ok {
		v.f(store.Event{Kind: store.Lost})
		e = store.Event{Kind: store.Restored}
	}
	v.f(e)
}
