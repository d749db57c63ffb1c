package batch

import "time"

// ask calls the function, and gives each key what is there for it.
func (b *loaderBatch[G, K, V]) ask(s *loaderSettings) (count loaderCount) {
	keys := make([]K, 0, b.size())
	b.each(func(key K) { keys = append(keys, key) })
	n := len(keys) // the function may do with its slice what it likes
	found := b.call.fetch(b.call.ctx, b.group.place.group, keys)
	if b.timed {
		b.elapsed = time.Since(b.began)
	}
	if err := found.check(s.name, n); err != nil {
		b.fail(err)
		return loaderCount{errors: 1, err: err}
	}
	at := 0
	for i := range b.slots {
		slot := &b.slots[i]
		if slot.waiters == 0 {
			continue
		}
		slot.value, slot.err = found.of(slot.key, at, s.missingZero)
		switch {
		case slot.err == nil:
		case found.shape == foundMap:
			count.notFound++
		default:
			count.keyErrors++
		}
		at++
	}
	return count
}

// fail gives all keys an error.
func (b *loaderBatch[G, K, V]) fail(err error) {
	var none V
	for i := range b.slots {
		b.slots[i].value, b.slots[i].err = none, err
	}
}
