package monitor

import (
	"math/bits"
	"time"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

// Rows of a heatmap: one for all that is faster than 2⁸ ns, heatmapSteps for each power
// of two from there up to 2³⁷ ns, which is 137 s, and one for what is slower. Bounds of
// rows are bounds of the intervals of profiles too, so that no call is counted by guess.
const (
	heatmapFirst = 8
	heatmapLast  = 37
	heatmapSteps = 4
	heatmapRows  = (heatmapLast-heatmapFirst)*heatmapSteps + 2
)

// A heatmap is the columns of a pageHeatmap that are kept: at most pageKeep, of at most
// heatmapRows pairs of numbers, which are 600 kB if all were full; usual ones have ten.
type heatmap struct {
	columns []pageHeatmapColumn
	last    int // how many columns were added by the last look, 0 or 1
}

// heatmapRow returns the row of a duration.
func heatmapRow(d time.Duration) int {
	octave := bits.Len64(uint64(max(d, 0))) - 1
	switch {
	case octave < heatmapFirst:
		return 0
	case octave >= heatmapLast:
		return heatmapRows - 1
	default:
		within := int(d>>(octave-2)) % heatmapSteps
		return (octave-heatmapFirst)*heatmapSteps + within + 1
	}
}

// heatmapBounds returns the least duration of each row.
func heatmapBounds() []time.Duration {
	bounds := make([]time.Duration, 1, heatmapRows)
	for octave := heatmapFirst; octave < heatmapLast; octave++ {
		for within := range heatmapSteps {
			bounds = append(bounds, time.Duration(heatmapSteps+within)<<(octave-2))
		}
	}
	return append(bounds, 1<<heatmapLast)
}

// add appends a column of what was counted in a span that ended at a time in milliseconds.
func (h *heatmap) add(end int64, s Span, added profile.FuncStats) {
	c := pageHeatmapColumn{End: end, Length: s.Length.Milliseconds(), Counts: [][2]uint64{}}
	for _, i := range added.Intervals() {
		row := uint64(heatmapRow(i.Least))
		if last := len(c.Counts) - 1; last >= 0 && c.Counts[last][0] == row {
			c.Counts[last][1] += i.Calls
			continue
		}
		c.Counts = append(c.Counts, [2]uint64{row, i.Calls})
	}
	h.last = 1
	if len(h.columns) == pageKeep {
		h.columns = append(h.columns[:0], h.columns[1:]...)
	}
	h.columns = append(h.columns, c)
}

func (h *heatmap) whole() *pageHeatmap {
	return &pageHeatmap{Bounds: heatmapBounds(), Columns: append([]pageHeatmapColumn{}, h.columns...)}
}

func (h *heatmap) update() *pageHeatmap {
	return &pageHeatmap{Columns: h.columns[len(h.columns)-h.last:]}
}
