package batch

// writeQueue is first in, first out. Its room is used again.
type writeQueue[E any] struct {
	all  []E
	head int
}

func (q *writeQueue[E]) len() int { return len(q.all) - q.head }

func (q *writeQueue[E]) push(e ...E) {
	if q.head == len(q.all) {
		q.all, q.head = q.all[:0], 0
	} else if q.head > len(q.all)/2 && len(q.all)+len(e) > cap(q.all) {
		n := copy(q.all, q.all[q.head:])
		clear(q.all[n:])
		q.all, q.head = q.all[:n], 0
	}
	q.all = append(q.all, e...)
}

// rest returns all that there is.
func (q *writeQueue[E]) rest() []E { return q.all[q.head:] }

// first returns what pop will, if there is anything.
func (q *writeQueue[E]) first() (e E, ok bool) {
	if q.len() == 0 {
		return e, false
	}
	return q.all[q.head], true
}

func (q *writeQueue[E]) pop() E {
	var none E
	e := q.all[q.head]
	q.all[q.head] = none
	q.head++
	return e
}
