package monitor_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// called calls a function that takes d and returns err.
func called(p *profile.Probe, n int, d time.Duration, err error) {
	for range n {
		call := p.Begin()
		time.Sleep(d)
		call.Return(err)
		call.End()
	}
}

// watched starts a monitor. take returns, sorted, what it has told of names with a prefix
// since the last time.
func watched(t *testing.T, prefix string, opts ...monitor.Option) (take func() []string, stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var told []string
	opts = append(opts, monitor.Logger(slog.New(slog.DiscardHandler)), monitor.OnAlert(func(e monitor.Event) {
		if strings.HasPrefix(e.Name, prefix) {
			told = append(told, strings.ReplaceAll(e.String(), prefix, ""))
		}
	}))
	m := monitor.Start(ctx, opts...)
	take = func() []string {
		synctest.Wait()
		taken := slices.Sorted(slices.Values(told))
		told = nil
		return taken
	}
	return take, func() { cancel(); <-m.Done() }
}

// expect compares what was told with what should have been.
func expect(t *testing.T, when string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: told was %q, want %q", when, got, want)
	}
}

// prefixes are others for each run of a test, since probes live as long as the process.
var prefixes int

func prefix() string {
	prefixes++
	return fmt.Sprintf("objectives%d.", prefixes)
}

func TestObjectivesAreJudged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := prefix()
		slow := profile.New(at+"slow", profile.MaxLatency(0.99, 200*time.Millisecond), profile.MaxErrors(0.01))
		failing := profile.New(at+"failing", profile.MaxErrors(0.01), profile.MaxLatency(0.5, time.Second))
		fine := profile.New(at+"fine", profile.MaxErrors(0.02), profile.MaxLatency(0.9, time.Second))
		free := profile.New(at + "free")
		take, stop := watched(t, at)
		defer stop()

		called(slow, 98, time.Millisecond, nil)
		called(slow, 2, 400*time.Millisecond, nil)
		called(failing, 98, time.Millisecond, nil)
		called(failing, 2, time.Millisecond, errors.New("no"))
		called(fine, 98, time.Millisecond, nil)
		called(fine, 2, 10*time.Second, errors.New("no")) // at the limit, and beyond it above p90
		called(free, 60, time.Millisecond, errors.New("no"))
		time.Sleep(time.Minute)
		expect(t, "some calls are too slow, or fail", take(),
			"error objective: function failing: 2 %, limit 1 %",
			"p99 objective: function slow: p99 = 394.3ms, limit 200ms")

		time.Sleep(time.Hour)
		called(slow, 49, time.Millisecond, nil)
		time.Sleep(2 * time.Minute)
		expect(t, "no traffic, or too little", take())

		called(slow, 100, time.Millisecond, nil)
		called(failing, 100, time.Millisecond, nil)
		time.Sleep(time.Minute)
		expect(t, "all is well", take(),
			"over: error objective: function failing: 0 %, limit 1 %",
			"over: p99 objective: function slow: p99 = 1ms, limit 200ms")
	})
}

// TestObjectivesOfSamples judges the latency of timed calls, and errors of all.
func TestObjectivesOfSamples(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := prefix()
		p := profile.New(at+"sampled", profile.Sample(0.01), profile.MaxLatency(0.5, time.Millisecond), profile.MaxErrors(0.5))
		take, stop := watched(t, at)
		defer stop()
		called(p, 1000, 2*time.Millisecond, errors.New("no")) // about ten are timed
		time.Sleep(time.Minute)
		expect(t, "few are timed", take(), "error objective: function sampled: 100 %, limit 50 %")
		called(p, 20_000, 2*time.Millisecond, nil)
		time.Sleep(10 * time.Second)
		if told := take(); len(told) != 2 || !strings.HasPrefix(told[0], "over: error") || !strings.HasPrefix(told[1], "p50 objective: function sampled: p50 = 2") {
			t.Errorf("enough are timed: told was %q", told)
		}
	})
}

