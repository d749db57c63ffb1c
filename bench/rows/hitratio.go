package rows

import (
	"context"
	"fmt"
	"math"
	"path/filepath"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
)

// percents are the sizes of the caches, of the distinct keys of a trace.
var percents = []int{1, 5, 10, 25}

// A policy returns the part of accesses that a cache of some size answers.
type policy struct {
	name  string
	ratio func(keys []int64, size int) float64
}

func policies() []policy {
	return []policy{
		{"Belady", belady},
		{"ours", func(keys []int64, size int) float64 {
			c := rivals.NewBunsui[int64](size)
			defer c.Close()
			return replay(keys, func(key int64) bool { _, ok := c.Cache.Get(key); return ok },
				func(key int64) { c.Set(key, sample.Nobody) })
		}},
		{"otter, synchronous", func(keys []int64, size int) float64 {
			c := rivals.NewSynchronousOtter[int64](size)
			defer c.Close()
			return replay(keys, func(key int64) bool { _, ok := c.Cache.GetIfPresent(key); return ok },
				func(key int64) { c.Set(key, sample.Nobody) })
		}},
		{"LRU", func(keys []int64, size int) float64 {
			c, err := simplelru.NewLRU[int64, struct{}](size, nil)
			if err != nil {
				panic(err) // a size of 0 is what it refuses
			}
			return replay(keys, func(key int64) bool { _, ok := c.Get(key); return ok },
				func(key int64) { c.Add(key, struct{}{}) })
		}},
	}
}

// replay gets each key, and stores it if it is not there.
func replay(keys []int64, get func(int64) bool, store func(int64)) float64 {
	hits := 0
	for _, key := range keys {
		if get(key) {
			hits++
		} else {
			store(key)
		}
	}
	return float64(hits) / float64(len(keys))
}

// hitRatios replays the traces.
func hitRatios(ctx context.Context, b *harness.Bench) error {
	limit := maxAccesses
	if b.Quick {
		limit = 300_000
	}
	list := policies()
	sums, count := make([]float64, len(list)), 0
	worst, worstAt := math.Inf(1), ""
	table := harness.Table{Title: "Hit ratio, %", Header: []string{"trace", "size"}}
	for _, p := range list {
		table.Header = append(table.Header, p.name)
	}
	for _, file := range traceFiles() {
		keys, err := file.load(filepath.Join(b.Root, "traces"), limit)
		if err != nil {
			return err
		}
		unique := distinct(keys)
		b.Logf("%s: %d accesses, %d keys", file.name, len(keys), unique)
		for _, percent := range percents {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			ratios := score(list, keys, max(1, unique*percent/100))
			row := []string{file.name, fmt.Sprintf("%d %%", percent)}
			for i, r := range ratios {
				sums[i] += r
				row = append(row, fmt.Sprintf("%.2f", r))
			}
			table.Rows, count = append(table.Rows, row), count+1
			if d := ratios[1] - ratios[3]; d < worst {
				worst, worstAt = d, fmt.Sprintf("%s, %d %%", file.name, percent)
			}
		}
	}
	return reportRatios(b, table, ratioSums{sums, count, worst, worstAt})
}

// score returns the percentage of hits under each policy.
func score(list []policy, keys []int64, size int) []float64 {
	ratios := make([]float64, len(list))
	for i, p := range list {
		ratios[i] = 100 * p.ratio(keys, size)
	}
	return ratios
}

type ratioSums struct {
	sums    []float64
	count   int
	worst   float64
	worstAt string
}

func reportRatios(b *harness.Bench, table harness.Table, s ratioSums) error {
	mean := []string{"mean", ""}
	for i := range s.sums {
		s.sums[i] /= float64(s.count)
		mean = append(mean, fmt.Sprintf("%.2f", s.sums[i]))
	}
	table.Rows = append(table.Rows, mean)
	table.Note = fmt.Sprintf("Farthest below LRU, or least above: %+.2f points (%s). At most %d accesses of each trace.", s.worst, s.worstAt, maxAccesses)
	if b.Quick {
		table.Note += " This quick run used the first 300,000."
	}
	b.Figure("hit ratio, mean: ours − otter synchronous", s.sums[1]-s.sums[2], "points", harness.AtLeast(0.5))
	b.Figure("hit ratio, worst trace: ours − LRU", s.worst, "points", harness.AtLeast(-2))
	b.Figure("hit ratio, mean: ours − Belady", s.sums[1]-s.sums[0], "points", nil)
	b.Table(table)
	return nil
}
