// Package pprofexport writes the call tree of package profile in the format of pprof,
// for go tool pprof and everything else that draws flame graphs from it:
//
//	go tool pprof -http : calls.pb.gz
//
// It is no CPU profile: its stacks are of measured functions alone, and its times are
// wall time, what they waited included. It measures nothing itself. It is a package of
// its own because it needs github.com/google/pprof, which programs that do not import
// it need not compile.
package pprofexport

import (
	"fmt"
	"io"

	pprof "github.com/google/pprof/profile"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

// Write writes the call tree of the process, compressed. Errors are those of w.
func Write(w io.Writer) error {
	return WriteReport(w, profile.Take())
}

// WriteReport writes the call tree of figures that were taken before, or read from
// JSON.
func WriteReport(w io.Writer, r profile.Report) error {
	if err := Profile(r).Write(w); err != nil {
		return fmt.Errorf("pprofexport: %w", err)
	}
	return nil
}

// Profile returns the call tree as a profile that can be changed or merged with others.
// Each place in the tree is a sample with two values: calls, the number of calls that
// have ended there, and time, the nanoseconds that were spent there and not in measured
// functions further down. What pprof adds up for a function and all below it is what
// its calls took, unless children ran at the same time as each other: then it is more
// (see profile.Node.Overlap). Times of sampled functions are estimates.
func Profile(r profile.Report) *pprof.Profile {
	b := builder{
		out: &pprof.Profile{
			SampleType:        []*pprof.ValueType{{Type: "calls", Unit: "count"}, {Type: "time", Unit: "nanoseconds"}},
			DefaultSampleType: "time",
			PeriodType:        &pprof.ValueType{Type: "time", Unit: "nanoseconds"}, // merging needs one
			Period:            1,
			TimeNanos:         r.Time.UnixNano(),
			Comments:          []string{"wall time of functions measured by bunsui"},
		},
		locations: make(map[string]*pprof.Location),
	}
	for _, n := range r.Tree {
		b.add(n, nil)
	}
	return b.out
}

type builder struct {
	out       *pprof.Profile
	locations map[string]*pprof.Location // by name of the function
}

// add adds a sample for n, which was called by callers, the innermost first, and for
// all below it.
func (b *builder) add(n profile.Node, callers []*pprof.Location) {
	stack := append([]*pprof.Location{b.location(n.Name)}, callers...)
	if calls := n.Calls + n.Recursive; calls > 0 || n.Self > 0 {
		b.out.Sample = append(b.out.Sample, &pprof.Sample{Location: stack, Value: []int64{int64(calls), int64(n.Self)}})
	}
	for _, child := range n.Children {
		b.add(child, stack)
	}
}

func (b *builder) location(name string) *pprof.Location {
	if known, ok := b.locations[name]; ok {
		return known
	}
	id := uint64(len(b.locations) + 1)
	f := &pprof.Function{ID: id, Name: name, SystemName: name}
	made := &pprof.Location{ID: id, Line: []pprof.Line{{Function: f}}}
	b.out.Function = append(b.out.Function, f)
	b.out.Location = append(b.out.Location, made)
	b.locations[name] = made
	return made
}
