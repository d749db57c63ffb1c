package prometheus

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// TestPrometheus has two servers scrape this process, one for classic histograms and one
// for native ones. While there is traffic, alerts fire and the dashboard has data. When it
// has ended, both servers and a snapshot agree on every number.
func TestPrometheus(t *testing.T) {
	spread(t, "e2e.spread", 1000, profile.MaxLatency(0.9, 850*time.Millisecond), profile.MaxLatency(0.99, time.Minute))
	rules := generated(t)
	at := target(t)
	classic, native := start(t, at, hasten(rules), false), start(t, at, "", true)

	l := newLoad(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.run(ctx)
	}()
	defer func() { stop(); <-done }()
	classic.checkRules(t, strings.Count(rules, "- alert: "))
	classic.checkDashboard(t)
	stop()
	<-done

	classic.checkTotals(t)
	native.checkTotals(t)
	for _, f := range monitor.Snapshot().Functions {
		if strings.HasPrefix(f.Name, "e2e.") {
			t.Run(f.Name, func(t *testing.T) {
				classic.checkClassic(t, f)
				native.checkNative(t, f)
			})
		}
	}
}

// checkTotals waits until the server has scraped the last of the traffic: then each number
// is that of a snapshot, under the labels that are documented.
func (s *server) checkTotals(t *testing.T) {
	t.Helper()
	eventually(t, "the server does not agree with a snapshot (-want +got)", func() error {
		results, err := s.query(`{__name__=~"bunsui_.+",__name__!="bunsui_function_duration_seconds"}`)
		if err != nil {
			return err
		}
		want := expected(monitor.Snapshot())
		if len(want) < 40 {
			return fmt.Errorf("there are only %d numbers", len(want))
		}
		got := make(map[string]float64)
		for name := range want {
			if v, ok := results[name]; ok {
				got[name] = v
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			return errors.New(diff)
		}
		return nil
	})
}

var quantiles = []float64{0.5, 0.9, 0.99}

// checkClassic compares the buckets of a function, which are exact, and quantiles, which
// are somewhere in the bucket of the true one.
func (s *server) checkClassic(t *testing.T, f profile.FuncStats) {
	t.Helper()
	buckets := s.some(t, 15, fmt.Sprintf(`bunsui_function_duration_seconds_bucket{function=%q}`, f.Name))
	var bounds []float64
	for name, calls := range buckets {
		_, rest, _ := strings.Cut(name, `le="`)
		le, err := strconv.ParseFloat(strings.TrimSuffix(rest, `"}`), 64)
		if err != nil {
			t.Fatal(err)
		}
		bounds = append(bounds, le)
		var want uint64
		for _, in := range f.Intervals() {
			if in.Greatest.Seconds() <= le {
				want += in.Calls
			}
		}
		if calls != float64(want) {
			t.Errorf("%v calls took at most %v s, want %d", calls, le, want)
		}
	}
	slices.Sort(bounds)
	for _, q := range quantiles {
		got := s.one(t, fmt.Sprintf(`histogram_quantile(%v, bunsui_function_duration_seconds_bucket{function=%q})`, q, f.Name))
		exact := f.Quantile(q).Seconds()
		i, _ := slices.BinarySearch(bounds, exact)
		if lower := bounds[max(i, 1)-1]; i > 0 && got < lower || got > bounds[i] {
			t.Errorf("quantile %v is %v s, want it in the bucket of %v s, %v to %v s", q, got, exact, lower, bounds[i])
		}
	}
	s.checkSum(t, f, s.one(t, fmt.Sprintf(`bunsui_function_duration_seconds_count{function=%q}`, f.Name)),
		s.one(t, fmt.Sprintf(`bunsui_function_duration_seconds_sum{function=%q}`, f.Name)))
}

// checkNative compares quantiles within the width of a bucket and the error of the profile.
func (s *server) checkNative(t *testing.T, f profile.FuncStats) {
	t.Helper()
	widest := math.Pow(2, 1.0/8) * (1 + profile.MaxRelativeError)
	for _, q := range quantiles {
		got := s.one(t, fmt.Sprintf(`histogram_quantile(%v, bunsui_function_duration_seconds{function=%q})`, q, f.Name))
		if exact := f.Quantile(q).Seconds(); got > exact*widest || got < exact/widest {
			t.Errorf("quantile %v is %v s, want %v s times or by at most %v", q, got, exact, widest)
		}
	}
	s.checkSum(t, f, s.one(t, fmt.Sprintf(`histogram_count(bunsui_function_duration_seconds{function=%q})`, f.Name)),
		s.one(t, fmt.Sprintf(`histogram_sum(bunsui_function_duration_seconds{function=%q})`, f.Name)))
}

func (s *server) checkSum(t *testing.T, f profile.FuncStats, count, sum float64) {
	t.Helper()
	if count != float64(f.Timed) || sum != f.Total.Seconds() {
		t.Errorf("%v calls of %v s, want %d of %v s", count, sum, f.Timed, f.Total.Seconds())
	}
}
