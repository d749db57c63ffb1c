package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/internal/redistest"
	"github.com/bunsui/bunsui-go/runtime/cache"
)

const (
	// readers is how many processes read what another one changes.
	readers = 8
	// normally is how long after a change has returned another process may give out
	// what was there before: as long as a message takes, and it takes this long only
	// where everything else is at a standstill.
	normally = 2 * time.Second
	// isolated is the same for a process that no message reaches. What it has in memory
	// stays there for memory_ttl at most, counted from the end of the call that had
	// asked for it, which may have waited for an operation on the store after it had
	// read the old value: to write that down. From then on it asks the store, or, if
	// there is no answer, reads the file. The rest is for a machine that is busy.
	isolated  = memoryTTL + cache.DefaultStoreTimeout + time.Second
	memoryTTL = 2 * time.Second // as users.Files.get has it
)

// reading is an answer to a reader.
type reading struct {
	asked   time.Time
	version int
	from    string
}

// staleness is what nine processes do and see.
type staleness struct {
	*company
	writer   *process
	readers  []*process
	stop     chan struct{}
	readings [readers][]reading
	// returned is when the change that made each version had returned; there is no
	// version 0.
	returned []time.Time
}

// newStaleness starts the processes. The last reader reaches the server by an address
// of its own.
func newStaleness(c *company, address string) *staleness {
	s := &staleness{company: c, stop: make(chan struct{}), returned: make([]time.Time, 1)}
	s.writer = c.start(c.server.Addr())
	for len(s.readers) < readers-1 {
		s.readers = append(s.readers, c.start(c.server.Addr()))
	}
	s.readers = append(s.readers, c.start(address))
	s.rename()
	for _, r := range s.readers {
		r.within(normally, "Name1, version 1, ", "get 7")
	}
	return s
}

// rename makes a version, and notes when that is done.
func (s *staleness) rename() {
	s.Helper()
	n := len(s.returned)
	s.writer.want(fmt.Sprintf("Name%d, version %d", n, n), "rename 7 Name%d", n)
	s.returned = append(s.returned, time.Now())
}

// play changes the user for some time, while all readers read.
func (s *staleness) play(d time.Duration) {
	s.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(5*time.Millisecond + rand.N(45*time.Millisecond))
		s.rename()
	}
}

// read begins to read, until the function that it returns is called.
func (s *staleness) read() (end func()) {
	var all sync.WaitGroup
	for i, p := range s.readers {
		all.Go(func() {
			if err := s.readWith(i, p); err != nil {
				s.Errorf("reader %d: %v", i, err)
			}
		})
	}
	return func() {
		close(s.stop)
		all.Wait()
	}
}

func (s *staleness) readWith(i int, p *process) error {
	for {
		select {
		case <-s.stop:
			return nil
		case <-time.After(time.Millisecond):
		}
		r := reading{asked: time.Now()}
		answer, err := p.ask("get 7")
		if err != nil {
			return err
		}
		name := 0
		if n, _ := fmt.Sscanf(answer, "Name%d, version %d, %s", &name, &r.version, &r.from); n != 3 || name != r.version {
			return fmt.Errorf("get 7: %q", answer)
		}
		s.readings[i] = append(s.readings[i], r)
	}
}

// oldest returns how long after a change had returned a reader was still given what
// was there before.
func (s *staleness) oldest(reader int) (oldest time.Duration) {
	for _, r := range s.readings[reader] {
		if next := r.version + 1; next < len(s.returned) {
			oldest = max(oldest, r.asked.Sub(s.returned[next]))
		}
	}
	return oldest
}

// check compares what the first readers have seen with a bound.
func (s *staleness) check(first, last int, bound time.Duration) {
	s.Helper()
	from, count := map[string]int{}, 0
	var all []time.Duration
	for i := first; i < last; i++ {
		if len(s.readings[i]) < 100 {
			s.Errorf("reader %d has only read %d times", i, len(s.readings[i]))
		}
		for _, r := range s.readings[i] {
			from[r.from]++
		}
		count += len(s.readings[i])
		all = append(all, s.oldest(i))
	}
	oldest := slices.Max(all)
	s.Logf("readers %d to %d: %d readings of %d versions (%v), at most %v old; the bound is %v",
		first, last-1, count, len(s.returned)-1, from, oldest, bound)
	if oldest > bound {
		s.Errorf("a reading was %v old, want at most %v", oldest, bound)
	}
}

// TestStaleness has one process change what eight others read.
func TestStaleness(t *testing.T) {
	c := newCompany(t)
	s := newStaleness(c, c.server.Addr())
	end := s.read()
	s.play(3 * time.Second)
	end()
	s.check(0, readers, normally)
	s.agree(normally)
}

// TestStalenessIsolated does the same while the network of one reader fails for some
// time, longer than it may keep anything without asking.
func TestStalenessIsolated(t *testing.T) {
	c := newCompany(t)
	for name, strike := range map[string]func(*redistest.Proxy){
		"cut": (*redistest.Proxy).Cut, "half open": (*redistest.Proxy).Swallow,
	} {
		t.Run(name, func(t *testing.T) {
			c := &company{T: t, program: c.program, dir: t.TempDir(), server: c.server}
			c.server.Client().FlushAll(t.Context()) // the folder is another one
			proxy := redistest.NewProxy(t, c.server.Addr())
			s := newStaleness(c, proxy.Addr())
			end := s.read()
			s.play(500 * time.Millisecond)
			strike(proxy)
			s.play(isolated + time.Second)
			proxy.Heal()
			s.play(time.Second)
			end()
			s.check(0, readers-1, normally)
			s.check(readers-1, readers, isolated)
			s.agree(isolated)
		})
	}
}

// agree waits until all readers have the last version.
func (s *staleness) agree(bound time.Duration) {
	s.Helper()
	n := len(s.returned) - 1
	for _, r := range s.readers {
		r.within(bound, fmt.Sprintf("Name%d, version %d, ", n, n), "get 7")
	}
}
