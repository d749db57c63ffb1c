package profile_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

// slowCall is what the generator makes of a function with slow= and args.
func slowCall(ctx context.Context, p *profile.Probe, d time.Duration, err error) {
	call := p.Start(ctx)
	defer call.End()
	time.Sleep(d)
	if call.Slow() {
		time.Sleep(time.Hour) // is not measured
		call.Arg("d", d)
		call.Redact("token")
	}
	call.Return(err)
}

func TestSlowCalls(t *testing.T) {
	profile.Reset()
	p := profile.New(t.Name(), profile.Slow(time.Second))
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		slowCall(t.Context(), p, time.Second-1, errTest)
		slowCall(t.Context(), p, time.Second, nil)
		slowCall(t.Context(), p, 2*time.Second, fmt.Errorf("no: %w", errTest))
		func() {
			defer func() { _ = recover() }()
			call := p.Begin()
			defer call.End()
			time.Sleep(3 * time.Second)
			panic("test")
		}()
		args := func(d string) []profile.Arg {
			return []profile.Arg{{Name: "d", Value: d}, {Name: "token", Redacted: true}}
		}
		want := []profile.SlowCall{
			{Start: began.Add(4*time.Second - 1 + 2*time.Hour), Duration: 3 * time.Second, Panicked: true},
			{Start: began.Add(2*time.Second - 1 + time.Hour), Duration: 2 * time.Second, Error: "no: test", Args: args("2s")},
			{Start: began.Add(time.Second - 1), Duration: time.Second, Args: args("1s")},
		}
		for i := range want {
			want[i].Start = want[i].Start.Round(0)
		}
		got := statsFor(t, t.Name())
		if diff := cmp.Diff(want, got.Slow); diff != "" || got.SlowCalls != 3 || got.SlowThreshold != time.Second {
			t.Errorf("%d slow calls over %v (-want +got):\n%s", got.SlowCalls, got.SlowThreshold, diff)
		}
		if got.Max != 3*time.Second || got.Total != 7*time.Second-1 || got.Errors != 2 {
			t.Errorf("total %v, max %v, %d errors", got.Total, got.Max, got.Errors)
		}
	})
}

func TestSlowCallsAreBounded(t *testing.T) {
	profile.Reset()
	p := profile.New(t.Name(), profile.Slow(1))
	synctest.Test(t, func(t *testing.T) {
		for i := range 100 {
			slowCall(t.Context(), p, time.Duration(i), errors.New(strings.Repeat("é", 1000)))
		}
	})
	got := statsFor(t, t.Name())
	if got.SlowCalls != 99 || len(got.Slow) != profile.MaxSlow || got.Slow[0].Duration != 99 || got.Slow[profile.MaxSlow-1].Duration != 68 {
		t.Errorf("%d slow calls, kept are %d", got.SlowCalls, len(got.Slow))
	}
	if text := got.Slow[0].Error; text != strings.Repeat("é", 250)+"…" {
		t.Errorf("the error is %q", text)
	}
	profile.Reset()
	if got := statsFor(t, t.Name()); got.SlowCalls != 0 || got.Slow != nil {
		t.Error("Reset keeps slow calls")
	}
}

func TestFastCallsDoNotAllocateWithSlow(t *testing.T) {
	p := profile.New(t.Name(), profile.Slow(time.Hour))
	ctx := t.Context()
	if n := testing.AllocsPerRun(1000, func() { slowCall(ctx, p, 0, errTest) }); n != 0 {
		t.Errorf("%v allocations for each call, want none", n)
	}
}

type angry struct{ N int }

func (angry) String() string { panic("called") }

func TestArgs(t *testing.T) {
	type inner struct {
		hidden time.Time
		On     bool
	}
	type all struct {
		Name  string
		In    inner
		Three [3]int8
		To    *int
		Err   error
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	var nilMap map[string]int
	tests := []struct {
		value any
		want  string
	}{
		{nil, "nil"},
		{"a\n", `"a\n"`},
		{true, "true"},
		{-5, "-5"},
		{uint8(7), "7"},
		{1.5, "1.5"},
		{2 + 3i, "(2+3i)"},
		{at, "2026-01-02T03:04:05.000000006Z"},
		{90 * time.Second, "1m30s"},
		{angry{4}, "{N: 4}"},
		{[]int{1, 2}, "[]int of 2"},
		{[]int(nil), "nil"},
		{nilMap, "nil"},
		{map[string]int{}, "map[string]int"},
		{new(int), "*int"},
		{func() {}, "func()"},
		{errTest, "*errors.errorString"},
		{all{Name: "x", In: inner{hidden: at}, Err: errTest}, `{Name: "x", In: {hidden: time.Time, On: false}, Three: [0, 0, 0], To: nil, Err: *errors.errorString}`},
		{strings.Repeat("x", 300), `"` + strings.Repeat("x", 199) + "…"},
		{[1000]int{}, "[" + strings.Repeat("0, ", 66) + "0…"},
	}
	p := profile.New(t.Name(), profile.Slow(1))
	for _, tt := range tests {
		profile.Reset()
		synctest.Test(t, func(t *testing.T) {
			call := p.Begin()
			time.Sleep(time.Nanosecond)
			call.Arg("x", tt.value)
			call.Return(nil)
			call.End()
		})
		got := statsFor(t, p.Name()).Slow
		if len(got) != 1 || len(got[0].Args) != 1 || got[0].Args[0].Value != tt.want {
			t.Errorf("%T: %+v, want %s", tt.value, got, tt.want)
		}
	}
}
