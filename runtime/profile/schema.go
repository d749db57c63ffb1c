package profile

import "time"

// An export is the document that WriteJSON describes.
type export struct {
	Version   int            `json:"version"`
	Time      time.Time      `json:"time"`
	Enabled   bool           `json:"enabled"`
	Functions []exportedFunc `json:"functions"`
	Tree      []exportedNode `json:"tree"`
}

type exportedFunc struct {
	Name     string           `json:"name"`
	Calls    uint64           `json:"calls"`
	Errors   uint64           `json:"errors"`
	Panics   uint64           `json:"panics"`
	InFlight int              `json:"in_flight"`
	Timed    *uint64          `json:"timed"`
	Sample   float64          `json:"sample,omitempty"`
	Total    time.Duration    `json:"total_ns"`
	Min      time.Duration    `json:"min_ns"`
	Mean     time.Duration    `json:"mean_ns"`
	P50      time.Duration    `json:"p50_ns"`
	P90      time.Duration    `json:"p90_ns"`
	P99      time.Duration    `json:"p99_ns"`
	P999     time.Duration    `json:"p999_ns"`
	Max      time.Duration    `json:"max_ns"`
	Buckets  []exportedBucket `json:"buckets"`
	Slow     *exportedSlow    `json:"slow,omitempty"`

	Objectives *exportedObjectives `json:"objectives,omitempty"`
}

type exportedBucket struct {
	Lower int64  `json:"ge_ns"`
	Upper int64  `json:"le_ns"`
	Calls uint64 `json:"calls"`
}

type exportedSlow struct {
	Threshold time.Duration  `json:"threshold_ns"`
	Count     uint64         `json:"count"`
	Last      []exportedCall `json:"last"`
}

type exportedCall struct {
	Start    time.Time     `json:"start"`
	Duration time.Duration `json:"duration_ns"`
	Error    string        `json:"error,omitempty"`
	Panicked bool          `json:"panicked,omitempty"`
	Args     []exportedArg `json:"args,omitempty"`
}

type exportedArg struct {
	Name     string `json:"name"`
	Value    string `json:"value,omitempty"`
	Redacted bool   `json:"redacted,omitempty"`
}

type exportedNode struct {
	Name      string         `json:"name"`
	Calls     uint64         `json:"calls"`
	Recursive uint64         `json:"recursive"`
	Timed     uint64         `json:"timed"`
	Total     time.Duration  `json:"total_ns"`
	Self      time.Duration  `json:"self_ns"`
	Overlap   time.Duration  `json:"overlap_ns"`
	Children  []exportedNode `json:"children"`
}

// exportSample leaves out what is not said: that all calls are timed.
func exportSample(fraction float64) float64 {
	if fraction == 1 {
		return 0
	}
	return fraction
}

func exportSlow(f FuncStats) *exportedSlow {
	if f.SlowThreshold == 0 && f.SlowCalls == 0 {
		return nil
	}
	slow := &exportedSlow{Threshold: f.SlowThreshold, Count: f.SlowCalls, Last: make([]exportedCall, len(f.Slow))}
	for i, c := range f.Slow {
		slow.Last[i] = exportedCall{Start: c.Start, Duration: c.Duration, Error: c.Error, Panicked: c.Panicked}
		for _, a := range c.Args {
			slow.Last[i].Args = append(slow.Last[i].Args, exportedArg(a))
		}
	}
	return slow
}

// fill takes over what older documents do not have.
func (e exportedFunc) fill(f *FuncStats) {
	if e.Timed != nil {
		f.Timed = *e.Timed
	}
	if e.Sample != 0 {
		f.Sample = e.Sample
	}
	if e.Slow == nil {
		return
	}
	f.SlowThreshold, f.SlowCalls = e.Slow.Threshold, e.Slow.Count
	for _, c := range e.Slow.Last {
		kept := SlowCall{Start: c.Start, Duration: c.Duration, Error: c.Error, Panicked: c.Panicked}
		for _, a := range c.Args {
			kept.Args = append(kept.Args, Arg(a))
		}
		f.Slow = append(f.Slow, kept)
	}
}

func exportNodes(nodes []Node) []exportedNode {
	list := make([]exportedNode, len(nodes))
	for i, n := range nodes {
		list[i] = exportedNode{
			Name: n.Name, Calls: n.Calls, Recursive: n.Recursive, Timed: n.Timed,
			Total: n.Total, Self: n.Self, Overlap: n.Overlap, Children: exportNodes(n.Children),
		}
	}
	return list
}

func importNodes(list []exportedNode) []Node {
	var nodes []Node
	for _, n := range list {
		nodes = append(nodes, Node{
			Name: n.Name, Calls: n.Calls, Recursive: n.Recursive, Timed: n.Timed,
			Total: n.Total, Self: n.Self, Overlap: n.Overlap, Children: importNodes(n.Children),
		})
	}
	return nodes
}
