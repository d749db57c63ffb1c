package tier

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// maxDebts bounds the keys and tags that are owed one by one, and the rules.
const maxDebts = 10_000

// debt is a change that the store has not carried out: the removal of a key of a
// function, the new version of a tag, or a rule.
type debt struct {
	function, key string
	tag           string
	rule          store.Rule
}

func (d debt) isRule() bool { return d.key == "" && d.tag == "" }

// owed is a debt's state.
type owed struct {
	// times is how often it must be made good: twice if what it removes may be
	// written late.
	times int
	// added tells a debt apart from the same one that was made again.
	added uint64
	// from is when it may be made good.
	from time.Time
}

// debts are the changes of this process that the store has not carried out.
type debts struct {
	// count is read without the lock by those who find that nothing is owed.
	count atomic.Int64

	mu    sync.Mutex
	all   map[debt]*owed
	rules map[store.Rule]bool // those of all that are rules
	added uint64
	// running says that they are being retried.
	running bool
	urgent  chan struct{}
}

func (o *debts) init() {
	o.all, o.rules = map[debt]*owed{}, map[store.Rule]bool{}
	o.urgent = make(chan struct{}, 1)
}

// cover reports whether a change is owed that is about a value.
func (o *debts) cover(function, text, key string, tags []string) bool {
	if o.count.Load() == 0 {
		return false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, ok := o.all[debt{function: function, key: key}]; ok {
		return true
	}
	for _, tag := range tags {
		if _, ok := o.all[debt{tag: tag}]; ok {
			return true
		}
	}
	for rule := range o.rules {
		if Matches(rule, function, text) {
			return true
		}
	}
	return false
}

// add notes a debt and sees to it that it is made good. late says that the store may
// still do what the debt is to undo.
func (o *debts) add(l *Link, d debt, late bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.insert(d, late)
	if len(o.all) > maxDebts {
		o.fold(d)
	}
	o.count.Store(int64(len(o.all)))
	if o.running {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed.Load() {
		o.running = true
		l.loops.Add(1)
		go l.repay()
	}
}

func (o *debts) insert(d debt, late bool) {
	o.added++
	one := o.all[d]
	if one == nil {
		one = &owed{times: 1}
		o.all[d] = one
	}
	one.added = o.added
	if late {
		one.times = 2
	}
	if d.isRule() {
		o.rules[d.rule] = true
	}
}

// fold replaces debts, which are too many, by a rule that does more: of the last one's
// function, or of everything if that is not enough.
func (o *debts) fold(last debt) {
	late := false
	rule := store.Rule{Function: last.function}
	for d, one := range o.all {
		if d.key != "" && d.function == last.function && last.key != "" {
			late = late || one.times > 1
			delete(o.all, d)
		}
	}
	if len(o.all) > maxDebts/2 {
		clear(o.all)
		clear(o.rules)
		rule, late = store.Rule{}, true
	}
	o.insert(debt{rule: rule}, late)
}

// hurry has debts retried at once.
func (o *debts) hurry() {
	select {
	case o.urgent <- struct{}{}:
	default:
	}
}

// due is what may be made good now.
type due struct {
	keys, tags []debt
	rules      []debt
	added      uint64
}

func (o *debts) due() (d due) {
	now := time.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	for one, state := range o.all {
		switch {
		case now.Before(state.from):
		case one.key != "":
			d.keys = append(d.keys, one)
		case one.tag != "":
			d.tags = append(d.tags, one)
		default:
			d.rules = append(d.rules, one)
		}
	}
	d.added = o.added
	return d
}

// paid notes that debts were made good that were owed when added was the last. again
// is when those that may come late are due again.
func (o *debts) paid(debts []debt, added uint64, again time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, d := range debts {
		one := o.all[d]
		switch {
		case one == nil || one.added > added:
		case one.times > 1:
			one.times, one.from = one.times-1, again
		default:
			delete(o.all, d)
			if d.isRule() {
				delete(o.rules, d.rule)
			}
		}
	}
	o.count.Store(int64(len(o.all)))
}

// rest ends the retrying if nothing is owed.
func (o *debts) rest() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.all) == 0 {
		o.running = false
	}
	return !o.running
}
