package batch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// writeItem is an item on its way.
type writeItem[T any] struct {
	index    int
	item     T
	bytes    int64
	attempts int
	began    time.Time // its first call
	elapsed  time.Duration
	err      error // of its last call
}

// writeCall is one call of the function.
type writeCall[T, R any] struct {
	items []*writeItem[T]
	bytes int64
	// What has come of it: values only if there is one for each item, an error for
	// each item, and whether that is worth another attempt.
	values       []R
	errs         []error
	repeat       []bool
	panicked     bool
	began, ended time.Time
}

// sort puts the items in their order, for what is repeated comes between others.
func (c *writeCall[T, R]) sort() {
	slices.SortFunc(c.items, func(a, b *writeItem[T]) int { return cmp.Compare(a.index, b.index) })
}

// run calls the function and says that it has ended, even if it ends the goroutine.
func (c *writeCall[T, R]) run(w *writeRun[T, R]) {
	judged := false
	defer func() {
		if !judged {
			c.panicked = true
			c.fail(panicErrorOf(nil), false)
		}
		w.ended <- c
	}()
	c.errs, c.repeat = make([]error, len(c.items)), make([]bool, len(c.items))
	values, err := c.call(w)
	c.ended = time.Now()
	c.judge(w, values, err)
	judged = true
}

// call returns what the function returns, or what it panics with.
func (c *writeCall[T, R]) call(w *writeRun[T, R]) (values []R, err error) {
	ctx := w.ctx
	if w.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, w.timeout)
		defer cancel()
	}
	items := make([]T, len(c.items))
	for i, item := range c.items {
		items[i] = item.item
	}
	c.began = time.Now()
	if p := writeGuard(func() { values, err = w.f(ctx, items) }); p != nil {
		c.panicked = true
		return nil, p
	}
	return values, err
}

// judge fills in errors and what is worth another attempt. What the user's functions
// for that panic with is the error of the item that they were called for.
func (c *writeCall[T, R]) judge(w *writeRun[T, R], values []R, err error) {
	switch {
	case c.panicked:
		c.fail(err, false)
		return
	case err != nil:
		var repeat bool
		if p := writeGuard(func() { repeat = w.worthAnother(err) }); p != nil {
			c.panicked = true
			err, repeat = p, false
		}
		c.fail(err, repeat)
		return
	case len(values) != len(c.items):
		c.fail(fmt.Errorf("%w: %d results for %d items", ErrContract, len(values), len(c.items)), false)
		return
	}
	c.values = values
	if w.failed == nil {
		return
	}
	for i := 0; i < len(values); i++ {
		p := writeGuard(func() {
			for ; i < len(values); i++ {
				c.errs[i] = w.failed(values[i])
				c.repeat[i] = c.errs[i] != nil && w.worthAnother(c.errs[i])
			}
		})
		if p != nil {
			c.panicked = true
			c.errs[i], c.repeat[i] = p, false
		}
	}
}

// fail gives all items an error.
func (c *writeCall[T, R]) fail(err error, repeat bool) {
	if c.ended.IsZero() {
		c.ended = time.Now()
	}
	c.values = nil
	for i := range c.items {
		c.errs[i], c.repeat[i] = err, repeat
	}
}

// writeGuard returns what a call panics with. Unlike protect it makes no goroutine, and
// ends this one if the call does.
func writeGuard(call func()) (p *PanicError) {
	guarded(call, func(panicked *PanicError) { p = panicked })
	return p
}
