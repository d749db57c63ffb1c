package tier

import (
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// watch hears what happens in the store until the link is closed.
func (l *Link) watch() {
	defer l.loops.Done()
	var pause time.Duration
	for l.life.Err() == nil {
		begun := time.Now()
		err := l.config.Store.Watch(l.life, l.happened)
		if l.Live() {
			l.lost()
		}
		if l.life.Err() != nil {
			return
		}
		if err != nil {
			l.counts.errors.Add(1)
			l.report(err)
		}
		if time.Since(begun) > longest {
			pause = 0
		}
		pause = longer(pause)
		l.sleep(jittered(pause))
	}
}

// sleep waits, at most until the link is closed.
func (l *Link) sleep(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.life.Done():
	}
}

// happened is called with each event.
func (l *Link) happened(e store.Event) {
	switch e.Kind {
	case store.Changed:
		l.members.changed(l, e.Keys, e.Own)
		for _, key := range e.Keys {
			l.waiters.wake(key)
		}
	case store.Bumped:
		if l.config.Bumped != nil && !e.Own {
			l.config.Bumped(tagsFrom(e.Tags))
		}
	case store.Revoked:
		if l.hear(e.Revocation) && !e.Own {
			l.members.revoked(e.Revocation.Rule)
		}
	case store.Ended:
		for _, key := range e.Keys {
			l.waiters.wake(key)
		}
	case store.Lost:
		l.lost()
	case store.Restored:
		l.restored()
	}
}

// lost: what is kept may be out of date from now on.
func (l *Link) lost() {
	l.counts.lost.Add(1)
	l.settled.Store(false)
	l.rules.turn(false)
	l.members.eachRegistry(func(r *registry) { r.doubt(l) })
	l.drop()
}

// restored: what is kept may be out of date, what will be kept is not.
func (l *Link) restored() {
	l.rules.turn(true)
	l.members.eachRegistry(func(r *registry) { r.doubt(l) })
	l.drop()
	l.settled.Store(true)
	l.debts.hurry()
}

func (l *Link) drop() {
	l.members.each(Cache.Drop)
	l.waiters.wakeAll()
}
