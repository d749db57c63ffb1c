package batch

import (
	"fmt"
	"math"
	"time"

	"golang.org/x/time/rate"
)

// An Option says how Process, Stream or Write goes about its work. The later one of two
// counts.
type Option interface{ apply(s *settings) }

// settings are what options say together.
type settings struct {
	by          *Processor
	size        int // 0: adaptive
	concurrency int
	attempts    int
	delay       time.Duration
	maxDelay    time.Duration
	retryOn     func(error) bool
	permanent   func(error) bool
	timeout     time.Duration
	rate        int
	per         time.Duration
	limiter     *rate.Limiter // nil unless Rate was given
	stopping    stopping
	completion  bool
	progress    func(done, total int)
	meter       func(total int) Meter
	max         int
	maxBytes    int64
	weigh       any // a func(T) int, where T is the type of the items
	linger      time.Duration
}

// stopping says when nothing new is started any more.
type stopping struct {
	set   bool
	share float64 // of all items; 0: the first failure
}

// The defaults, which generated functions have too.
const (
	defaultConcurrency = 5
	defaultDelay       = time.Second
	defaultMaxDelay    = 30 * time.Second
)

func settingsOf(opts []Option) settings {
	s := settings{concurrency: defaultConcurrency, attempts: 1, delay: defaultDelay, maxDelay: defaultMaxDelay}
	s.max, s.linger = defaultMaxItems, defaultLinger
	for _, o := range opts {
		if o != nil {
			o.apply(&s)
		}
	}
	return s
}

type optionFunc func(*settings)

func (f optionFunc) apply(s *settings) { f(s) }

// Size is how many items a worker takes at once at most: fewer if others would have
// none. Without it the size adapts: from one item on it grows up to 256, as long as all
// that were taken together need less than about 20 microseconds, and it shrinks above
// 80. It panics unless n is positive.
func Size(n int) Option {
	positive("Size", n)
	return optionFunc(func(s *settings) { s.size = n })
}

// Concurrency is how many calls run at once, 5 by default. It panics unless n is
// positive.
func Concurrency(n int) Option {
	positive("Concurrency", n)
	return optionFunc(func(s *settings) { s.concurrency = n })
}

// Attempts is how often the function is called for an item at most, 1 by default. Only
// errors are repeated, panics never. It panics unless n is positive.
func Attempts(n int) Option {
	positive("Attempts", n)
	return optionFunc(func(s *settings) { s.attempts = n })
}

// Delay is the longest wait before the second attempt, a second by default. Each further
// one doubles it, up to MaxDelay. The wait is a random part of that (full jitter), so
// that what failed together is not repeated together. It panics if d is negative.
func Delay(d time.Duration) Option {
	notNegative("Delay", d)
	return optionFunc(func(s *settings) { s.delay = d })
}

// MaxDelay bounds the wait between two attempts, 30 seconds by default. It panics if d
// is negative.
func MaxDelay(d time.Duration) Option {
	notNegative("MaxDelay", d)
	return optionFunc(func(s *settings) { s.maxDelay = d })
}

// RetryOn says which errors are worth another attempt. Without it all are that are not
// permanent. It must be safe for concurrent use.
func RetryOn(is func(error) bool) Option {
	return optionFunc(func(s *settings) { s.retryOn = is })
}

// Permanent says which errors are not worth another attempt, and wins over RetryOn.
// The errors of a context that has ended never are. It must be safe for concurrent use.
func Permanent(is func(error) bool) Option {
	return optionFunc(func(s *settings) { s.permanent = is })
}

// Timeout is how long one call may take before its context ends. It panics unless d is
// positive.
func Timeout(d time.Duration) Option {
	if d <= 0 {
		panic(fmt.Sprintf("batch: Timeout is %v: it must be positive", d))
	}
	return optionFunc(func(s *settings) { s.timeout = d })
}

// Rate is how many calls may begin in a period, attempts after the first included: they
// are spread over the period. All calls that are given the same Option, or a Processor
// that was made with it, keep to it together. It panics unless both are positive.
func Rate(n int, per time.Duration) Option {
	positive("Rate", n)
	if per <= 0 {
		panic(fmt.Sprintf("batch: the period of Rate is %v: it must be positive", per))
	}
	limiter := newRateLimiter(n, per)
	return optionFunc(func(s *settings) { s.rate, s.per, s.limiter = n, per, limiter })
}

// StopOnError lets nothing new be started once an item has failed for good. Calls that
// run are finished.
func StopOnError() Option {
	return optionFunc(func(s *settings) { s.stopping = stopping{set: true} })
}

// StopAbove lets nothing new be started once more than a share of the items has failed
// for good, such as 0.1 for a tenth: of all items, or in a stream of those that are done,
// once that are a hundred. Calls that run are finished. It panics unless share is from 0
// to below 1.
func StopAbove(share float64) Option {
	if !(share >= 0 && share < 1) {
		panic(fmt.Sprintf("batch: StopAbove is %v: it must be from 0 to below 1", share))
	}
	return optionFunc(func(s *settings) { s.stopping = stopping{set: true, share: share} })
}

// ByCompletion orders outcomes, and what a stream yields, by when they were done. Items
// that a worker took together may count as done together: those of some microseconds,
// and in a stream all. The default is the order of the items.
func ByCompletion() Option {
	return optionFunc(func(s *settings) { s.completion = true })
}

// WithProgress calls f while items are done, with their number and that of all, which is
// -1 in a stream. Calls do not overlap, done only grows, and the last call has all that
// were done. f runs in the workers, so that it must be quick.
func WithProgress(f func(done, total int)) Option {
	return optionFunc(func(s *settings) { s.progress = f })
}

// product multiplies what users have given, for whom the largest int is no bound at all.
func product(a, b int) int {
	if a > math.MaxInt/b {
		return math.MaxInt
	}
	return a * b
}

func positive(option string, n int) {
	if n <= 0 {
		panic(fmt.Sprintf("batch: %s is %d: it must be positive", option, n))
	}
}

func notNegative(option string, d time.Duration) {
	if d < 0 {
		panic(fmt.Sprintf("batch: %s is %v: it must not be negative", option, d))
	}
}
