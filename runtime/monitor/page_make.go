package monitor

import (
	"iter"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

func makeCache(v *view, t *topic, whole bool) any {
	p, _ := pick(v, caches, cacheList.of, t.key)
	now, recent := cacheJSON(p.now), cacheJSON(p.recent)
	d := &cachePage{
		Head: v.head("cache", whole), Subject: t.subjectOf(v, "cache"),
		Figures: &now, Recent: &recent, Settings: &[]pageSetting{}, Series: t.charted(whole),
	}
	for _, e := range entriesOf(t.key) {
		list := settingsJSON(e)
		d.Settings = &list
		break
	}
	if m, ok := find(managers, v.now.Managers, key{name: t.key.manager}); ok {
		d.Store = managerJSON(m).Store
	}
	return d
}

// entriesOf returns the caches that a page calls so, with their managers.
func entriesOf(name key) iter.Seq2[*cache.Manager, *cache.Entry] {
	return func(yield func(*cache.Manager, *cache.Entry) bool) {
		for _, m := range cache.AllManagers() {
			if tidy(first(m.Names())) != name.manager {
				continue
			}
			for _, e := range m.Caches() {
				if tidy(e.Name()) == name.name && !yield(m, e) {
					return
				}
			}
		}
	}
}

// maxLeases is how many leases a page has.
const maxLeases = 50

func makePool(v *view, t *topic, whole bool) any {
	p, _ := pick(v, pools, poolList.of, t.key)
	now, recent, leases := poolJSON(p.now), poolJSON(p.recent), []pageLease{}
	for _, known := range poolsOf(t.key.name) {
		for _, l := range known.Leases() {
			if len(leases) < maxLeases {
				leases = append(leases, pageLease{Since: l.Since, Leaked: l.Leaked, Stack: l.Stack})
			}
		}
	}
	return &poolPage{
		Head: v.head("pool", whole), Subject: t.subjectOf(v, "pool"),
		Figures: &now, Recent: &recent, Leases: &leases, Series: t.charted(whole),
	}
}

// poolsOf returns the pools that a page calls so.
func poolsOf(name string) (list []pool.AnyPool) {
	for _, p := range pool.Pools() {
		if tidy(nameOf(p)) == name {
			list = append(list, p)
		}
	}
	return list
}
