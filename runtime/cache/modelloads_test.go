package cache_test

import (
	"slices"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// begin is what a call does at once.
func (m *model) begin(c *call) {
	if c.how == refresh {
		m.beginRefresh(c)
		return
	}
	if e := m.lookup(c.key); e != nil {
		m.stats.Hits++
		m.done(c, result{returned, e.value})
		return
	}
	m.stats.Misses++
	l := m.onKey[c.key]
	switch {
	case c.ended != pending || m.closed:
		if c.ended != pending && c.how == load {
			m.done(c, result{ending: c.ended})
		} else {
			m.beginAlone(c)
		}
	case l == nil || l.ended != pending:
		m.start(c)
	case c.parent != nil && l.waitsFor(c.parent):
		m.done(c, result{ending: recursive})
	default:
		l.waiters = append(l.waiters, c)
		c.on = l
	}
}

func (m *model) beginRefresh(c *call) {
	for p := c.parent; p != nil; p = p.leader.parent {
		if p.key == c.key && !p.over && c.ended == pending {
			m.done(c, result{ending: recursive})
			return
		}
	}
	switch {
	case c.ended != pending:
		m.done(c, result{ending: c.ended})
	case m.closed:
		m.beginAlone(c)
	default:
		m.start(c)
	}
}

// waitsFor tells whether l is target or waits for it.
func (l *modelLoad) waitsFor(target *modelLoad) bool {
	for ; l != nil; l = l.nested.on {
		if l == target {
			return true
		}
		if l.over || l.nested == nil {
			return false
		}
	}
	return false
}

// start puts a new load on the key, over any other.
func (m *model) start(c *call) {
	l := &modelLoad{key: c.key, leader: c, waiters: []*call{c}}
	if t := m.settings.Timeout; t > 0 && t != cache.Forever {
		l.deadline = m.now + t
	}
	c.on, c.led = l, l
	m.onKey[c.key] = l
	m.loads = append(m.loads, l)
	if m.settings.LoadLimit <= 0 {
		m.stats.Loads++
		return
	}
	l.limited, l.queued = true, true
	m.queue = append(m.queue, l)
	m.letIn()
}

func (m *model) letIn() {
	for len(m.queue) > 0 && (m.settings.LoadLimit <= 0 || m.holders < m.settings.LoadLimit) {
		m.queue[0].queued = false
		m.queue = m.queue[1:]
		m.holders++
		m.stats.Loads++
	}
}

// beginAlone calls the loader for one caller only.
func (m *model) beginAlone(c *call) {
	l := &modelLoad{key: c.key, leader: c, waiters: []*call{c}, alone: true}
	c.on, c.alone = l, l
	m.loads = append(m.loads, l)
	m.stats.Loads++
	if c.ended != pending {
		m.endLoadContext(l, c.ended)
	}
}

// finish ends a load with what its loader came to.
func (m *model) finish(l *modelLoad, r result) {
	m.remove(l)
	if r.ending != returned {
		m.stats.LoadErrors++
	}
	if m.onKey[l.key] == l {
		delete(m.onKey, l.key)
		if r.ending == returned && l.ended == pending {
			m.keep(l.key, r.value)
		}
	}
	m.hand(l, r)
}

// refuse ends a load that was held back until its context ended.
func (m *model) refuse(l *modelLoad) {
	m.remove(l)
	if m.onKey[l.key] == l {
		delete(m.onKey, l.key)
	}
	m.hand(l, result{ending: l.ended})
}

func (m *model) remove(l *modelLoad) {
	l.over = true
	m.loads = slices.DeleteFunc(m.loads, func(other *modelLoad) bool { return other == l })
	switch {
	case l.queued:
		m.queue = slices.DeleteFunc(m.queue, func(other *modelLoad) bool { return other == l })
	case l.limited:
		m.holders--
	}
	m.letIn()
}

// hand gives those who wait what the load came to.
func (m *model) hand(l *modelLoad, r result) {
	waiters := l.waiters
	l.waiters = nil
	for _, c := range waiters {
		c.on = nil
		own := r
		switch {
		case l.alone && r.ending == panicked:
			own.ending = panickedBare
		case r.ending == exited && !(c == l.leader && (c.inline || l.alone)):
			own.ending = exitedElsewhere
		}
		byError := r.ending == failed || r.ending == canceled || r.ending == expired
		if c.how == loadValue && byError && !l.alone {
			m.beginAlone(c)
			continue
		}
		m.done(c, own)
	}
}

// done ends a call, and lets the loader go on in which it was made.
func (m *model) done(c *call, r result) {
	c.want, c.on = r, nil
	p := c.parent
	if p == nil || p.nested != c {
		return
	}
	p.nested = nil
	if r.ending == exited {
		m.finish(p, result{ending: exited})
	} else if p.ended != pending {
		m.obey(p)
	}
}

// endCallContext ends a caller's context: the caller leaves.
func (m *model) endCallContext(c *call, how ending) {
	if c.ended != pending {
		return
	}
	c.ended = how
	l := c.on
	switch {
	case l == nil:
		return
	case l.alone:
		m.endLoadContext(l, how)
		return
	}
	l.waiters = slices.DeleteFunc(l.waiters, func(other *call) bool { return other == c })
	last := len(l.waiters) == 0
	if last && m.onKey[l.key] == l {
		delete(m.onKey, l.key)
	}
	if c.how == loadValue {
		m.beginAlone(c)
	} else {
		m.done(c, result{ending: c.ended})
	}
	if last {
		m.endLoadContext(l, canceled)
	}
}

// endLoadContext ends a load's context, and with it those of calls made inside.
func (m *model) endLoadContext(l *modelLoad, how ending) {
	if l.ended != pending || l.over {
		return
	}
	l.ended = how
	switch {
	case l.queued:
		m.refuse(l)
	case l.nested != nil:
		m.endCallContext(l.nested, how)
	default:
		m.obey(l)
	}
}

// obey ends a load whose loader heeds the end of its context.
func (m *model) obey(l *modelLoad) {
	switch {
	case l.over || !l.leader.obedient:
	case l.leader.how == loadValue:
		m.finish(l, result{ending: returned})
	default:
		m.finish(l, result{ending: l.ended})
	}
}
