package profile

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// figuresOf returns the figures of calls that took that long.
func figuresOf(durations ...time.Duration) FuncStats {
	var s FuncStats
	for _, d := range durations {
		octave, sub := bucketOf(int64(d))
		s = s.Plus(FuncStats{
			Calls: 1, Timed: 1, Total: d, Min: d, Max: d,
			buckets: []bucket{{index: int(octave*subBuckets + sub), calls: 1}},
		})
	}
	return s
}

func TestPlusAndSince(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	some := func(n int) (list []time.Duration) {
		for range n {
			list = append(list, time.Duration(random.Int64N(int64(1)<<random.IntN(40))))
		}
		return list
	}
	for range 200 {
		first, second := figuresOf(some(random.IntN(30))...), figuresOf(some(random.IntN(30))...)
		both := first.Plus(second)
		got, ok := both.Since(first)
		if !ok {
			t.Fatal("Since says that the figures were reset")
		}
		if diff := cmp.Diff(second.Intervals(), got.Intervals()); len(second.buckets) > 0 && diff != "" {
			t.Fatalf("the distribution differs (-want +got):\n%s", diff)
		}
		if got.Calls != second.Calls || got.Total != second.Total {
			t.Fatalf("got %d calls, %v; want %d, %v", got.Calls, got.Total, second.Calls, second.Total)
		}
		if got.Min > second.Min || Edge(got.Min) < second.Min || got.Max < second.Max || got.Max > Edge(second.Max) {
			t.Fatalf("got %v to %v, want %v to %v", got.Min, got.Max, second.Min, second.Max)
		}
		if first.Calls > 0 && second.Calls < first.Calls {
			if _, ok := second.Since(both); ok {
				t.Fatal("Since does not see that the figures were reset")
			}
		}
	}
}

func TestEdge(t *testing.T) {
	for _, d := range []time.Duration{-1, 0, 1, 15, 16, 17, 1000, time.Millisecond, time.Hour, 1<<63 - 1} {
		e := Edge(d)
		if want := max(d, 0); e < want || float64(e) > float64(want)*(1+1.0/subBuckets) {
			t.Errorf("Edge(%d) is %d", d, e)
		}
		if Edge(e) != e {
			t.Errorf("the edge of the edge %d is %d", e, Edge(e))
		}
		if in := figuresOf(max(d, 0)).Intervals()[0]; in.Greatest != e || in.Least > max(d, 0) || in.Calls != 1 {
			t.Errorf("Intervals has %+v for %d, whose edge is %d", in, d, e)
		}
	}
}
