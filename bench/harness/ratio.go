package harness

import (
	"math"
	"slices"
)

// A Ratio compares two contenders.
type Ratio struct {
	// Best is the ratio of the two minima.
	Best float64
	// Median is the median of the ratios of each round. It is what is judged.
	Median float64
}

// Ratio returns the time of contender a as a multiple of b's.
func (t Timings) Ratio(a, b string) Ratio {
	return ratio(t.Of(a).Wall, t.Of(b).Wall)
}

// CPURatio is [Timings.Ratio] for the processor time of the whole process.
func (t Timings) CPURatio(a, b string) Ratio {
	return ratio(t.Of(a).CPU, t.Of(b).CPU)
}

// RatioOf compares two series that were measured in the same rounds, such as the
// times of processes.
func RatioOf(a, b []float64) Ratio { return ratio(a, b) }

func ratio(a, b []float64) Ratio {
	rounds := make([]float64, 0, len(a))
	for i := range min(len(a), len(b)) {
		if b[i] > 0 {
			rounds = append(rounds, a[i]/b[i])
		}
	}
	r := Ratio{Median: Median(rounds), Best: math.NaN()}
	if least := Min(b); least > 0 {
		r.Best = Min(a) / least
	}
	return r
}

// Min returns the least of values, and NaN if there are none.
func Min(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	return slices.Min(values)
}

// Median returns the median of values, and NaN if there are none.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
