package profile

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

// Reset forgets all calls of all probes: those that ended, and those under way,
// which are not recorded when they end; what is called within these stands at the top
// of the new call tree. Probes and their settings stay. It is for tests and for
// measuring by intervals.
func Reset() {
	for _, p := range probes.all() {
		for i := range p.stripes {
			// A call under way goes on recording into its old stripe, unseen.
			p.stripes[i].Store(nil)
		}
		p.root.Store(nil)
		p.ring.Store(nil)
	}
	trees.nodes.Store(0)
}

// probes are those of the process.
var probes registry

// A registry finds probes by name. Its zero value is empty.
type registry struct {
	byName  sync.Map // string to *Probe
	regions atomic.Int64
}

// probe returns the probe called name, and whether there was none before.
func (r *registry) probe(name string) (p *Probe, made bool) {
	if old, ok := r.byName.Load(name); ok {
		return old.(*Probe), false
	}
	fresh := newProbe(name)
	entry, loaded := r.byName.LoadOrStore(name, fresh)
	if !loaded {
		fresh.apply() // what was switched before all could see the probe
	}
	return entry.(*Probe), !loaded
}

// region returns the probe called name, or the one that stands for all further
// names once Region has brought up maxRegions of them. While nothing is recorded it
// makes none.
func (r *registry) region(name string) *Probe {
	if p, ok := r.byName.Load(name); ok {
		return p.(*Probe)
	}
	if !Enabled() {
		return nil
	}
	if r.regions.Add(1) > maxRegions {
		r.regions.Add(-1)
		p, _ := r.probe(otherRegions)
		return p
	}
	p, made := r.probe(name)
	if !made {
		r.regions.Add(-1) // someone else brought the name up at the same time
	}
	return p
}

// all returns the probes sorted by name.
func (r *registry) all() []*Probe {
	var list []*Probe
	for _, p := range r.byName.Range {
		list = append(list, p.(*Probe))
	}
	slices.SortFunc(list, func(a, b *Probe) int { return cmp.Compare(a.name, b.name) })
	return list
}
