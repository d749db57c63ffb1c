package cache

import (
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// record is a result that LoadFrom has read. Only its text is known of its key, so
// that it waits for a load of the key.
type record struct {
	// stored is when it was stored, by the clock of this process.
	stored int64
	// ttl is its own time to live, 0 for that of the rules.
	ttl, took int64
	bytes     []byte
}

// recordOverhead is about what a record takes up in a stock beside its text and bytes.
const recordOverhead = 128

func (r record) weight(text string) int64 { return int64(len(text)+len(r.bytes)) + recordOverhead }

// end returns when a record is too old by some rules, never for one that does not
// expire.
func (r record) end(by *rules) int64 {
	life := by.ttl
	if r.ttl > 0 {
		life = r.ttl
	}
	if life == int64(Forever) || r.stored > math.MaxInt64-life {
		return math.MaxInt64
	}
	return r.stored + life
}

// over reports whether a record is too old now.
func (r record) over(by *rules, now int64) bool { return by.worn || r.end(by) <= now }

// stock is the records that wait.
type stock struct {
	// n is their number.
	n atomic.Int64

	mu      sync.Mutex
	records map[string]record
	weight  int64
	// order has their texts, those first that are too old first. Some of the records
	// may be gone.
	order []string
}

// room is how much a stock may hold.
type room struct {
	records int // negative for any number
	weight  int64
}

// put adds a record, unless there is a younger one of its key, no room, or its key was
// changed since LoadFrom began.
func (st *stock) put(text string, r record, most room, f *fence) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	// With the lock held: who changes the key notes it first, and removes it then.
	if f.crossedText(text, true) {
		return false
	}
	old, again := st.records[text]
	more := r.weight(text)
	if again {
		more -= old.weight(text)
	}
	switch {
	case again && old.stored > r.stored, st.weight+more > most.weight:
		return false
	case !again && most.records >= 0 && len(st.records) >= most.records:
		return false
	}
	if st.records == nil {
		st.records = make(map[string]record)
	}
	st.records[text] = r
	st.weight += more
	st.n.Store(int64(len(st.records)))
	return true
}

// arrange puts the records in order when no more come.
func (st *stock) arrange(by *rules) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.order = make([]string, 0, len(st.records))
	for text := range st.records {
		st.order = append(st.order, text)
	}
	slices.SortFunc(st.order, func(a, b string) int {
		if x, y := st.records[a].end(by), st.records[b].end(by); x != y {
			if x < y {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
}

// take removes the record of a key, and returns it unless it is too old. Others that
// are go too, unless a test makes them so: it may end before anybody asks for them.
func (st *stock) take(text string, by *rules) (record, bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	now := clock.Exact()
	for len(st.order) > 0 {
		r, ok := st.records[st.order[0]]
		if ok && r.end(by) > now {
			break
		}
		st.remove(st.order[0])
		st.order = st.order[1:]
	}
	r, ok := st.records[text]
	st.remove(text)
	return r, ok && !r.over(by, now)
}

func (st *stock) drop(text string) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.remove(text)
}

func (st *stock) dropMatching(match func(text string) bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	for text := range st.records {
		if match(text) {
			st.remove(text)
		}
	}
}

func (st *stock) clear() { st.dropMatching(func(string) bool { return true }) }

// remove takes a record away, and frees what is left with the last one.
func (st *stock) remove(text string) {
	r, ok := st.records[text]
	if !ok {
		return
	}
	delete(st.records, text)
	st.weight -= r.weight(text)
	if st.n.Store(int64(len(st.records))); len(st.records) == 0 {
		st.records, st.order = nil, nil
	}
}

// all returns the records that are not too old.
func (st *stock) all(by *rules) map[string]record {
	st.mu.Lock()
	defer st.mu.Unlock()
	now, found := clock.Exact(), make(map[string]record, len(st.records))
	for text, r := range st.records {
		if !r.over(by, now) {
			found[text] = r
		}
	}
	return found
}

// has returns how long ago the record of a key was stored, and false if there is none
// that could be used.
func (st *stock) has(text string, by *rules) (age time.Duration, ok bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	r, ok := st.records[text]
	now := clock.Exact()
	return time.Duration(now - r.stored), ok && !r.over(by, now)
}

// stocks reports whether there are results that were read by LoadFrom.
func (s *state) stocks() bool {
	in := s.intake.Load()
	return in != nil && in.stock.n.Load() > 0
}

// stocked ends a load whose result was read by LoadFrom, and reports whether it was.
func (s *state) stocked(f *flight.Flight, it *engine.Item) bool {
	in, m := s.intake.Load(), metaOf(it)
	if in == nil || in.stock.n.Load() == 0 || m.background || m.far != nil && m.far.forced {
		return false // what is loaded anew overtakes it
	}
	text, _ := s.home.text(it)
	r, ok := in.stock.take(text, s.rules.Load())
	if !ok || !s.trusted(m) {
		return false
	}
	if err := s.home.rich.carrier.read(r.bytes, it); err != nil {
		s.unread(err)
		return false
	}
	if m.far == nil {
		m.far = &far{memory: Forever}
	}
	m.far.stored, m.far.saved = true, true
	m.stored, m.ttl, m.took = r.stored, r.ttl, r.took
	s.weigh(it)
	s.found(f, it)
	return true
}

// trusted reports whether what LoadFrom has read may be used for an entry. Who uses a
// store asks that, and what has tags may have been invalidated by them: in both cases
// while nobody here could hear of it.
func (s *state) trusted(m *meta) bool {
	return s.member() == nil && (m.far == nil || len(m.far.names()) == 0)
}
