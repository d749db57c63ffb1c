package harness

import (
	"fmt"
	"math"
)

// A Target is what a figure should not exceed, or should reach.
type Target struct {
	Limit   float64
	AtLeast bool
}

// AtMost is a target for figures that should be small.
func AtMost(limit float64) *Target { return &Target{Limit: limit} }

// AtLeast is a target for figures that should be great.
func AtLeast(limit float64) *Target { return &Target{Limit: limit, AtLeast: true} }

// String spells the target as a condition.
func (t *Target) String() string {
	switch {
	case t == nil:
		return ""
	case t.AtLeast:
		return fmt.Sprintf("≥ %.4g", t.Limit)
	default:
		return fmt.Sprintf("≤ %.4g", t.Limit)
	}
}

// A Line is one row of the table of results.
type Line struct {
	// Row says what was compared, as in "hit, int64, Zipf, alone: wall × xsync".
	Row string
	// Value is the figure that is judged, Best the one of the minima, NaN if there
	// is none.
	Value, Best float64
	// Unit follows the figures: "×", "B", "points".
	Unit string
	// Target may be nil: the figure is reported only.
	Target *Target
}

// Verdict says whether the target is reached, or by how much it is missed.
func (l Line) Verdict() string {
	switch {
	case l.Target == nil:
		return ""
	case math.IsNaN(l.Value):
		return "not measured"
	case l.Reached():
		return "reached"
	case l.Target.Limit == 0 || l.Unit == "points":
		return fmt.Sprintf("missed by %.3g", math.Abs(l.Value-l.Target.Limit))
	case l.Target.AtLeast:
		return fmt.Sprintf("missed by %.0f %%", 100*(1-l.Value/l.Target.Limit))
	default:
		return fmt.Sprintf("missed by %.0f %%", 100*(l.Value/l.Target.Limit-1))
	}
}

// Reached reports whether there is a target and the figure meets it.
func (l Line) Reached() bool {
	if l.Target == nil || math.IsNaN(l.Value) {
		return false
	}
	if l.Target.AtLeast {
		return l.Value >= l.Target.Limit
	}
	return l.Value <= l.Target.Limit
}

// A Table holds the figures that lines are made of.
type Table struct {
	Title  string
	Header []string
	Rows   [][]string
	// Note says what the reader must know to understand the figures. It may be empty.
	Note string
}

// A Report collects what groups have found out.
type Report struct {
	Lines  []Line
	Tables []Table
}

// Ratio adds a line for a ratio.
func (r *Report) Ratio(row string, ratio Ratio, target *Target) {
	r.Lines = append(r.Lines, Line{Row: row, Value: ratio.Median, Best: ratio.Best, Unit: "×", Target: target})
}

// Figure adds a line for a figure that is no ratio.
func (r *Report) Figure(row string, value float64, unit string, target *Target) {
	r.Lines = append(r.Lines, Line{Row: row, Value: value, Best: math.NaN(), Unit: unit, Target: target})
}

// Table adds a table.
func (r *Report) Table(t Table) { r.Tables = append(r.Tables, t) }
