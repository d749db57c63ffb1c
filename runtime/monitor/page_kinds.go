package monitor

import (
	"strings"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// pageKinds are the pages by name.
var pageKinds map[string]pageKind

func init() { // not an initialiser, because pages refer to it
	pageKinds = map[string]pageKind{
		"overview": {
			title: "Functions", columns: [2][]string{functionColumns}, rows: [2]func(*view, *table){functionRows},
			seed: func(m *Monitor, t *topic) { t.table[0].past = m.sparks },
			make: func(v *view, t *topic, whole bool) any {
				return &overviewPage{Head: v.head("overview", whole), Functions: t.tabled(0, whole)}
			},
		},
		"function": {
			title: "Function", named: true, series: functionChart.names, look: lookFunction, make: makeFunction,
			seed: seedOf(functionChart, func(h *history) shelf[FunctionPoint] { return h.functions }),
		},
		"caches": {
			title: "Caches", columns: [2][]string{cacheColumns}, rows: [2]func(*view, *table){cacheList.rows},
			make: func(v *view, t *topic, whole bool) any {
				list := each(v.now.Managers, managerJSON)
				return &cachesPage{Head: v.head("caches", whole), Managers: &list, Caches: t.tabled(0, whole)}
			},
		},
		"cache": {
			title: "Cache", named: true, series: cacheChart.names, look: lookAt(caches, cacheList.of, cacheChart, cachePoint), make: makeCache,
			seed: seedOf(cacheChart, func(h *history) shelf[CachePoint] { return h.caches }),
		},
		"pools": {
			title: "Pools", columns: [2][]string{poolColumns}, rows: [2]func(*view, *table){poolList.rows},
			make: func(v *view, t *topic, whole bool) any {
				return &poolsPage{Head: v.head("pools", whole), Pools: t.tabled(0, whole)}
			},
		},
		"pool": {
			title: "Pool", named: true, series: poolChart.names, look: lookAt(pools, poolList.of, poolChart, poolPoint), make: makePool,
			seed: seedOf(poolChart, func(h *history) shelf[PoolPoint] { return h.pools }),
		},
		"batches": {
			title: "Batches and loaders", columns: [2][]string{processorColumns, loaderColumns},
			rows: [2]func(*view, *table){processorList.rows, loaderList.rows},
			make: func(v *view, t *topic, whole bool) any {
				return &batchesPage{Head: v.head("batches", whole), Processors: t.tabled(0, whole), Loaders: t.tabled(1, whole)}
			},
		},
		"batch": {
			title: "Batch processor", named: true, series: processorChart.names, make: makeBatch,
			look: lookAt(processors, processorList.of, processorChart, processorPoint),
			seed: seedOf(processorChart, func(h *history) shelf[ProcessorPoint] { return h.processors }),
		},
		"loader": {
			title: "Loader", named: true, series: loaderChart.names, look: lookAt(loaders, loaderList.of, loaderChart, loaderPoint), make: makeLoader,
			seed: seedOf(loaderChart, func(h *history) shelf[LoaderPoint] { return h.loaders }),
		},
		"alerts": {title: "Alerts", make: makeAlerts},
	}
}

func makeBatch(v *view, t *topic, whole bool) any {
	p, _ := pick(v, processors, processorList.of, t.key)
	document := func(s batch.ProcessorStats) *processorDocument { d := processorDocument(s); return &d }
	return &batchPage{
		Head: v.head("batch", whole), Subject: t.subjectOf(v, "batch"),
		Figures: document(p.now), Recent: document(p.recent), Series: t.charted(whole),
	}
}

func makeLoader(v *view, t *topic, whole bool) any {
	p, _ := pick(v, loaders, loaderList.of, t.key)
	document := func(s batch.LoaderStats) *loaderDocument { d := loaderDocument(s); return &d }
	return &loaderPage{
		Head: v.head("loader", whole), Subject: t.subjectOf(v, "loader"),
		Figures: document(p.now), Recent: document(p.recent), Series: t.charted(whole),
	}
}

func makeAlerts(v *view, _ *topic, whole bool) any {
	alerts, events := []pageAlert{}, []pageEvent{}
	if m := v.monitor; m != nil {
		raised := make(map[string]int)
		for _, e := range m.Raised() {
			raised[e.Alert]++
		}
		for _, a := range m.watchedAlerts() {
			alerts = append(alerts, pageAlert{Name: a.Name, For: a.For, Window: a.Window, MinSamples: a.MinSamples, Raised: raised[a.Name]})
		}
		events = each(m.lastEvents(), eventJSON)
	}
	return &alertsPage{Head: v.head("alerts", whole), Alerts: &alerts, Events: &events}
}

func eventJSON(e Event) pageEvent {
	return pageEvent{
		Alert: e.Alert, Kind: e.Kind, Manager: e.Manager, Name: e.Name, Short: short(e.Name), Value: e.Value, Limit: e.Limit,
		Samples: e.Samples, Raised: e.Raised, Gone: e.Gone, Time: e.Time, Began: e.Began,
	}
}

func makeFunction(v *view, t *topic, whole bool) any {
	p, _ := pick(v, functions, func(r *Report) []profile.FuncStats { return r.Functions }, t.key)
	recorded := p.now.Mode == profile.On || p.now.Mode == profile.Usual && profile.Enabled()
	d := &functionPage{
		Head: v.head("function", whole), Subject: t.subjectOf(v, "function"),
		Figures: figuresJSON(p.now), Recent: figuresJSON(p.recent), Recording: strings.ToLower(p.now.Mode.String()), Recorded: &recorded,
		Objectives: promisesJSON(p.now.Objectives, p.recent), Series: t.charted(whole), Places: &t.places, Slow: slowJSON(p.now, v.pages.arguments),
	}
	intervals := each(p.now.Intervals(), func(i profile.Interval) pageInterval { return pageInterval(i) })
	d.Distribution, d.Heatmap = &intervals, t.heatmap.update()
	if whole {
		d.Heatmap = t.heatmap.whole()
	}
	return d
}

func figuresJSON(f profile.FuncStats) *functionFigures {
	return &functionFigures{
		Calls: f.Calls, Errors: f.Errors, Panics: f.Panics, InFlight: f.InFlight, Timed: f.Timed, Sample: f.Sample,
		Total: f.Total, Min: f.Min, Mean: f.Mean(), Max: f.Max,
		P50: f.Quantile(0.5), P90: f.Quantile(0.9), P95: f.Quantile(0.95), P99: f.Quantile(0.99), P999: f.Quantile(0.999),
	}
}

// slowJSON leaves arguments out unless they were asked for.
func slowJSON(f profile.FuncStats, arguments bool) *pageSlow {
	slow := &pageSlow{Threshold: f.SlowThreshold, Count: f.SlowCalls, Last: []pageSlowCall{}}
	for _, c := range f.Slow {
		call := pageSlowCall{Start: c.Start, Duration: c.Duration, Error: c.Error, Panicked: c.Panicked}
		if arguments {
			call.Args = each(c.Args, func(a profile.Arg) pageArg { return pageArg(a) })
		}
		slow.Last = append(slow.Last, call)
	}
	return slow
}
