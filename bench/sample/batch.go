package sample

import "context"

// Step is a trivial item of a batch.
//
//go:noinline
//bunsui:batch as=Steps concurrency=8
func Step(_ context.Context, i int) (int, error) { return i + 1, nil }

// SpinTurns is how often [Spin] turns. It is set before the first call.
var SpinTurns = 10_000

// Spin is an item that keeps a processor busy, always with the same work: by a clock, the
// time in which another process has the processor would count as work.
//
//go:noinline
//bunsui:batch as=Spins concurrency=8
func Spin(_ context.Context, i int) (int, error) {
	x := uint64(i) | 1
	for range SpinTurns {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return int(x), nil
}