func TestPanicsMissTheErrorObjective(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := prefix()
		p := profile.New(at+"panics", profile.MaxErrors(0.1))
		take, stop := watched(t, at)
		defer stop()
		for i := range 100 {
			func() {
				defer func() { _ = recover() }()
				call := p.Begin()
				defer call.End()
				if i < 11 {
					panic("test")
				}
				call.Return(nil)
			}()
		}
		time.Sleep(time.Minute)
		expect(t, "some panic", take(), "error objective: function panics: 11 %, limit 10 %")
	})
}

// TestObjectivesThatComeAndGo makes a probe, and takes its objective back, while the
// monitor runs.
func TestObjectivesThatComeAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := prefix()
		take, stop := watched(t, at)
		defer stop()
		time.Sleep(time.Minute)
		p := profile.New(at+"late", profile.MaxLatency(0.95, time.Millisecond))
		called(p, 100, 10*time.Millisecond, nil)
		time.Sleep(15 * time.Second)
		expect(t, "made later", take(), "p95 objective: function late: p95 = 10ms, limit 1ms")
		profile.New(at+"late", profile.MaxErrors(0.5))
		time.Sleep(10 * time.Second)
		expect(t, "taken back", take(), "over: p95 objective: function late: no objective, limit none")
	})
}

func TestWithoutObjectives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := prefix()
		p := profile.New(at+"quiet", profile.MaxLatency(0.75, time.Millisecond), profile.MaxErrors(0.1))
		take, stop := watched(t, at, monitor.WithoutObjectives())
		defer stop()
		takePatient, stopPatient := watched(t, at, monitor.WithoutObjectives(), monitor.Watch(
			monitor.Alert{Name: "slow for a minute", When: monitor.LatencyObjective(0.75), For: time.Minute},
			monitor.Alert{Name: "errors", When: monitor.ErrorObjective(), MinSamples: 10_000},
		))
		defer stopPatient()
		for range 12 {
			called(p, 100, 10*time.Millisecond, errors.New("no"))
			time.Sleep(9 * time.Second)
		}
		expect(t, "turned off", take())
		expect(t, "watched in another way", takePatient(), "slow for a minute: function quiet: p75 = 10ms, limit 1ms")
	})
}

func TestObjectivesInTheReport(t *testing.T) {
	at := prefix()
	profile.New(at+"both", profile.MaxLatency(0.99, time.Second), profile.MaxErrors(0.25))
	profile.New(at+"errors", profile.MaxErrors(0.25))
	profile.New(at+"latency", profile.MaxLatency(0.5, time.Minute))
	profile.New(at + "none")
	text, err := json.Marshal(monitor.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Functions []struct {
			Name       string
			Objectives json.RawMessage
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, f := range doc.Functions {
		got[f.Name] = string(f.Objectives)
	}
	for name, want := range map[string]string{
		"both":    `{"latency":[{"quantile":0.99,"max_ns":1000000000}],"max_errors":0.25}`,
		"errors":  `{"latency":[],"max_errors":0.25}`,
		"latency": `{"latency":[{"quantile":0.5,"max_ns":60000000000}],"max_errors":null}`,
		"none":    "null",
	} {
		if got[at+name] != want {
			t.Errorf("the objectives of %s are %s, want %s", name, got[at+name], want)
		}
	}
}

// Quantiles that are nearly the same are judged each.
func TestObjectivesOfCloseQuantiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := prefix()
		profile.New(at+"first", profile.MaxLatency(0.9999999, time.Minute))
		p := profile.New(at+"second", profile.MaxLatency(0.99999999, time.Millisecond))
		take, stop := watched(t, at)
		defer stop()
		called(p, 60, 10*time.Millisecond, nil)
		time.Sleep(monitor.DefaultEvery)
		if got := take(); len(got) != 1 || !strings.Contains(got[0], "second") {
			t.Errorf("told was %q", got)
		}
	})
}
