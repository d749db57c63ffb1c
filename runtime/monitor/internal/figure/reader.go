package figure

import (
	"strconv"
	"strings"
	"sync"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// A Reader reads all figures again and again, with a bounded number of names, and with
// counts that never fall. A count would fall where several things share a name and one of
// them is gone; other systems would take that for a new beginning, and the whole count
// for what has happened since. It is safe for concurrent use.
type Reader struct {
	limiter *monitor.Limiter
	figures []Figure

	mu     sync.Mutex
	counts map[string]counted
}

// counted is what was read of a count before, and what is to be added to it.
type counted struct{ last, carried int64 }

// A Reading is a figure with its samples.
type Reading struct {
	*Figure
	Samples []Sample
}

// NewReader makes a reader for at most that many names of each kind.
func NewReader(maxNames int) *Reader {
	return &Reader{limiter: monitor.NewLimiter(maxNames), figures: All()}
}

// Figures returns the figures that Read reads, in the same order.
func (r *Reader) Figures() []Figure { return r.figures }

// Read returns the figures, and the report that they are from.
func (r *Reader) Read() ([]Reading, monitor.Report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	report := r.limiter.Limit(monitor.Snapshot())
	return r.from(report), report
}

func (r *Reader) from(report monitor.Report) []Reading {
	all := make([]Reading, len(r.figures))
	counts := make(map[string]counted, len(r.counts))
	for i := range r.figures {
		f := &r.figures[i]
		all[i] = Reading{f, f.read(report)}
		if f.Gauge {
			continue
		}
		for j := range all[i].Samples {
			s := &all[i].Samples[j]
			name := strconv.Itoa(i) + "\x00" + strings.Join(s.Labels, "\x00")
			c := r.counts[name]
			c.carried += max(c.last-s.Value, 0)
			c.last = s.Value
			counts[name] = c
			s.Value += c.carried
		}
	}
	r.counts = counts // without those of what is gone
	return all
}
