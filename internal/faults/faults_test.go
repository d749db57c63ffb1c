package faults

import (
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9/logging"
)

const (
	// callsInTests is how many calls a scenario has here, and together how many
	// scenarios are played at the same time.
	callsInTests = 3000
	together     = 5
)

func TestMain(m *testing.M) {
	logging.Disable() // it says for each connection that there is none
	os.Exit(m.Run())
}

// TestFaults plays all scenarios. With -v it prints the table.
func TestFaults(t *testing.T) {
	all := Scenarios()
	rows, errs := make([]Row, len(all)), make([]error, len(all))
	slots := make(chan struct{}, together)
	var running sync.WaitGroup
	for i, s := range all {
		s.Calls = callsInTests
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			rows[i], errs[i] = Run(t.Context(), s)
		})
	}
	running.Wait()
	for i, err := range errs {
		if err != nil {
			t.Error(err)
			continue
		}
		check(t, rows[i])
	}
	var table strings.Builder
	if err := Print(&table, rows); err != nil {
		t.Fatal(err)
	}
	t.Logf("the bounds are %v, and %v for all keys at once\n%s", Bound, RuleBound, &table)
}

func check(t *testing.T, r Row) {
	t.Helper()
	if r.Calls < callsInTests || r.Changes == 0 || r.Loads == 0 {
		t.Errorf("%s: only %d calls, %d changes and %d loads", r.Scenario, r.Calls, r.Changes, r.Loads)
	}
	if r.Wrong != 0 || r.Hung != 0 || r.Errors != 0 {
		t.Errorf("%s: %d wrong results, %d hung calls, %d errors, want none", r.Scenario, r.Wrong, r.Hung, r.Errors)
	}
	if r.Together > loadLimit {
		t.Errorf("%s: %d loads at once, want at most %d", r.Scenario, r.Together, loadLimit)
	}
}

// TestJudge makes sure that what is wrong is found.
func TestJudge(t *testing.T) {
	// Process 0 has made version 5 of key 7, which was done after a second, and had
	// reached the store after three.
	done, made := time.Second, 3*time.Second
	var j journal
	j.changed(&change{by: 0, bound: Bound, returned: done, settled: -1, owed: true}, []int{7}, []int64{5})
	j.settle(0, len(j.debts(0)), made)
	if left := j.debts(0); len(left) != 0 {
		t.Errorf("%d debts are left", len(left))
	}
	old, later := value{7, 4}, made+Bound+1
	for _, tt := range []struct {
		name  string
		c     call
		wrong int
	}{
		{"another key", call{by: 0, key: 8, got: old}, 1},
		{"before it was done", call{by: 0, key: 7, began: done, got: old}, 0},
		{"after that", call{by: 0, key: 7, began: done + 1, got: old}, 1},
		{"the new one", call{by: 0, key: 7, began: done + 1, got: value{7, 5}}, 0},
		{"in the other process, in time", call{by: 1, key: 7, began: made + Bound, got: old}, 0},
		{"in the other process, too late", call{by: 1, key: 7, began: later, got: old}, 1},
		{"stale", call{by: 1, key: 7, began: later, got: old, stale: true}, 0},
		{"too stale", call{by: 1, key: 7, began: later + staleFor, got: old, stale: true}, 1},
	} {
		var row Row
		if j.judge(&row, tt.c); row.Wrong != tt.wrong {
			t.Errorf("%s: %d wrong, want %d", tt.name, row.Wrong, tt.wrong)
		}
	}
}

// TestSum makes sure that what else callers notice is counted.
func TestSum(t *testing.T) {
	var j journal
	j.called(call{err: errors.New("no"), took: time.Second})
	j.called(call{took: Hung, err: errors.New("at last")})
	j.changed(&change{took: Hung + 1, settled: -1, owed: true}, nil, nil)
	var row Row
	j.sum(&row)
	want := Row{Calls: 2, Changes: 1, Errors: 1, Hung: 2, Longest: Hung, LongestChange: Hung + 1, Owed: 1}
	if row != want {
		t.Errorf("got  %+v\nwant %+v", row, want)
	}
}

// TestRunFails makes sure that a scene that cannot be set is an error, and that it
// leaves nothing behind.
func TestRunFails(t *testing.T) {
	var dir string
	s := Scenario{Name: "broken", Calls: 1, set: func(t testing.TB) scene {
		dir = t.TempDir()
		t.Fatal("no server")
		return scene{}
	}}
	if _, err := Run(t.Context(), s); err == nil || !strings.HasSuffix(err.Error(), "broken: no server") {
		t.Errorf("Run() = %v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
	if _, err := Run(t.Context(), Scenario{Name: "nothing"}); err == nil {
		t.Error("Run() without calls has no error")
	}
}
