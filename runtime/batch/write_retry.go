package batch

import (
	"slices"
	"time"
)

// writeGroup is items that are tried again at the same time.
type writeGroup[T any] struct {
	due   time.Time
	items []*writeItem[T]
}

// writeWaits holds what waits for another attempt. Groups are in the order in which
// they are due.
type writeWaits[T any] struct {
	groups []writeGroup[T]
}

// add makes an item wait until due, or longer, but not after latest, if it can join
// others then: calls of few items cost as much as full ones.
func (w *writeWaits[T]) add(item *writeItem[T], due, latest time.Time, most int) {
	i, _ := slices.BinarySearchFunc(w.groups, due, func(g writeGroup[T], due time.Time) int { return g.due.Compare(due) })
	if i < len(w.groups) && len(w.groups[i].items) < most && !w.groups[i].due.After(latest) {
		w.groups[i].items = append(w.groups[i].items, item)
		return
	}
	w.groups = slices.Insert(w.groups, i, writeGroup[T]{due: due, items: []*writeItem[T]{item}})
}

// take returns the items of the first group if it is due at now.
func (w *writeWaits[T]) take(now time.Time) []*writeItem[T] {
	if len(w.groups) == 0 || w.groups[0].due.After(now) {
		return nil
	}
	items := w.groups[0].items
	w.groups[0] = writeGroup[T]{}
	w.groups = w.groups[1:]
	return items
}

// next returns when the first group is due, or zero.
func (w *writeWaits[T]) next() time.Time {
	if len(w.groups) == 0 {
		return time.Time{}
	}
	return w.groups[0].due
}

// writeBackoff returns the longest wait after a number of attempts.
func (s *settings) writeBackoff(attempts int) time.Duration {
	d := s.delay
	for range attempts - 1 {
		if d >= s.maxDelay/2 {
			return s.maxDelay
		}
		d *= 2
	}
	return min(d, s.maxDelay)
}
