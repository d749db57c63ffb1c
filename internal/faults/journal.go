package faults

import (
	"sync"
	"time"
)

// call is one of the cached function. Times are those since the run began.
type call struct {
	by, key int
	began   time.Duration
	took    time.Duration
	got     value
	stale   bool
	err     error
}

// change is one of the source, with its invalidation.
type change struct {
	by    int
	bound time.Duration
	// returned is when the invalidation had returned, and settled when it had reached
	// the store, -1 as long as it has not.
	returned, settled time.Duration
	took              time.Duration
	owed              bool
}

// version is what a key had after a change.
type version struct {
	*change
	number int64
}

// journal is what has happened in a run.
type journal struct {
	mu       sync.Mutex
	calls    []call
	changes  []*change
	versions [keys][]version
	// owed are the changes of each process that have not reached the store.
	owed [processes][]*change
}

func (j *journal) called(c call) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.calls = append(j.calls, c)
}

// changed notes a change of keys, which have now the versions in numbers.
func (j *journal) changed(c *change, all []int, numbers []int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.changes = append(j.changes, c)
	for i, key := range all {
		j.versions[key] = append(j.versions[key], version{c, numbers[i]})
	}
	if c.owed {
		j.owed[c.by] = append(j.owed[c.by], c)
	}
}

// debts returns the changes of a process that have not reached the store so far.
func (j *journal) debts(by int) []*change {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.owed[by]
}

// settle notes that the first n debts of a process have reached the store.
func (j *journal) settle(by, n int, now time.Duration) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range j.owed[by][:n] {
		c.settled = now
	}
	j.owed[by] = j.owed[by][n:]
}

// count returns how many calls have returned.
func (j *journal) count() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.calls)
}

// sum adds up what callers have noticed. Nothing happens any more.
func (j *journal) sum(row *Row) {
	row.Calls, row.Changes = len(j.calls), len(j.changes)
	for _, c := range j.calls {
		row.Longest = max(row.Longest, c.took)
		switch {
		case c.took >= Hung:
			row.Hung++
		case c.err != nil:
			row.Errors++
		default:
			j.judge(row, c)
		}
	}
	for _, c := range j.changes {
		row.LongestChange = max(row.LongestChange, c.took)
		if c.took >= Hung {
			row.Hung++
		}
		if c.owed {
			row.Owed++
		}
	}
}

// judge looks at one result.
func (j *journal) judge(row *Row, c call) {
	wrong, more := c.got.key != int64(c.key), time.Duration(0)
	if c.stale {
		row.Stale++
		more = staleFor
	}
	for _, v := range j.versions[c.key] {
		switch {
		case v.number <= c.got.version:
		case v.by == c.by:
			wrong = wrong || v.returned < c.began
		case v.settled >= 0:
			row.Oldest = max(row.Oldest, c.began-v.settled)
			wrong = wrong || c.began-v.settled > v.bound+more
		}
	}
	if wrong {
		row.Wrong++
	}
}
