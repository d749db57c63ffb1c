//go:build !race

package engine

// raceEnabled says that everything takes ten times as long.
const raceEnabled = false
