package batch

import (
	"fmt"
	"time"
)

// The defaults of what only writers heed.
const (
	defaultMaxItems = 100
	defaultLinger   = time.Millisecond
)

// MaxItems is how many items a call of a writer has at most, 100 by default. It panics
// unless n is positive.
func MaxItems(n int) Option {
	positive("MaxItems", n)
	return optionFunc(func(s *settings) { s.max = n })
}

// MaxBytes is how many bytes the items of a writer's call have at most, together and as
// weigh counts them. There is no bound by default. An item that alone has more is not
// sent, and fails with ErrTooLarge. It panics unless n is positive and there is a
// function, and Write and WriteStream panic if that is not one of their items.
//
// weigh is called once for each item.
func MaxBytes[T any](n int64, weigh func(T) int) Option {
	if n <= 0 {
		panic(fmt.Sprintf("batch: MaxBytes is %d: it must be positive", n))
	}
	if weigh == nil {
		panic("batch: MaxBytes needs a function that weighs an item")
	}
	return optionFunc(func(s *settings) { s.maxBytes, s.weigh = n, weigh })
}

// Linger is how long a call of WriteStream that is not full waits for the next item to
// come, a millisecond by default. With 0 it waits for none. It panics if d is negative.
func Linger(d time.Duration) Option {
	notNegative("Linger", d)
	return optionFunc(func(s *settings) { s.linger = d })
}

// writeWeigher returns the function of MaxBytes, or nil.
func writeWeigher[T any](s *settings) func(T) int {
	if s.weigh == nil {
		return nil
	}
	weigh, ok := s.weigh.(func(T) int)
	if !ok {
		panic(fmt.Sprintf("batch: MaxBytes has a %T, and the items need a %T", s.weigh, weigh))
	}
	return weigh
}
