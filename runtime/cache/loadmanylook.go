package cache

import (
	"sync"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
)

// look finds results that there are elsewhere, and leaves the loads that are to be made.
func (p *party[K, V]) look() {
	p.keep(func(x *passenger[K, V]) bool {
		stocked := p.s.stocked(x.f, &x.e.Item)
		if stocked {
			p.land(x)
		}
		return !stocked
	})
	if member := p.s.member(); member != nil && len(p.all) > 0 {
		p.ask(member)
		p.lease()
	}
}

// keep leaves the loads for which it is told to.
func (p *party[K, V]) keep(stays func(*passenger[K, V]) bool) {
	rest := make([]*passenger[K, V], 0, len(p.all))
	for _, x := range p.all {
		if stays(x) {
			rest = append(rest, x)
		}
	}
	p.all = rest
}

// ask asks the store for all at once.
func (p *party[K, V]) ask(member *membership) {
	queries := make([]tier.Query, len(p.all))
	for i, x := range p.all {
		queries[i] = p.s.query(x.f, &x.e.Item, member)
		queries[i].Waits = func() { p.part(x) }
	}
	glances := member.Glances(p.ctx, queries)
	at := 0
	p.keep(func(x *passenger[K, V]) bool {
		g, far := glances[at], metaOf(&x.e.Item).far
		at++
		a := g.Answer()
		if far.memory = a.Memory; !a.OK {
			far.glance = g
			return true
		}
		if !p.s.use(&x.e.Item, a.Value) {
			far.unread = a.ID
			return true
		}
		p.s.found(x.f, &x.e.Item)
		p.land(x)
		return false
	})
}

// lease takes the right to load each of the rest. Those that another process is loading
// are left to themselves: two processes could have what the other one waits for.
func (p *party[K, V]) lease() {
	var arrived sync.WaitGroup
	for _, x := range p.all {
		arrived.Add(1)
		x.arrive = sync.OnceFunc(arrived.Done)
		p.others.Go(func() { p.search(x) })
	}
	arrived.Wait()
	p.keep(func(x *passenger[K, V]) bool { return x.ready })
}

// part lets the others go on without a load. It is called in that one's goroutine.
func (p *party[K, V]) part(x *passenger[K, V]) {
	x.alone = true
	p.unwatch(x)
	x.arrive()
}

// search makes a load ready, unless there is a result after all, or it is left to itself.
func (p *party[K, V]) search(x *passenger[K, V]) {
	defer x.arrive()
	returned := false
	defer func() {
		if !returned {
			panicked := notReturned(recover())
			p.unwatch(x)
			x.conclude(p.s, nil, panicked)
		}
	}()
	lease, found := p.find(x)
	returned = true
	switch {
	case x.alone:
		p.goOn(x, lease, found)
	case found:
		p.s.found(x.f, &x.e.Item)
		p.land(x)
	default:
		x.lease, x.ready = lease, true
	}
}

// find does what is left of fetch. A value that cannot be read parts the load from the
// others, as more questions follow.
func (p *party[K, V]) find(x *passenger[K, V]) (lease *tier.Lease, found bool) {
	it := &x.e.Item
	far := metaOf(it).far
	g := far.glance
	if far.glance = nil; g == nil {
		p.part(x)
		return p.s.fetch(x.f, it)
	}
	a := g.Fetch(x.f)
	if far.memory = a.Memory; !a.OK {
		p.s.absent(x.f, a)
		return a.Lease, false
	}
	if p.s.use(it, a.Value) {
		return nil, true
	}
	far.unread = a.ID
	p.part(x)
	return p.s.fetch(x.f, it)
}

// goOn is what becomes of a load that is left to itself.
func (p *party[K, V]) goOn(x *passenger[K, V], lease *tier.Lease, found bool) {
	defer p.s.landed(x.f, &x.e.Item)
	defer x.f.Land()
	if found {
		p.s.found(x.f, &x.e.Item)
		return
	}
	p.c.flyLeased(p.s, x.e, x.f, p.one, lease)
}
