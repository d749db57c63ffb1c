package rows

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
)

// streamed is what a child says of a stream: kB at its height on the heap and stacks,
// kB resident, nanoseconds and allocations of an item.
type streamed struct{ height, resident, nanos, allocs float64 }

// streamHeight is how many kB a stream of ours may have at its height, however many items
// there are: eight workers with 256 items and outcomes each, as much again that waits for
// its turn, and stacks.
const streamHeight = 512

// streams measures what streams hold at a time, each in a process of its own.
func streams(ctx context.Context, b *harness.Bench) error {
	n, list := 10*million, rivals.Streams()
	if b.Quick {
		n, list = million/10, list[:2]
	}
	table := harness.Table{
		Title:  fmt.Sprintf("Batch, streams of %d trivial items, concurrency 8", n),
		Header: []string{"", "kB at its height", "with a tenth of the items", "resident, kB more", "ns an item", "allocs an item"},
		Note: "One run each, in a process of its own. The height is what is allocated on the heap, garbage included, and on stacks, above what it was before; " +
			"it was looked at a hundred times. Go collects no garbage below 4 MB.",
	}
	for _, s := range list {
		few, err := streamOf(ctx, s.Name, n/10)
		if err != nil {
			return err
		}
		all, err := streamOf(ctx, s.Name, n)
		if err != nil {
			return err
		}
		table.Rows = append(table.Rows, []string{
			s.Name, harness.Short(all.height), harness.Short(few.height), harness.Short(all.resident),
			harness.Short(all.nanos), harness.Short(all.allocs),
		})
		var most *harness.Target
		if s.Name == rivals.OurStream {
			most = harness.AtMost(streamHeight)
			b.Figure("batch, streaming, generated: height × that of a tenth of the items", all.height/few.height, "×", nil)
			b.Figure("batch, streaming, generated: allocations of an item", thousandths(all.allocs), "", harness.AtMost(0))
		}
		b.Figure(fmt.Sprintf("batch, streaming %d items, %s: at its height", n, s.Name), all.height, "kB", most)
	}
	b.Table(table)
	return nil
}

func streamOf(ctx context.Context, name string, n int) (streamed, error) {
	values, err := ask(ctx, "streamed", name, strconv.Itoa(n))
	if err == nil && len(values) != 4 {
		err = fmt.Errorf("child streamed printed %v", values)
	}
	if err != nil {
		return streamed{}, err
	}
	return streamed{values[0], values[1], values[2], values[3]}, nil
}

// streamedChild streams items.
func streamedChild(args []string, out io.Writer) error {
	if len(args) != 2 {
		return fmt.Errorf("streamed needs a name and a number of items")
	}
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	for _, s := range rivals.Streams() {
		if s.Name == args[0] {
			r, err := runStream(s, n)
			if err == nil {
				_, err = fmt.Fprintln(out, r.height, r.resident, r.nanos, r.allocs)
			}
			return err
		}
	}
	return fmt.Errorf("no stream is called %q", args[0])
}

func runStream(s rivals.Stream, n int) (streamed, error) {
	runtime.GC()
	before, resident, height := allocatedNow(), residentHeight(), 0.0
	var stats, after runtime.MemStats
	runtime.ReadMemStats(&stats)
	count, wrong := 0, 0
	start := time.Now()
	s.Run(context.Background(), itemsOf(n), func(v int, err error) {
		if err != nil {
			wrong++
		}
		sink.Store(uint64(v))
		if count++; count%max(n/100, 1) == 0 {
			height = max(height, allocatedNow()-before)
		}
	})
	took := time.Since(start)
	if count != n || wrong > 0 {
		return streamed{}, fmt.Errorf("%s: %d results, %d errors of %d items", s.Name, count, wrong, n)
	}
	runtime.ReadMemStats(&after)
	return streamed{
		height / 1024, (residentHeight() - resident) / 1024,
		float64(took) / float64(n), float64(after.Mallocs-stats.Mallocs) / float64(n),
	}, nil
}

// itemsOf yields numbers up to n.
func itemsOf(n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// allocatedNow is what is allocated on the heap and on stacks, in bytes. Reading it does
// not stop the others.
func allocatedNow() float64 {
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(samples)
	return float64(samples[0].Value.Uint64() + samples[1].Value.Uint64())
}

// residentHeight is the most memory that this process had, in bytes, where Linux tells.
func residentHeight() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return math.NaN()
	}
	for line := range strings.Lines(string(text)) {
		if size, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			if kB, err := strconv.ParseFloat(strings.Fields(size)[0], 64); err == nil {
				return kB * 1024
			}
		}
	}
	return math.NaN()
}
