package tier

import (
	"context"
	"time"
)

// batch bounds the keys or tags of one operation.
const batch = 500

// repay retries what is owed until nothing is, or the link is closed.
func (l *Link) repay() {
	defer l.loops.Done()
	var pause time.Duration
	for !l.debts.rest() {
		pause = longer(pause)
		l.nap(jittered(pause))
		if l.life.Err() != nil {
			l.repayLast()
			return
		}
		if l.repayDue(l.life) {
			pause = 0
		}
	}
}

// nap waits, at most until the store is back or the link is closed.
func (l *Link) nap(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.debts.urgent:
	case <-l.life.Done():
	}
}

// repayLast is the last try.
func (l *Link) repayLast() {
	l.repayDue(context.Background())
	if n := l.debts.count.Load(); n > 0 {
		l.log().Warn("cache: closed before all changes had reached the store", "changes", n)
	}
}

// repayDue tries what is due once, and reports whether nothing has failed. After a
// failure it tries nothing else.
func (l *Link) repayDue(ctx context.Context) bool {
	d := l.debts.due()
	return l.repayParts(d.keys, d.added, func(part []debt) error {
		return l.remove(ctx, retries, names(part))
	}) && l.repayParts(d.tags, d.added, func(part []debt) error {
		return l.bump(ctx, retries, names(part))
	}) && l.repayRules(ctx, d)
}

func (l *Link) repayParts(all []debt, added uint64, pay func([]debt) error) bool {
	for len(all) > 0 {
		part := all[:min(len(all), batch)]
		all = all[len(part):]
		if pay(part) != nil {
			return false
		}
		l.paid(part, added)
	}
	return true
}

func (l *Link) repayRules(ctx context.Context, d due) bool {
	for i, one := range d.rules {
		if l.revoke(ctx, retries, one.rule) != nil {
			return false
		}
		l.paid(d.rules[i:i+1], d.added)
	}
	return true
}

// paid: what comes late has come when an operation that began now would be over twice.
func (l *Link) paid(part []debt, added uint64) {
	l.counts.repaid.Add(uint64(len(part)))
	l.debts.paid(part, added, time.Now().Add(2*l.config.Timeout))
}

// names returns the keys or tags of debts.
func names(all []debt) []string {
	texts := make([]string, len(all))
	for i, d := range all {
		texts[i] = d.key + d.tag // of which one is empty
	}
	return texts
}
