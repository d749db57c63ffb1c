package rows

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
)

// hanging is for how long a backend hangs after the caller has given up. It does not
// look at its context.
const hanging = 20 * time.Millisecond

// givingUp measures how long callers wait who do not want to any more.
func givingUp(b *harness.Bench) error {
	table := harness.Table{
		Title:  "Loader, the caller gives up while the backend hangs",
		Header: []string{"", "cancelled meanwhile, ms", "cancelled before the call, ms"},
		Note:   "From when the context is cancelled until the call returns, minimum and median. The backend does not look at its context and hangs for 20 ms from then on.",
	}
	stuck := make(chan chan struct{}, 16)
	later, before := make(map[string][]float64), make(map[string][]float64)
	for range min(b.Rounds, 9) {
		for _, l := range rivals.LoadersOf(hang(stuck)) {
			if l.Name == rivals.ManyFlights {
				continue // is as the other one of ours
			}
			later[l.Name] = append(later[l.Name], giveUp(l, stuck, false))
			before[l.Name] = append(before[l.Name], giveUp(l, stuck, true))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(later)) {
		table.Rows = append(table.Rows, []string{name, harness.Nanos(later[name]), harness.Nanos(before[name])})
	}
	row := "loader, the caller gives up while the backend hangs: "
	b.Figure(row+"by hand", harness.Median(later[rivals.NewLoader]), "ms", harness.AtMost(1))
	b.Figure(row+"dataloadgen", harness.Median(later[rivals.Dataloadgen]), "ms", nil)
	b.Table(table)
	return nil
}

// hang is a backend that says when it is stuck, and is until what it sends is closed.
func hang(stuck chan<- chan struct{}) rivals.Fetch {
	return func(ctx context.Context, ids []int64) ([]*sample.User, []error) {
		done := make(chan struct{})
		stuck <- done
		<-done
		return sample.QuickUsers(ctx, ids)
	}
}

// giveUp returns for how many milliseconds a call goes on whose context is cancelled
// when its batch is stuck, or before the call. All that it has started has ended then.
func giveUp(l rivals.KeyLoader, stuck <-chan chan struct{}, before bool) float64 {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	returned := make(chan time.Time)
	call := func() {
		_, _ = l.Load(ctx, 1) // an error, or not, as the loader likes
		returned <- time.Now()
	}
	if before {
		cancel()
		start := time.Now()
		go call()
		return sinceUntil(start, returned, stuck)
	}
	go call()
	done := <-stuck
	start := time.Now()
	cancel()
	time.AfterFunc(hanging, func() { close(done) })
	end := <-returned
	<-done
	return end.Sub(start).Seconds() * 1000
}

// sinceUntil waits for the call, and sees to it that a batch which gets stuck does not
// stay so.
func sinceUntil(start time.Time, returned <-chan time.Time, stuck <-chan chan struct{}) float64 {
	for {
		select {
		case done := <-stuck:
			time.AfterFunc(hanging, func() { close(done) })
		case end := <-returned:
			return end.Sub(start).Seconds() * 1000
		}
	}
}
