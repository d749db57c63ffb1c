package monitor

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
)

// A view is what pages are made of: how everything stands, and how it stood earlier.
// Each list of its reports is sorted, and has a name once.
type view struct {
	now    Report
	before *Report // of the look before, nil if there was none
	base   *Report // of about a minute ago, or of the first look; nil if there was none
	// extra says that this look is too close to the one before to tell rates, so that
	// before is an older one, and that charts leave it to the next look.
	extra bool

	pages   *pages
	monitor *Monitor // the one that runs, or nil

	rows []string // names of the rows of the overview, in order
}

// recent returns how long the time is that recent figures are of.
func (v *view) recent() time.Duration {
	if v.base == nil {
		return 0
	}
	return v.now.Time.Sub(v.base.Time)
}

// charted tells whether charts have a point of the time since the look before.
func (v *view) charted() bool { return !v.extra && v.step().Length > 0 }

// step returns the time since the look before.
func (v *view) step() Span {
	s := Span{End: v.now.Time}
	if v.before != nil {
		s.Length = v.now.Time.Sub(v.before.Time)
	}
	return s
}

// head returns the head of a document, or of an update.
func (v *view) head(page string, whole bool) pageHead {
	raised := []pageEvent{}
	if v.monitor != nil {
		raised = each(v.monitor.Raised(), eventJSON)
	}
	h := pageHead{Time: v.now.Time, Recent: v.recent(), Watching: v.monitor != nil, Counts: v.counts(), Raised: &raised}
	h.Counts.Raised = len(raised)
	if !whole {
		return h
	}
	h.Version, h.Page, h.Interval, h.Keep, h.Process = pageVersion, page, v.pages.every, pageKeep, thisProcess()
	h.Actions, h.Args = &v.pages.actions, &v.pages.arguments
	return h
}

func (v *view) counts() pageCounts {
	return pageCounts{
		Overview: len(v.rows), Functions: len(v.now.Functions), Caches: len(v.now.Caches), Pools: len(v.now.Pools),
		Processors: len(v.now.Processors), Loaders: len(v.now.Loaders),
	}
}

// A picked is one element in a view.
type picked[T any] struct {
	now    T
	recent T // what was counted in the last minute
	step   T // what was counted since the look before
	stepOK bool
}

// pick finds an element.
func pick[T any](v *view, k kind[T], of func(*Report) []T, name key) (p picked[T], ok bool) {
	if p.now, ok = find(k, of(&v.now), name); !ok {
		return p, false
	}
	p.recent, _ = k.since(p.now, p.now)
	if v.base != nil {
		if d, ok := k.since(p.now, earlier(k, of(v.base), p.now)); ok {
			p.recent = d
		}
	}
	if v.before != nil {
		p.step, p.stepOK = k.since(p.now, earlier(k, of(v.before), p.now))
	}
	return p, true
}

// earlier returns how an element stood in an earlier report.
func earlier[T any](k kind[T], list []T, now T) T {
	c := newCursor(k, list)
	if e, ok := find(k, list, k.key(now)); ok {
		return e
	}
	return *c.missing(&now)
}

func find[T any](k kind[T], list []T, name key) (e T, ok bool) {
	i, ok := slices.BinarySearchFunc(list, name, func(e T, name key) int { return k.key(e).compare(name) })
	if ok {
		e = list[i]
	}
	return e, ok
}

// A cursor finds the elements of a sorted list that another sorted list asks for.
type cursor[T any] struct {
	kind   kind[T]
	list   []T
	folded bool // a Limiter has summed some of it up
}

func newCursor[T any](k kind[T], list []T) cursor[T] {
	var zero T
	_, folded := find(k, list, k.key(k.named(zero, other)))
	return cursor[T]{k, list, folded}
}

// at returns the element of a name, or nil. Names must be asked for in their order.
func (c *cursor[T]) at(name key) *T {
	for len(c.list) > 0 {
		switch c.kind.key(c.list[0]).compare(name) {
		case -1:
			c.list = c.list[1:]
		case 0:
			return &c.list[0]
		default:
			return nil
		}
	}
	return nil
}

// earlier returns how an element of a later report stood, nil if that is.
func (c *cursor[T]) earlier(now *T) *T {
	if now == nil {
		return nil
	}
	if e := c.at(c.kind.key(*now)); e != nil {
		return e
	}
	return c.missing(now)
}

// missing is earlier for what is not in the list: it had counted nothing, unless it may
// be among what was summed up. In that case nothing is known, and it counts from now on.
func (c *cursor[T]) missing(now *T) *T {
	if c.folded {
		return now
	}
	return new(T)
}

// sorted returns a limited report with its lists in order: names that were cut, and what
// is summed up as others, may stand elsewhere.
func sorted(r Report) Report {
	sortBy(r.Managers, managers)
	sortBy(r.Caches, caches)
	sortBy(r.Processors, processors)
	sortBy(r.Loaders, loaders)
	sortBy(r.Pools, pools)
	sortBy(r.Functions, functions)
	return r
}

// short returns the part of a name that tells it from others in most programs: package
// and function. Names of regions that are not like those of functions stay.
func short(name string) string {
	typed := name
	if i := strings.IndexByte(typed, '['); i >= 0 {
		typed = typed[:i] // type arguments have paths of their own
	}
	slash := strings.LastIndexByte(typed, '/')
	if slash < 0 || slash == len(name)-1 || strings.ContainsAny(typed, " \t\n") {
		return name
	}
	if last := typed[slash+1:]; len(last) > 1 && last[0] == 'v' && last[1] >= '0' && last[1] <= '9' {
		slash = strings.LastIndexByte(typed[:slash], '/') // store/v2.Get
	}
	return name[slash+1:]
}

// started is when the package was initialised, which is when the process was started,
// but for some milliseconds.
var started = time.Now()

// thisProcess describes the process.
var thisProcess = sync.OnceValue(func() *pageProcess {
	p := &pageProcess{PID: os.Getpid(), Go: runtime.Version(), Started: started}
	if len(os.Args) > 0 {
		p.Command = filepath.Base(os.Args[0])
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return p
	}
	p.Module, p.Release = info.Main.Path, info.Main.Version
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			p.Revision = s.Value
		case "vcs.modified":
			p.Modified = s.Value == "true"
		}
	}
	return p
})
