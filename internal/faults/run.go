package faults

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// run is a scenario on its way.
type run struct {
	scene
	scenario  Scenario
	source    source
	processes [processes]*process
	journal   journal
	began     time.Time
	// pausing keeps changes from being made.
	pausing sync.RWMutex
	stop    chan struct{}
	away    time.Duration
}

func newRun(s Scenario, on scene) *run {
	r := &run{scene: on, scenario: s, stop: make(chan struct{})}
	for i, client := range on.clients {
		r.processes[i] = newProcess(i, client, &r.source)
	}
	return r
}

// now returns the time since the run began.
func (r *run) now() time.Duration { return time.Since(r.began) }

// play makes calls, strikes and heals, until the store is used again. Then it ends
// everything.
func (r *run) play(ctx context.Context) error {
	r.began = time.Now()
	var callers, auditors sync.WaitGroup
	for _, p := range r.processes {
		for i := range callersEach {
			callers.Go(func() { newCaller(r, p, i).work() })
		}
		auditors.Go(func() { r.audit(p) })
	}
	failed := r.disturb(ctx)
	close(r.stop)
	ended := make(chan struct{})
	go func() {
		callers.Wait()
		auditors.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(2 * Hung):
		return errors.Join(failed, fmt.Errorf("calls have not returned %v after the last one began", 2*Hung))
	}
	bound, cancel := context.WithTimeout(context.WithoutCancel(ctx), Hung)
	defer cancel()
	for _, p := range r.processes {
		failed = errors.Join(failed, p.manager.Close(bound))
	}
	return failed
}

// disturb is the fault and what comes before and after it.
func (r *run) disturb(ctx context.Context) error {
	if err := sleep(ctx, calm); err != nil {
		return err
	}
	if r.replaces {
		r.pausing.Lock()
		time.Sleep(rest)
	}
	r.strike()
	if r.replaces {
		r.pausing.Unlock()
	}
	if r.heal != nil {
		if err := sleep(ctx, fault); err != nil {
			r.heal()
			return err
		}
		r.heal()
	}
	return r.recover(ctx)
}

// recover waits until the store is used again and all calls are made.
func (r *run) recover(ctx context.Context) error {
	healed := r.now()
	w := newWatch(r, healed)
	for r.now() < healed+patience {
		if err := sleep(ctx, tick); err != nil {
			return err
		}
		used, quietFor := w.look(r.now())
		over := r.now() >= calm+fault+after && r.journal.count() >= r.scenario.Calls
		if used && quietFor >= quiet && over {
			r.away = w.used - healed
			return nil
		}
	}
	return fmt.Errorf("the store is not used again %v after the fault: %s", patience, w)
}

// row returns what has come of it.
func (r *run) row() Row {
	row := Row{Scenario: r.scenario.Name, Away: r.away}
	r.journal.sum(&row)
	for _, p := range r.processes {
		row.Loads += int(p.loads.Load())
		row.Together = max(row.Together, int(p.together.Load()))
	}
	return row
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
