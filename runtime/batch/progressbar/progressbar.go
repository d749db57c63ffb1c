// Package progressbar shows on a terminal how far batch.Process, Stream or Write has come,
// with the rate and the remaining time. It does nothing else: other displays are a
// batch.Meter.
//
// It stands on github.com/cheggaaa/pb/v3, because that is under a BSD licence, released
// this month, and joins its goroutine when a bar is finished, whereas
// schollz/progressbar leaves one behind until its next tick, and vbauerster/mpb is a
// container for many bars.
package progressbar

import (
	"fmt"
	"io"
	"time"

	"github.com/cheggaaa/pb/v3"
	"github.com/mattn/go-isatty"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// The lines on a terminal, for a known number of items and for a stream.
const (
	counted  = `{{string . "title"}} {{counters .}} {{bar .}} {{percent . "%.0f%%"}} {{speed . "%s/s" ""}} {{rtime . "%s left" "" "in %s"}}`
	streamed = `{{string . "title"}} {{counters .}} {{speed . "%s/s" ""}} {{etime . "for %s"}}`
)

// Show returns an Option that draws a bar on w, which is os.Stderr as a rule, five times a
// second while a call of Process, Stream or Write goes on, and leaves it there at the end,
// complete or not. If w is no terminal, one line is written at the end, and nothing
// before. Two calls at the same time draw over each other on one terminal.
func Show(w io.Writer, title string) batch.Option {
	return batch.WithMeter(func(total int) batch.Meter {
		if !isTerminal(w) {
			return &line{w: w, title: title, total: total, start: time.Now()}
		}
		return newBar(w, title, total)
	})
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(interface{ Fd() uintptr })
	return ok && (isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}

// A bar is what a terminal shows.
type bar struct{ *pb.ProgressBar }

func newBar(w io.Writer, title string, total int) bar {
	template := counted
	if total < 0 {
		template = streamed
	}
	b := pb.New(max(total, 0)).SetTemplateString(template).SetWriter(w)
	return bar{b.Set("title", title).Set(pb.Terminal, true).Set(pb.ReturnSymbol, "\r").Start()}
}

// Done is told how many items are done.
func (b bar) Done(done int) { b.SetCurrent(int64(done)) }

// End draws the bar for the last time and ends its line.
func (b bar) End() { b.Finish() }

// A line is what others get, at the end.
type line struct {
	w     io.Writer
	title string
	total int
	done  int
	start time.Time
}

// Done is told how many items are done.
func (l *line) Done(done int) { l.done = done }

// End writes the line. Nobody could do anything about an error.
func (l *line) End() {
	of, took := "", time.Since(l.start)
	if l.total >= 0 {
		of = fmt.Sprintf(" of %d", l.total)
	}
	rate := 0.0
	if took > 0 {
		rate = float64(l.done) / took.Seconds()
	}
	_, _ = fmt.Fprintf(l.w, "%s: %d%s in %v, %.0f/s\n", l.title, l.done, of, took.Round(time.Millisecond), rate)
}
