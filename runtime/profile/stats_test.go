package profile

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// statsOf returns the figures of a probe that has recorded the durations.
func statsOf(durations ...time.Duration) FuncStats {
	p := newProbe("test")
	for _, d := range durations {
		s := p.stripe()
		s.begun.Add(1)
		s.record(int64(d))
	}
	return p.stats(new(reading))
}

// exactQuantile returns the quantile q of sorted by nearest rank.
func exactQuantile(sorted []time.Duration, q float64) time.Duration {
	rank := int(math.Ceil(q * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

func TestQuantileStaysWithinErrorBound(t *testing.T) {
	logUniform := func(r *rand.Rand) time.Duration { // 1 ns to 28 h
		return time.Duration(math.Exp(r.Float64() * math.Log(1e14)))
	}
	distributions := map[string]func(*rand.Rand) time.Duration{
		"log-uniform": logUniform,
		"exponential": func(r *rand.Rand) time.Duration { return time.Duration(r.ExpFloat64() * 1e6) },
		"uniform":     func(r *rand.Rand) time.Duration { return time.Duration(r.Int64N(int64(time.Second))) },
		"constant":    func(*rand.Rand) time.Duration { return 1234567 },
		"two peaks": func(r *rand.Rand) time.Duration {
			if r.IntN(10) == 0 {
				return 3*time.Hour + time.Duration(r.Int64N(1e9))
			}
			return 100 + time.Duration(r.Int64N(50))
		},
		"few nanoseconds": func(r *rand.Rand) time.Duration { return time.Duration(r.Int64N(20)) },
		"any at all":      func(r *rand.Rand) time.Duration { return time.Duration(r.Uint64() >> (1 + r.IntN(63))) },
	}
	for name, draw := range distributions {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(40) {
				r := rand.New(rand.NewPCG(seed, 1))
				durations := make([]time.Duration, 1+r.IntN(3000))
				for i := range durations {
					durations[i] = draw(r)
				}
				checkQuantiles(t, fmt.Sprintf("seed %d", seed), durations)
			}
		})
	}
}

func checkQuantiles(t *testing.T, what string, durations []time.Duration) {
	t.Helper()
	stats := statsOf(durations...)
	slices.Sort(durations)
	if stats.Min != durations[0] || stats.Max != durations[len(durations)-1] {
		t.Errorf("%s: Min, Max = %d, %d, want %d, %d", what, stats.Min, stats.Max, durations[0], durations[len(durations)-1])
	}
	for _, q := range []float64{0, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1} {
		got, want := stats.Quantile(q), exactQuantile(durations, q)
		if diff := math.Abs(float64(got) - float64(want)); diff > MaxRelativeError*float64(want) {
			t.Errorf("%s: Quantile(%v) = %d, want %d within %v", what, q, got, want, MaxRelativeError)
		}
	}
}

func TestQuantileOfFewCalls(t *testing.T) {
	tests := []struct {
		name  string
		stats FuncStats
		q     float64
		want  time.Duration
	}{
		{"no calls", FuncStats{}, 0.5, 0},
		{"one call", statsOf(1000001), 0.5, 1000001},
		{"one call of 0 ns", statsOf(0), 0.99, 0},
		{"two calls, median", statsOf(1001, 2002), 0.5, 1001},
		{"two calls, above the median", statsOf(1001, 2002), 0.51, 2002},
		{"below 0", statsOf(1001, 2002), -3, 1001},
		{"above 1", statsOf(1001, 2002), 3, 2002},
		{"infinite", statsOf(1001, 2002), math.Inf(1), 2002},
		{"NaN", statsOf(1001, 2002), math.NaN(), 1001},
		{"the longest duration there is", statsOf(1, math.MaxInt64), 1, math.MaxInt64},
		{"a clock that went backwards", statsOf(-5), 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.stats.Quantile(tt.q); got != tt.want {
				t.Errorf("Quantile(%v) = %d, want %d", tt.q, got, tt.want)
			}
		})
	}
}

func TestMean(t *testing.T) {
	if got := (FuncStats{}).Mean(); got != 0 {
		t.Errorf("Mean of no calls = %v, want 0", got)
	}
	if got := statsOf(time.Second, 2*time.Second, 6*time.Second).Mean(); got != 3*time.Second {
		t.Errorf("Mean = %v, want 3s", got)
	}
}

// TestTotalsSurviveSettlement records more short calls than a live word holds.
func TestTotalsSurviveSettlement(t *testing.T) {
	const calls = 5 << 18
	for _, v := range []int64{0, 1, longCall - 1, longCall} {
		s := newStripe()
		for range calls {
			s.record(v)
		}
		var r reading
		s.read(&r)
		if r.ended != calls || r.total != uint64(calls*v) {
			t.Errorf("%d calls of %d ns: read %d calls of %d ns in all", calls, v, r.ended, r.total)
		}
		if s.settled.Load() < 5 || s.settled.Load() != s.settling.Load() {
			t.Errorf("%d ns: %d settlements ended, %d began, want at least 5", v, s.settled.Load(), s.settling.Load())
		}
	}
}
