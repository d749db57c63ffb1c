package monitor

import (
	"time"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

// A subject is a page with its parameters.
type subject struct {
	page string // name of a pageKind
	key  key
}

// A topic is what is kept for a page while somebody looks at it.
type topic struct {
	subject
	pageKind
	looks   int
	table   [2]*table // those of the page
	points  *series
	heatmap heatmap
	places  []pagePlace

	known  knower
	latest *view
	gone   bool   // there is nothing of its name any more
	update []byte // what the last look has changed
	all    []byte // the whole document, nil until it is asked for

	clients int
	left    time.Time // when the last client has left
}

// A pageKind makes the documents of a page.
type pageKind struct {
	title string
	// list and list2 fill the tables of the page, if it has any.
	columns [2][]string
	rows    [2]func(*view, *table)
	series  []string // the names of its series, if it has one
	named   bool     // it has parameters
	// look adds to a topic what a view has, and returns false if there is nothing of its
	// name. seed does so with what a monitor has kept. Both may be nil.
	look func(*view, *topic) bool
	seed func(*Monitor, *topic)
	// make returns a pointer to the document, or to an update, whose parts that grow have
	// what the last look has added only.
	make func(v *view, t *topic, whole bool) any
}

// newTopic makes the topic of a subject, and returns nil if there is nothing of its name.
func newTopic(on subject, v *view) *topic {
	t := &topic{subject: on, pageKind: pageKinds[on.page], known: make(knower)}
	t.points = newSeries(t.series)
	for i := range t.table {
		t.table[i] = newTable(t.columns[i])
	}
	if v.monitor != nil && t.seed != nil {
		t.seed(v.monitor, t)
	}
	if !t.see(v, false) {
		return nil
	}
	return t
}

// see takes a view over, and encodes what has changed for those who read along.
func (t *topic) see(v *view, goes bool) bool {
	t.latest, t.all, t.update = v, nil, nil
	t.looks++
	t.points.last, t.heatmap.last = 0, 0
	for i, fill := range t.rows {
		if fill != nil {
			fill(v, t.table[i])
		}
	}
	if t.look != nil && !t.look(v, t) {
		t.gone = true
		return false
	}
	t.gone = false
	if goes {
		t.update, _ = encode(t.make(v, t, false), t.known)
	}
	return true
}

// follow makes known what a document has, before updates begin to say what is new.
func (t *topic) follow() {
	clear(t.known)
	_, _ = encode(t.make(t.latest, t, true), t.known)
}

// inherit takes over the past of a topic that is looked at.
func (t *topic) inherit(live *topic) {
	t.points, t.heatmap = live.points, live.heatmap
	for name, r := range t.table[0].rows {
		if was := live.table[0].rows[name]; was != nil {
			r.spark = was.spark
		}
	}
}

// document returns the whole document.
func (t *topic) document() ([]byte, error) {
	if t.all == nil {
		text, err := encode(t.make(t.latest, t, true), nil)
		if err != nil {
			return nil, err
		}
		t.all = text
	}
	return t.all, nil
}

// tables returns a table as a document or an update has it.
func (t *topic) tabled(i int, whole bool) *pageTable {
	if whole {
		return t.table[i].whole()
	}
	return t.table[i].update()
}

func (t *topic) charted(whole bool) pageSeries {
	if whole {
		return t.points.part(pageKeep)
	}
	return t.points.part(t.points.last)
}

// subjectOf tells what else there is of the name.
func (t *topic) subjectOf(v *view, kind string) *pageSubject {
	s := &pageSubject{Name: t.key.name, Short: short(t.key.name), Kinds: []string{}, Managers: []string{}, Acts: t.acts(kind)}
	if kind == "cache" {
		s.Manager = &t.key.manager
	}
	if kind == "pool" {
		s.Kinds = append(s.Kinds, kind)
		return s
	}
	s.Kinds = append(s.Kinds, newJoiner(&v.now).at(t.key.name).kinds()...)
	for i := range v.now.Caches {
		if v.now.Caches[i].Name == t.key.name {
			s.Managers = append(s.Managers, v.now.Caches[i].Manager)
		}
	}
	return s
}

// acts tells whether actions reach what the topic is about.
func (t *topic) acts(kind string) bool {
	switch kind {
	case "cache":
		for range entriesOf(t.key) {
			return true
		}
		return false
	case "pool":
		return len(poolsOf(t.key.name)) > 0
	default:
		return kind == "function" && t.key.name != Other
	}
}

// treeEvery is at which looks the call tree is read, which costs as much as a look.
const treeEvery = 5

// lookFunction is look for a function.
func lookFunction(v *view, t *topic) bool {
	p, ok := pick(v, functions, func(r *Report) []profile.FuncStats { return r.Functions }, t.key)
	if !ok {
		return false
	}
	if p.stepOK && v.charted() {
		if end, ok := t.points.add(v.step(), functionChart.values(nil, functionPoint(v.step(), p.step))); ok {
			t.heatmap.add(end, v.step(), p.step)
		}
	}
	if t.looks%treeEvery == 1 {
		t.places = placesOf(t.key.name, profile.Tree())
	}
	return true
}

// lookAt is look for what has a series and nothing else.
func lookAt[T, P any](k kind[T], of func(*Report) []T, c chart[P], point func(Span, T) P) func(*view, *topic) bool {
	return func(v *view, t *topic) bool {
		p, ok := pick(v, k, of, t.key)
		if ok && p.stepOK && v.charted() {
			t.points.add(v.step(), c.values(nil, point(v.step(), p.step)))
		}
		return ok
	}
}

func seedOf[P any](c chart[P], of func(*history) shelf[P]) func(*Monitor, *topic) {
	return func(m *Monitor, t *topic) {
		m.mu.Lock()
		defer m.mu.Unlock()
		seed(t.points, c, of(&m.history).points(t.key))
	}
}
