package rows

import (
	"context"
	"fmt"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
)

// counted is how many operations are counted on the wire.
const counted = 200

// traffic counts what goes over the wire for one operation: all of it, with what
// caches have running in the background.
func (s *sharedGroup) traffic(ctx context.Context) error {
	for _, part := range []struct {
		name string
		list []rivals.Sharing
		run  func(ctx context.Context, sharing rivals.Sharing, w *harness.Wire) (harness.Traffic, error)
	}{
		{"memory hit", caches(), s.memoryTraffic},
		{"Redis hit", rivals.Sharings(), s.redisTraffic},
		{"miss", rivals.Sharings(), s.missTraffic},
	} {
		table := trafficTable("Shared cache, " + part.name + ", on the wire")
		for _, sharing := range part.list {
			total, err := s.onWire(func(w *harness.Wire) (harness.Traffic, error) { return part.run(ctx, sharing, w) })
			if err != nil {
				return fmt.Errorf("%s: %w", sharing.Name, err)
			}
			table.Rows = append(table.Rows, trafficRow(sharing.Name, total, counted))
			if sharing.Name == rivals.Ours {
				s.reportTraffic(part.name, total)
			}
		}
		s.bench.Table(table)
	}
	return s.manyTraffic(ctx)
}

// reportTraffic adds the lines about ours.
func (s *sharedGroup) reportTraffic(part string, total harness.Traffic) {
	limits := map[string]*harness.Target{"memory hit": harness.AtMost(0), "Redis hit": harness.AtMost(1)}
	row := "shared, " + part + ": "
	s.bench.Figure(row+"round trips", perOperation(total.RoundTrips, counted), "", limits[part])
	s.bench.Figure(row+"bytes on the wire", perOperation(total.Sent+total.Received, counted), "B", nil)
}

// perOperation hides what happens once a second, such as a sign of life, for round
// trips: those of n operations are a little more than a whole number for each.
func perOperation(total int64, n int) float64 {
	return float64(int(100*float64(total)/float64(n)+0.5)) / 100
}

// onWire runs f with a wire in front of the server.
func (s *sharedGroup) onWire(f func(*harness.Wire) (harness.Traffic, error)) (harness.Traffic, error) {
	w, err := harness.NewWire(s.server)
	if err != nil {
		return harness.Traffic{}, err
	}
	defer w.Close()
	return f(w)
}

// wired opens a cache behind a wire.
func (s *sharedGroup) wired(ctx context.Context, sharing rivals.Sharing, w *harness.Wire, memory bool) (*sharedReader, error) {
	c, err := sharing.Open(w.Addr(), memory, s.load)
	return &sharedReader{name: sharing.Name, cache: c, ctx: ctx}, err
}

// memoryTraffic counts hits in memory, which are those after all customers were
// loaded twice.
func (s *sharedGroup) memoryTraffic(ctx context.Context, sharing rivals.Sharing, w *harness.Wire) (harness.Traffic, error) {
	return s.hitTraffic(ctx, sharing, w, true)
}

// redisTraffic counts hits in Redis.
func (s *sharedGroup) redisTraffic(ctx context.Context, sharing rivals.Sharing, w *harness.Wire) (harness.Traffic, error) {
	return s.hitTraffic(ctx, sharing, w, false)
}

func (s *sharedGroup) hitTraffic(ctx context.Context, sharing rivals.Sharing, w *harness.Wire, memory bool) (harness.Traffic, error) {
	r, err := s.wired(ctx, sharing, w, memory)
	if err != nil {
		return harness.Traffic{}, err
	}
	defer r.cache.Close()
	if err := s.fill([]*sharedReader{r}, counted); err != nil {
		return harness.Traffic{}, err
	}
	before := w.Traffic()
	for id := range int64(counted) {
		r.check(id)
	}
	return w.Traffic().Sub(before), broken([]*sharedReader{r})
}

// missTraffic counts loads, and what is written afterwards.
func (s *sharedGroup) missTraffic(ctx context.Context, sharing rivals.Sharing, w *harness.Wire) (harness.Traffic, error) {
	r, err := s.wired(ctx, sharing, w, true)
	if err != nil {
		return harness.Traffic{}, err
	}
	s.fresh(r).Run(0, counted) // connects, and teaches the server its scripts
	before := w.Traffic()
	for range counted {
		r.check(sharedCustomers + s.newest.Add(1) - 1)
	}
	r.cache.Close() // waits for what is yet to be written
	return w.Traffic().Sub(before), broken([]*sharedReader{r})
}

// manyTraffic counts what reading many customers at once takes.
func (s *sharedGroup) manyTraffic(ctx context.Context) error {
	w, err := harness.NewWire(s.server)
	if err != nil {
		return err
	}
	defer w.Close()
	readers, done, err := openMany(ctx, w.Addr())
	if err != nil {
		return err
	}
	defer done()
	table := trafficTable(fmt.Sprintf("Shared store, %d customers at once, on the wire", together))
	for _, r := range readers {
		const reads = counted / 10
		for worker := range 16 {
			r.read(ctx, idsOf(worker)) // connects
		}
		before := w.Traffic()
		for i := range reads {
			r.read(ctx, idsOf(i%16))
		}
		total := w.Traffic().Sub(before)
		table.Rows = append(table.Rows, trafficRow(r.name, total, reads))
		if r.name == rivals.Ours {
			s.bench.Figure(fmt.Sprintf("shared, %d at once: round trips", together), perOperation(total.RoundTrips, reads), "", harness.AtMost(1))
		}
	}
	s.bench.Table(table)
	return nil
}

func trafficTable(title string) harness.Table {
	return harness.Table{
		Title: title, Header: []string{"for each operation", "commands", "round trips", "B sent", "B received"},
		Note: "Counted by a proxy, one goroutine. Commands are those that the client sends; a script is one.",
	}
}

func trafficRow(name string, t harness.Traffic, operations int) []string {
	row := []string{name}
	for _, total := range []int64{t.Commands, t.RoundTrips, t.Sent, t.Received} {
		row = append(row, harness.Short(float64(total)/float64(operations)))
	}
	return row
}
