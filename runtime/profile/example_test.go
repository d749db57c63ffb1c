package profile_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

var parseProbe = profile.New("example.com/orders.parse")

func parse(ctx context.Context, order string) (err error) {
	call := parseProbe.Start(ctx)
	defer call.End()
	if order == "" {
		err = errors.New("empty order")
	}
	call.Return(err)
	return err
}

// What the generator writes for //bunsui:profile can be written by hand.
func ExampleProbe() {
	ctx := context.Background()
	for _, order := range []string{"tea", "", "rice"} {
		_ = parse(ctx, order)
	}
	for _, f := range profile.Snapshot() {
		if f.Name == parseProbe.Name() {
			fmt.Println(f.Calls, "calls,", f.Errors, "error,", f.Panics, "panics")
		}
	}
	// Output: 3 calls, 1 error, 0 panics
}

func ExampleRegion() {
	render := func(ctx context.Context) {
		_, end := profile.Region(ctx, "render the page")
		defer end()
		// The work to be measured.
	}
	render(context.Background())
	for _, f := range profile.Snapshot() {
		if f.Name == "render the page" {
			fmt.Println(f.Calls, "call")
		}
	}
	// Output: 1 call
}

// A table of all that was measured, the slowest in total first.
func ExampleWriteText() {
	if err := profile.WriteText(os.Stderr); err != nil {
		fmt.Println(err)
	}
}

// Recording can be switched off and on while the program runs.
func ExampleDisable() {
	profile.Disable()
	defer profile.Enable()
	before := calls(parseProbe)
	_ = parse(context.Background(), "tea")
	fmt.Println(calls(parseProbe) - before)
	// Output: 0
}

func calls(p *profile.Probe) uint64 {
	for _, f := range profile.Snapshot() {
		if f.Name == p.Name() {
			return f.Calls
		}
	}
	return 0
}

var searchProbe = profile.New("example.com/shop.search",
	profile.MaxLatency(0.99, 200*time.Millisecond), profile.MaxErrors(0.01))

// A monitor that runs judges objectives without being told of them.
func ExampleMaxLatency() {
	for _, f := range profile.Snapshot() {
		if f.Name == searchProbe.Name() {
			o := f.Objectives.Latency[0]
			fmt.Println(o.Name(), "at most", o.Max, "and at most", f.Objectives.MaxErrors*100, "% errors")
		}
	}
	// Output: p99 at most 200ms and at most 1 % errors
}
