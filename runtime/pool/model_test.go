package pool_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

var silent = slog.New(slog.NewTextHandler(io.Discard, nil))

// number returns what an environment variable says, or byDefault.
func number(t *testing.T, name string, byDefault uint64) uint64 {
	text := os.Getenv(name)
	if text == "" {
		return byDefault
	}
	n, err := strconv.ParseUint(text, 10, 64)
	must(t, err)
	return n
}

// TestModel takes random steps and looks after each whether all is as it must be.
// BUNSUI_STEPS says how many, BUNSUI_SEED where to begin.
func TestModel(t *testing.T) {
	const each = 200
	steps, seed := number(t, "BUNSUI_STEPS", 20_000), number(t, "BUNSUI_SEED", 0)
	for ; steps > 0; steps -= min(steps, each) {
		synctest.Test(t, func(t *testing.T) { playModel(t, seed, each) })
		if t.Failed() {
			t.Fatalf("BUNSUI_SEED=%d", seed)
		}
		seed++
	}
}

func playModel(t *testing.T, seed uint64, steps int) {
	pool.Recycle(t)
	w := &world{T: t, rng: rand.New(rand.NewPCG(seed, 1)), users: map[int]*user{}, modes: map[string]mode{}}
	w.pool = pool.New(w.options())
	for range steps {
		w.step()
		synctest.Wait()
		w.check()
		if len(w.faults) > 0 {
			t.Errorf("after %s:\n%s\n%+v", strings.Join(w.what[max(0, len(w.what)-20):], ", "), strings.Join(w.faults, "\n"), w.pool.Stats())
			break
		}
	}
	w.finish()
}

func (w *world) say(step string) { w.what = append(w.what, step) }

// step does one thing. Most are common; those that change much are rare.
func (w *world) step() {
	switch n := w.rng.IntN(100); {
	case n < 25 && len(w.users) < 16:
		w.say("acquire")
		w.acquire(context.Background(), false)
	case n < 30 && len(w.users) < 16:
		w.say("acquire within 200ms")
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		time.AfterFunc(time.Hour, cancel)
		w.acquire(ctx, false)
	case n < 33:
		w.say("try")
		w.acquire(context.Background(), true)
	case n < 68:
		w.giveBack()
	case n < 72:
		w.cancelOne()
	case n < 80:
		w.changeMode()
	case n < 92:
		d := time.Duration(1) << (20 + w.rng.IntN(14)) // 1 ms to 17 s
		w.say("sleep " + d.String())
		time.Sleep(d)
	default:
		w.control()
	}
}

// pickUser returns a random user that holds something, or waits.
func (w *world) pickUser(waiting bool) *user {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []*user
	for id := range w.ids {
		if u := w.users[id]; u != nil && u.waiting == waiting {
			all = append(all, u)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all[w.rng.IntN(len(all))]
}

func (w *world) giveBack() {
	u := w.pickUser(false)
	if u == nil {
		return
	}
	n := w.rng.IntN(10)
	w.locked(func() {
		delete(w.users, u.id)
		u.thing.holder = nil
		u.thing.hijacked = n == 0
		u.thing.live = n != 0
	})
	end := u.lease.Release
	switch n {
	case 0:
		end = func() error { return second(u.lease.Hijack()) }
	case 1:
		end = u.lease.Discard
	}
	w.say([]string{"hijack", "discard"}[min(n, 1)][:1] + " by " + strconv.Itoa(u.id))
	go func() { // as it may take its time
		defer u.cancel()
		err := end()
		again := u.lease.Release()
		w.locked(func() {
			if err != nil || !errors.Is(again, pool.ErrReleased) {
				w.fault("giving back: %v, %v", err, again)
			}
		})
	}()
}

func (w *world) cancelOne() {
	if u := w.pickUser(true); u != nil {
		w.say("cancel " + strconv.Itoa(u.id))
		u.cancel()
	}
}

func (w *world) changeMode() {
	names := []string{"New", "Close", "Ping", "Reset", "OnRelease", "OnAcquire", "OnClose"}
	name := names[w.rng.IntN(len(names))]
	m := mode(w.rng.IntN(nmodes))
	if w.rng.IntN(2) == 0 {
		m = works
	}
	if name != "New" && name != "Ping" && name != "Close" && m != works {
		m = fails + mode(w.rng.IntN(2)) // the user's goroutine must go on, and soon
	}
	w.say(name + " " + strconv.Itoa(int(m)))
	w.locked(func() { w.modes[name] = m })
}

func (w *world) control() {
	switch w.rng.IntN(6) {
	case 0:
		before, maximum := w.max, 1+w.rng.IntN(5)
		minimum := w.rng.IntN(maximum + 1)
		w.say("resize " + strconv.Itoa(minimum) + " " + strconv.Itoa(maximum))
		w.max = max(before, maximum)
		must(w, w.pool.Resize(minimum, maximum))
		synctest.Wait()
		w.max = maximum
	case 1:
		w.say("suspend")
		w.pool.Suspend()
	case 2, 3:
		w.say("resume")
		w.pool.Resume()
	case 4:
		w.say("reset")
		w.pool.Reset()
	case 5:
		w.say("start")
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = w.pool.Start(ctx)
	}
}
