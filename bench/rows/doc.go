// Package rows holds what is measured: one file for each group of rows, all of them
// listed in [All]. A group measures contenders beside each other and reports ratios;
// targets stand where the line is reported.
//
// To add a group, write a file with a function that takes a *harness.Bench, and a
// line in [All]. What needs a process of its own is a [Child].
package rows

import "github.com/bunsui/bunsui-go/bench/harness"

// All returns the groups in the order in which they are reported.
func All() []harness.Group {
	return []harness.Group{
		{Name: "parts", Run: parts},
		{Name: "hit", Run: hits},
		{Name: "miss", Run: misses},
		{Name: "mix", Run: mixes},
		{Name: "memory", Run: memory},
		{Name: "growth", Run: growth},
		{Name: "hitratio", Run: hitRatios},
		{Name: "function", Run: functions},
		{Name: "idle", Run: idle},
		{Name: "profile", Run: profiles},
		{Name: "codec", Run: codecs},
		{Name: "batch", Run: batches},
		{Name: "loader", Run: loaders},
		{Name: "pool", Run: pools},
		{Name: "shared", Run: sharing},
		{Name: "generator", Run: generators},
		{Name: "peers", Run: peers},
	}
}
