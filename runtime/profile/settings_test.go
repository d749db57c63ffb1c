package profile_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

// once calls p once and tells whether that was counted.
func once(t *testing.T, p *profile.Probe) bool {
	t.Helper()
	before := statsFor(t, p.Name()).Calls
	call := p.Start(t.Context())
	call.Return(nil)
	call.End()
	return statsFor(t, p.Name()).Calls > before
}

func TestSwitch(t *testing.T) {
	t.Cleanup(profile.Enable)
	a, b := profile.New("example.com/switches.Users.toggleUser"), profile.New("example.com/switches.Orders.toggleOrder")
	check := func(when string, wantA, wantB bool) {
		t.Helper()
		if gotA, gotB := once(t, a), once(t, b); gotA != wantA || gotB != wantB {
			t.Errorf("%s: counted %t, %t, want %t, %t", when, gotA, gotB, wantA, wantB)
		}
	}
	check("at first", true, true)
	must(t, profile.Switch("toggleUser", profile.Off))
	check("one off", false, true)
	profile.Disable()
	must(t, profile.Switch("Orders.toggleOrder", profile.On))
	check("all off but one", false, true)
	if made := profile.New("example.com/switches.later"); once(t, made) {
		t.Error("a probe that was made while recording is disabled counts")
	}
	must(t, profile.Switch("switches.Users.toggleUser", profile.Usual))
	check("as usual", false, true)
	profile.Enable()
	must(t, profile.Switch(b.Name(), profile.Usual))
	check("again", true, true)
}

func TestSettingsOfWhatIsUnknown(t *testing.T) {
	profile.New("example.com/wrong.Users.getUser")
	profile.New("example.com/wrong.Shops.getUser")
	tests := []struct {
		err     error
		want    string
		unknown bool
	}{
		{
			profile.Switch("getUzer", profile.Off),
			`profile: switch getUzer: no measured function or region "getUzer" (did you mean "getUser"?)`, true,
		},
		{profile.Switch("nothing like it", profile.Off), `profile: switch nothing like it: no measured function or region "nothing like it"`, true},
		{
			profile.Switch("wrong.Users.getUser", 7),
			"profile: switch wrong.Users.getUser: Mode is Mode(7): it must be On, Off, or 0 to leave it unchanged", false,
		},
		{
			profile.Configure("wrong.Users.getUser", profile.Settings{Sample: 2}),
			"profile: configure wrong.Users.getUser: Sample is 2: it must be above 0 and at most 1, or 0 to leave it unchanged", false,
		},
		{profile.Configure("Userz.getUser", profile.Settings{}), `(did you mean "Users.getUser"?)`, true},
	}
	for _, tt := range tests {
		if tt.err == nil || !strings.HasSuffix(tt.err.Error(), tt.want) || errors.Is(tt.err, profile.ErrUnknownFunc) != tt.unknown {
			t.Errorf("%v\nwant %s", tt.err, tt.want)
		}
	}
	err := profile.Switch("getUser", profile.Off)
	if err == nil || !strings.Contains(err.Error(), "say more of its name") {
		t.Errorf("an ending of two names: %v", err)
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	for name, f := range map[string]func(){
		"Sample 0": func() { profile.Sample(0) }, "Sample 2": func() { profile.Sample(2) }, "Slow 0": func() { profile.Slow(0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is accepted", name)
				}
			}()
			f()
		}()
	}
}

func TestSample(t *testing.T) {
	const goroutines, calls = 8, 20_000
	profile.Reset()
	p := profile.New(t.Name(), profile.Sample(0.1))
	t.Cleanup(func() { must(t, profile.Configure(t.Name(), profile.Settings{Sample: 0.1})) }) // for -count=2
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for i := range calls {
				func() {
					defer func() { _ = recover() }()
					call := p.Start(t.Context())
					defer call.End()
					switch i % 4 {
					case 0:
						panic("test")
					case 1:
						call.Return(errTest)
					default:
						call.Return(nil)
					}
				}()
			}
		})
	}
	wg.Wait()
	got := statsFor(t, t.Name())
	const all = goroutines * calls
	if got.Calls != all || got.Errors != all/4 || got.Panics != all/4 || got.InFlight != 0 {
		t.Errorf("%d calls, %d errors, %d panics, %d in flight of %d calls: not all were counted", got.Calls, got.Errors, got.Panics, got.InFlight, all)
	}
	if got.Timed < all/11 || got.Timed > all/9 || got.Sample != 0.1 { // 13 standard deviations
		t.Errorf("%d of %d calls were timed, want a tenth", got.Timed, all)
	}
	if ratio := float64(got.EstimatedTotal()) / float64(got.Total); ratio < 9 || ratio > 11 {
		t.Errorf("the estimate is %v times the total of the sample", ratio)
	}
	must(t, profile.Configure(t.Name(), profile.Settings{Sample: 1, Slow: time.Hour}))
	once(t, p)
	after := statsFor(t, t.Name())
	if after.Timed != got.Timed+1 || after.Sample != 1 || after.SlowThreshold != time.Hour {
		t.Errorf("%d timed, sample %v, slow from %v on after Configure", after.Timed-got.Timed, after.Sample, after.SlowThreshold)
	}
	must(t, profile.Configure(t.Name(), profile.Settings{Slow: -1}))
	if got := statsFor(t, t.Name()).SlowThreshold; got != 0 {
		t.Errorf("slow from %v on, want never", got)
	}
}

func TestSampledCallsInTheTree(t *testing.T) {
	profile.Reset()
	p := profile.New(t.Name(), profile.Sample(0.25))
	const calls = 10_000
	parent := profile.New(t.Name() + " parent").Start(t.Context())
	ctx := parent.Context(t.Context())
	for range calls {
		call := p.Start(ctx)
		call.Return(nil)
		call.End()
	}
	parent.Return(nil)
	parent.End()
	tree := profile.Tree()
	if len(tree) != 1 || len(tree[0].Children) != 1 {
		t.Fatalf("tree\n%s", drawn(tree))
	}
	n, f := tree[0].Children[0], statsFor(t, t.Name())
	if n.Calls != calls || n.Timed != f.Timed || n.Total != f.EstimatedTotal() {
		t.Errorf("%d calls, %d timed, %v, want %d, %d, %v", n.Calls, n.Timed, n.Total, calls, f.Timed, f.EstimatedTotal())
	}
}

func TestMillionCalls(t *testing.T) {
	const goroutines, all = 64, 1_000_000
	profile.Reset()
	p := profile.New(t.Name())
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			ctx := t.Context()
			for i := range all / goroutines {
				call := p.Start(ctx)
				if i%5 == 0 {
					call.Return(errTest)
				} else {
					call.Return(nil)
				}
				call.End()
			}
		})
	}
	wg.Wait()
	got := statsFor(t, t.Name())
	if got.Calls != all || got.Timed != all || got.Errors != all/5 || got.Panics != 0 || got.InFlight != 0 {
		t.Errorf("%d calls, %d timed, %d errors, %d panics, %d in flight, want %d calls and %d errors",
			got.Calls, got.Timed, got.Errors, got.Panics, got.InFlight, all, all/5)
	}
}
