package batch_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

var (
	errOnce      = errors.New("may be repeated")
	errPermanent = errors.New("permanent")
	errShutdown  = errors.New("shutdown")
)

// stepsOf is how many random cases a test goes through, BUNSUI_STEPS if that is given.
func stepsOf(t *testing.T, few int) int {
	t.Helper()
	s := os.Getenv("BUNSUI_STEPS")
	if s == "" {
		return few
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A deed is what one call does in the end.
type deed int

const (
	returns deed = iota
	fails
	failsForGood
	panics
	exits
	waits // until its context ends
	deeds
)

// A scripted call takes a while and then does something.
type scripted struct {
	takes time.Duration
	deed  deed
}

// A script says what becomes of items, each of which is its index, and notes what was
// called.
type script struct {
	calls   [][]scripted // by item and attempt
	outer   context.Context
	ended   func() time.Time // when the outer context ended
	mu      sync.Mutex
	made    []int
	began   []time.Time
	over    []time.Time
	running int
	most    int
	late    int       // first calls that began after the context had ended
	failure time.Time // when the first item failed for good
	// afterFailure counts calls later than that.
	afterFailure int
	stops        bool // because of failures
	attempts     int
}

func newScript(r *rand.Rand, n, attempts int, least time.Duration, wild int) *script {
	s := &script{attempts: attempts, made: make([]int, n), began: make([]time.Time, n), over: make([]time.Time, n)}
	for range n {
		calls := make([]scripted, attempts)
		for a := range calls {
			calls[a].takes = least + time.Duration(r.IntN(5))*time.Millisecond
			if r.IntN(100) < wild {
				calls[a].deed = deed(r.IntN(int(deeds)))
			}
		}
		s.calls = append(s.calls, calls)
	}
	return s
}

// process is the function under the batch: item*10 is its result.
func (s *script) process(ctx context.Context, item int) (int, error) {
	c := s.enter(item)
	defer s.leave(item)
	time.Sleep(c.takes)
	switch c.deed {
	case fails:
		return -1, fmt.Errorf("item %d: %w", item, errOnce)
	case failsForGood:
		return -1, errPermanent
	case panics:
		panic(errOnce)
	case exits:
		runtime.Goexit()
	case waits:
		select {
		case <-ctx.Done():
			return -1, ctx.Err()
		case <-time.After(time.Second):
			return -1, errOnce
		}
	default:
	}
	return item * 10, nil
}

func (s *script) enter(item int) scripted {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.running++
	s.most = max(s.most, s.running)
	if s.made[item] == 0 {
		s.began[item] = now
		if s.outer.Err() != nil && now.After(s.ended()) {
			s.late++
		}
	}
	if !s.failure.IsZero() && now.After(s.failure) {
		s.afterFailure++
	}
	s.made[item]++
	if s.made[item] > s.attempts {
		return scripted{}
	}
	return s.calls[item][s.made[item]-1]
}

func (s *script) leave(item int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	s.over[item] = time.Now()
	if last := s.last(item); s.failure.IsZero() &&
		(last == failsForGood || last == panics || last == exits || (last == fails || last == waits) && s.made[item] == s.attempts) {
		s.failure = time.Now()
	}
}

// last is what the last call for an item did.
func (s *script) last(item int) deed { return s.calls[item][s.made[item]-1].deed }

// unrepeated reports whether an item that would have been repeated may have this error:
// the cause is in it unless that was there before the call had ended.
func (s *script) unrepeated(item int, err error) bool {
	stopped := s.stops && !s.failure.IsZero() && (errors.Is(err, batch.ErrStopped) || !s.over[item].Before(s.failure))
	return stopped || s.outer.Err() != nil && (errors.Is(err, errShutdown) || !s.over[item].Before(s.ended()))
}

// wrong says what is wrong with an outcome that had a call, or returns "".
func (s *script) wrong(item, value int, err error) string {
	var p *batch.PanicError
	last := s.last(item)
	ok := false
	switch last {
	case returns:
		ok = err == nil && value == item*10
	case fails:
		ok = errors.Is(err, errOnce) && (s.made[item] == s.attempts || s.unrepeated(item, err))
	case failsForGood:
		ok = errors.Is(err, errPermanent)
	case panics:
		ok = errors.As(err, &p) && len(p.Stack) > 0 && errors.Is(err, errOnce)
	case exits:
		ok = errors.As(err, &p) && errors.Is(err, batch.ErrGoexit)
	case waits:
		ok = errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errOnce)
	default:
	}
	if err != nil && value != 0 {
		ok = false
	}
	if ok {
		return ""
	}
	return fmt.Sprintf("item %d: call %d ended with %d, and the outcome is %d, %v", item, s.made[item], last, value, err)
}

// ctx makes the context that ends after a while, or never if that is 0.
func (s *script) ctx(after time.Duration) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	s.outer = ctx
	if after == 0 {
		s.ended = func() time.Time { return time.Time{} }
		return ctx, func() { cancel(nil) }
	}
	at := time.Now().Add(after)
	s.ended = func() time.Time { return at }
	timer := time.AfterFunc(after, func() { cancel(errShutdown) })
	return ctx, func() {
		timer.Stop()
		cancel(nil)
	}
}

// alone fails the test if a goroutine is left in which code of this package runs or
// waits.
func alone(t *testing.T) {
	t.Helper()
	synctest.Wait()
	stacks := ""
	for range 1000 { // one that has ended may be seen for a moment
		buf := make([]byte, 1<<17)
		stacks = string(buf[:runtime.Stack(buf, true)])
		if !strings.Contains(stacks, "runtime/batch.") {
			return
		}
		runtime.Gosched()
	}
	t.Fatalf("goroutines are left:\n%s", stacks)
}
