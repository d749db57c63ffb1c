package harness

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values      []float64
		least, want float64
	}{
		{[]float64{3}, 3, 3},
		{[]float64{3, 1, 2}, 1, 2},
		{[]float64{4, 1, 3, 2}, 1, 2.5},
	} {
		if got := Median(c.values); got != c.want {
			t.Errorf("Median(%v) = %v, want %v", c.values, got, c.want)
		}
		if got := Min(c.values); got != c.least {
			t.Errorf("Min(%v) = %v, want %v", c.values, got, c.least)
		}
	}
	if !math.IsNaN(Median(nil)) || !math.IsNaN(Min(nil)) {
		t.Error("nothing has a median or a minimum")
	}
}

// TestRatio has a round in which everything took ten times as long.
func TestRatio(t *testing.T) {
	timings := Timings{
		{Name: "a", Wall: []float64{20, 210, 22}},
		{Name: "b", Wall: []float64{10, 100, 10}},
	}
	if got := timings.Ratio("a", "b"); got.Best != 2 || got.Median != 2.1 {
		t.Errorf("got %+v, want 2 and 2.1", got)
	}
	if got := timings.CPURatio("a", "b"); !math.IsNaN(got.Best) || !math.IsNaN(got.Median) {
		t.Errorf("got %+v without processor times", got)
	}
}

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		line Line
		want string
	}{
		{Line{Value: 3}, ""},
		{Line{Value: 1.8, Target: AtMost(1.8)}, "reached"},
		{Line{Value: 2.7, Target: AtMost(1.8)}, "missed by 50 %"},
		{Line{Value: 2.4, Target: AtLeast(3)}, "missed by 20 %"},
		{Line{Value: 4, Target: AtLeast(3)}, "reached"},
		{Line{Value: -3.5, Unit: "points", Target: AtLeast(-2)}, "missed by 1.5"},
		{Line{Value: 7, Target: AtMost(0)}, "missed by 7"},
		{Line{Value: math.NaN(), Target: AtMost(1)}, "not measured"},
	} {
		if got := c.line.Verdict(); got != c.want {
			t.Errorf("%v against %v: %q, want %q", c.line.Value, c.line.Target, got, c.want)
		}
	}
}

// TestMeasure checks that contenders take turns, and that all do what they are told.
func TestMeasure(t *testing.T) {
	var operations [2]atomic.Int64
	count := func(i int) Contender {
		return Contender{Name: string(rune('a' + i)), Run: func(_, n int) {
			operations[i].Add(int64(n))
			time.Sleep(time.Microsecond)
		}}
	}
	e := Effort{Rounds: 3, Sample: 100 * time.Microsecond}
	timings := e.Measure(Case{Workers: 3, Contenders: []Contender{count(0), count(1)}})
	for i, timing := range timings {
		if len(timing.Wall) != 3 || len(timing.CPU) != 3 || operations[i].Load() == 0 {
			t.Errorf("contender %d: %+v after %d operations", i, timing, operations[i].Load())
		}
	}
	if !timings.Has("b") || timings.Has("c") || timings.Of("b").Name != "b" {
		t.Errorf("names of %+v", timings)
	}
}

func TestWrite(t *testing.T) {
	r := &Report{}
	r.Ratio("hit × map", Ratio{Best: 1.5, Median: 2.7}, AtMost(1.8))
	r.Figure("bytes", 83, "B", nil)
	r.Table(Table{Title: "Hits", Header: []string{"", "ns"}, Rows: [][]string{{"ours", Nanos([]float64{12.34, 5})}}, Note: "Noisy."})
	var b strings.Builder
	if err := errors.Join(r.WriteLines(&b), r.WriteTables(&b)); err != nil {
		t.Fatal(err)
	}
	const want = `| row       | median | of minima | target |                |
| --------- | ------ | --------- | ------ | -------------- |
| hit × map | 2.70 × | 1.50 ×    | ≤ 1.8  | missed by 50 % |
| bytes     | 83.0 B |           |        |                |
### Hits

|      | ns          |
| ---- | ----------- |
| ours | 5.00 / 8.67 |

Noisy.

`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// TestRun checks that one group's error does not end the others.
func TestRun(t *testing.T) {
	b := &Bench{Report: &Report{}, Log: io.Discard}
	ran := false
	failed := b.Run(t.Context(), []Group{
		{Name: "first", Run: func(context.Context, *Bench) error { return io.EOF }},
		{Name: "second", Run: func(context.Context, *Bench) error { ran = true; return nil }},
	})
	if len(failed) != 1 || !errors.Is(failed[0], io.EOF) || !strings.HasPrefix(failed[0].Error(), "first: ") || !ran {
		t.Errorf("got %v, second ran: %v", failed, ran)
	}
}
