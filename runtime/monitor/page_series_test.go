package monitor

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

// TestSeriesTimes has a clock that is set back, before a page is opened and while it is.
func TestSeriesTimes(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	hour := noon.Add(-time.Hour)
	point := func(end time.Time, length time.Duration) FunctionPoint {
		return FunctionPoint{Span: Span{End: end, Length: length}}
	}
	s := newSeries(functionChart.names)
	seed(s, functionChart, []FunctionPoint{
		point(noon, 10*time.Second), point(noon.Add(10*time.Second), 10*time.Second), point(hour, 10*time.Second),
	})
	if got, want := s.values[0], (numbers{-20, -10, 0}); !slices.Equal(got, want.after(hour)) {
		t.Errorf("the seeds end at %v, want %v", got, want.after(hour))
	}
	s.end = time.Time{}
	if _, ok := s.add(Span{End: hour.Add(-time.Minute), Length: 2 * time.Second}, make(numbers, 10)); !ok {
		t.Fatal("the point is left out")
	}
	if got, want := s.values[0][3], float64(hour.UnixMilli()+2000); got != want {
		t.Errorf("the next point ends at %v, want %v", got, want)
	}
}

// after returns times in milliseconds, given how many seconds after another one they are.
func (n numbers) after(t time.Time) numbers {
	all := slices.Clone(n)
	for i := range all {
		all[i] = float64(t.UnixMilli()) + all[i]*1000
	}
	return all
}

// TestSeriesJoin opens pages at different times after the looks of a monitor: their points
// must follow each other without a gap, an overlap or a short one, and miss no call.
func TestSeriesJoin(t *testing.T) {
	for _, pause := range []time.Duration{1, 300 * time.Millisecond, 900 * time.Millisecond, 1900 * time.Millisecond, 7 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			const name = "series.join"
			probe := profile.New(name)
			ctx, stop := context.WithCancel(t.Context())
			m := Start(ctx)
			defer func() { stop(); <-m.Done() }()
			work := make(chan struct{})
			go func() {
				defer close(work)
				for range 1000 {
					call := probe.Begin()
					call.End()
					time.Sleep(100 * time.Millisecond)
				}
			}()
			defer func() { <-work }()
			time.Sleep(29*time.Second + 500*time.Millisecond)
			p := Handler().(*pages)
			others, err := p.join(subject{page: "caches"}) // half a second before the monitor looks
			if err != nil {
				t.Fatal(err)
			}
			defer p.leave(others)
			time.Sleep(500*time.Millisecond + pause)
			on := subject{page: "function", key: key{name: name}}
			if _, err := p.document(on); err != nil {
				t.Fatal(err)
			}
			open, err := p.join(on)
			if err != nil {
				t.Fatal(err)
			}
			defer p.leave(open)
			for range 20 {
				time.Sleep(700 * time.Millisecond)
				p.join(subject{page: "function", key: key{name: "nobody"}}) // makes it look anew
				if _, err := p.next(open, 0); err != nil {
					t.Fatal(err)
				}
			}
			checkPoints(t, pause, open.points)
		})
	}
}

func checkPoints(t *testing.T, pause time.Duration, s *series) {
	t.Helper()
	ends, lengths, calls := s.values[0], s.values[1], s.values[2]
	if len(ends) < 8 {
		t.Errorf("%v: there are %d points", pause, len(ends))
	}
	for i := range ends {
		if lengths[i] < 1000 {
			t.Errorf("%v: point %d of %d is %v ms long", pause, i, len(ends), lengths[i])
		}
		if i > 0 && ends[i]-lengths[i] < ends[i-1]-1 {
			t.Errorf("%v: point %d begins at %v, the one before has ended at %v", pause, i, ends[i]-lengths[i], ends[i-1])
		}
		if rate := calls[i] * 1000 / lengths[i]; rate < 9 || rate > 11 {
			t.Errorf("%v: point %d has %v calls per second, want 10", pause, i, rate)
		}
	}
}
