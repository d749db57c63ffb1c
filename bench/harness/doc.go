// Package harness measures things side by side and reports them as ratios.
//
// A [Group] is a set of rows about one matter. It measures contenders of one
// [Case] in interleaved rounds, with [Bench.Measure], and reports lines and tables to
// [Report]. A figure is the minimum or the median of the rounds, and a ratio that of
// two contenders in the same round, so that what slows the machine down for a while
// slows both.
//
// The package judges a figure against a target and prints the verdict. It never
// fails because of one: a time that is asserted is a test that fails at night.
package harness
