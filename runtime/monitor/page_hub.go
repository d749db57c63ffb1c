package monitor

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
	"weak"
)

// Bounds of what a handler keeps and does.
const (
	maxPageClients = 64
	pageGrace      = 30 * time.Second // that what is kept for a page outlives its last client
	pageWindow     = time.Minute      // of recent figures
	pageBases      = 10 * time.Second // between two reports that recent figures begin with
)

var (
	errTooManyClients = errors.New("too many live pages are open: close some of them, or ask for the JSON")
	errNoSuchPage     = errors.New("there is no such page")
	errNoSuchName     = errors.New("there is nothing of that name")
)

// pages is what the pages of one handler share. It looks at the process while there are
// clients, who take turns: the first one that finds a look due takes it for all. So there
// is no goroutine beside those of their requests.
type pages struct {
	every              time.Duration
	actions, arguments bool

	limiter *Limiter

	mu      sync.Mutex
	clients int
	topics  map[subject]*topic
	view    *view      // of the last look, nil if there was none
	last    [2]*Report // of the last two looks that charts have, the latest first; nil if there were none
	bases   []Report   // the oldest first
	due     time.Time
	forget  *time.Timer // runs while there are no clients

	// servers has channels that are closed when a server shuts down. It keeps none of them
	// alive, as one that is closed at once tells nobody.
	servers map[weak.Pointer[http.Server]]chan struct{}
}

// look takes a report for all. mu is held.
func (p *pages) look() {
	v := p.newView()
	p.view, p.due = v, v.now.Time.Add(p.every)
	if !v.extra {
		now := v.now // a copy, or each view would keep the one before it, and so all
		p.last = [2]*Report{&now, p.last[0]}
	}
	if n := len(p.bases); n == 0 || v.now.Time.Sub(p.bases[n-1].Time) >= pageBases {
		p.bases = append(p.bases, v.now)
		// The first one stays as long as the next one is not old enough.
		for len(p.bases) > 1 && v.now.Time.Sub(p.bases[1].Time) >= pageWindow {
			p.bases = slices.Delete(p.bases, 0, 1)
		}
	}
	maps.DeleteFunc(p.topics, func(_ subject, t *topic) bool {
		return t.clients == 0 && v.now.Time.Sub(t.left) > pageGrace
	})
	for _, t := range p.topics {
		t.see(v, t.clients > 0)
	}
}

// newView takes a report. mu is held.
func (p *pages) newView() *view {
	v := &view{pages: p, monitor: running.latest(), now: sorted(p.limiter.Limit(Snapshot()))}
	if len(p.bases) == 0 && v.monitor != nil {
		p.bases = v.monitor.reportsSince(v.now.Time.Add(-pageWindow - pageBases))
		for _, r := range p.bases {
			p.last = [2]*Report{&r, p.last[0]}
		}
	}
	if len(p.bases) > 0 {
		base := p.bases[0]
		v.base = &base
	}
	if v.before = p.last[0]; v.before != nil && v.now.Time.Sub(v.before.Time) < p.every/2 {
		v.before, v.extra = p.last[1], true
	}
	v.rows = v.now.names()
	return v
}

// reportsSince returns the reports that a monitor still has of the time after t.
func (m *Monitor) reportsSince(t time.Time) (list []Report) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.recent {
		r.Managers, r.Caches, r.Pools = slices.Clone(r.Managers), slices.Clone(r.Caches), slices.Clone(r.Pools)
		r.Processors, r.Loaders, r.Functions = slices.Clone(r.Processors), slices.Clone(r.Loaders), slices.Clone(r.Functions)
		if !r.Time.Before(t) {
			list = append(list, sorted(r))
		}
	}
	return list
}

// check returns an error if there is no such page.
func (on subject) check() error {
	if _, ok := pageKinds[on.page]; !ok {
		return errNoSuchPage
	}
	return nil
}

// join makes a topic have one more client.
func (p *pages) join(on subject) (*topic, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.admit(on)
}

// admit is join when mu is held.
func (p *pages) admit(on subject) (*topic, error) {
	if p.clients >= maxPageClients {
		return nil, errTooManyClients
	}
	if p.forget != nil {
		p.forget.Stop() // or it has run off already, and sees that it is not wanted
		p.forget = nil
	}
	stale := p.view == nil || !time.Now().Before(p.due)
	if stale {
		p.look()
	}
	t := p.topics[on]
	if t == nil || t.gone {
		if t = newTopic(on, p.view); t == nil && !stale { // it may have just been made
			p.look()
			t = newTopic(on, p.view)
		}
		if t == nil {
			p.rest()
			return nil, errNoSuchName
		}
		p.topics[on] = t
	}
	if t.clients == 0 {
		t.follow()
	}
	t.clients++
	p.clients++
	return t, nil
}

func (p *pages) leave(t *topic) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t.clients--
	t.left = time.Now()
	p.clients--
	p.rest()
}

// rest lets everything be forgotten a while after the last client has left. mu is held.
func (p *pages) rest() {
	if p.clients > 0 || p.forget != nil {
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(pageGrace, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.forget == timer {
			p.view, p.bases, p.last, p.forget = nil, nil, [2]*Report{}, nil
			clear(p.topics)
		}
	})
	p.forget = timer
}

// next returns what a client that has seen the looks of a topic up to one has to be told:
// what the next one has changed, or all if it has missed one. It takes a look if that is
// due.
func (p *pages) next(t *topic, seen int) (m message, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !time.Now().Before(p.due) {
		p.look()
	}
	m = message{looks: t.looks, due: p.due}
	switch {
	case t.gone:
		m.event = "gone"
	case seen == t.looks:
	case seen == t.looks-1 && t.update != nil:
		m.event, m.text = "update", t.update
	default:
		m.event = "document"
		m.text, err = t.document()
	}
	return m, err
}

// A message is what next returns. Without an event there is nothing to tell.
type message struct {
	event string
	text  []byte
	looks int
	due   time.Time // of the next look
}

// document makes a document of now, which no other page takes notice of.
func (p *pages) document(on subject) ([]byte, error) {
	if err := on.check(); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	before, bases, last := p.view, p.bases, p.last
	v := p.newView()
	p.bases, p.last = bases, last
	t := newTopic(on, v)
	if t == nil {
		return nil, errNoSuchName
	}
	if live := p.topics[on]; live != nil && before != nil {
		t.inherit(live)
	}
	return t.document()
}
