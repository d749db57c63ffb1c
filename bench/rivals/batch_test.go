package rivals

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/bunsui/bunsui-go/bench/sample"
)

var errOdd = errors.New("odd")

// TestBatches checks that all do the same work: each item once, its result at its place.
func TestBatches(t *testing.T) {
	items := make([]int, 1000)
	for i := range items {
		items[i] = 3 * i
	}
	all := slices.Concat(Loops(), []Batch{SplitLoop(3)}, OurBatches(), OtherBatches(false), Retries()[:2])
	for _, way := range all {
		var calls atomic.Int64
		results := way.Process(t.Context(), items, NewSpace(2*len(items)), func(_ context.Context, item int) (int, error) {
			calls.Add(1)
			if item%2 == 1 {
				return 0, errOdd
			}
			return item + 1, nil
		})
		for i, item := range items {
			v, err := results(i)
			if odd := item%2 == 1; odd != (err == errOdd) || !odd && v != item+1 {
				t.Errorf("%s, item %d: %d, %v", way.Name, i, v, err)
				break
			}
		}
		if calls.Load() != int64(len(items)) {
			t.Errorf("%s: %d calls", way.Name, calls.Load())
		}
	}
}

// TestStepsOfAll checks those that always call the same function, and those that repeat.
func TestStepsOfAll(t *testing.T) {
	items := []int{5, 7, 9}
	for _, way := range append(Retries(), GeneratedSteps("generated")) {
		results := way.Process(t.Context(), items, NewSpace(len(items)), sample.Step)
		for i, item := range items {
			if v, err := results(i); v != item+1 || err != nil {
				t.Errorf("%s, item %d: %d, %v", way.Name, i, v, err)
			}
		}
	}
	results := GeneratedSpins("generated").Process(t.Context(), items, nil, nil)
	if v, err := results(0); v == 0 || err != nil {
		t.Errorf("spin: %d, %v", v, err)
	}
}

func TestStreams(t *testing.T) {
	for _, s := range Streams() {
		var got []int
		s.Run(t.Context(), slices.Values([]int{1, 2, 3, 4, 5}), func(v int, err error) {
			if err != nil {
				t.Errorf("%s: %v", s.Name, err)
			}
			got = append(got, v)
		})
		slices.Sort(got) // which one of them needs
		if !slices.Equal(got, []int{2, 3, 4, 5, 6}) {
			t.Errorf("%s: %v", s.Name, got)
		}
	}
}

func TestKeyLoaders(t *testing.T) {
	for _, slow := range []bool{false, true} {
		for _, l := range KeyLoaders(slow) {
			if user, err := l.Load(t.Context(), 1); user != sample.Nobody || err != nil {
				t.Errorf("%s: %v, %v", l.Name, user, err)
			}
			if err := l.Many(t.Context(), []int64{1, 2, 3}); err != nil {
				t.Errorf("%s: %v", l.Name, err)
			}
		}
	}
}
