// Package figure names what adapters hand to other systems: each figure once, with its
// name by the conventions of Prometheus and of OpenTelemetry, and how it is read from a
// report. It knows neither system.
package figure

import "github.com/bunsui/bunsui-go/runtime/monitor"

// A Label tells the samples of one figure apart.
type Label struct{ Prometheus, OpenTelemetry string }

// A Figure is a number that a report has for each of some elements.
type Figure struct {
	// Prometheus and OpenTelemetry are its names there.
	Prometheus, OpenTelemetry string
	// Unit is that of the number, in the notation of OpenTelemetry (UCUM).
	Unit string
	// Help says in one sentence what it is.
	Help string
	// Gauge says that it may fall; others are counts.
	Gauge  bool
	Labels []Label

	read func(monitor.Report) []Sample
}

// A Sample is the number of one element.
type Sample struct {
	Labels []string // in the order of Figure.Labels
	Value  int64
}

// A source is the elements of one list in reports.
type source[T any] struct {
	labels []Label
	list   func(monitor.Report) []T
	values func(T) []string
}

// A part is a number with one more label.
type part struct {
	value string
	n     int64
}

// of makes a figure of a function that reads it from one element.
func (s source[T]) of(f Figure, read func(T) int64) Figure {
	f.Labels = s.labels
	f.read = func(r monitor.Report) (all []Sample) {
		for _, e := range s.list(r) {
			all = append(all, Sample{s.values(e), read(e)})
		}
		return all
	}
	return f
}

// by makes a figure that is told apart by one more label.
func (s source[T]) by(f Figure, l Label, read func(T) []part) Figure {
	f.Labels = append(append([]Label(nil), s.labels...), l)
	f.read = func(r monitor.Report) (all []Sample) {
		for _, e := range s.list(r) {
			for _, p := range read(e) {
				all = append(all, Sample{append(s.values(e), p.value), p.n})
			}
		}
		return all
	}
	return f
}

// count and gauge describe figures. The names are put together from what both systems
// have in common and what they have not.
func count(prometheus, openTelemetry, unit, help string) Figure {
	return Figure{Prometheus: "bunsui_" + prometheus + "_total", OpenTelemetry: "bunsui." + openTelemetry, Unit: unit, Help: help}
}

func gauge(prometheus, openTelemetry, unit, help string) Figure {
	return Figure{Prometheus: "bunsui_" + prometheus, OpenTelemetry: "bunsui." + openTelemetry, Unit: unit, Help: help, Gauge: true}
}

// All returns all figures that are single numbers.
func All() []Figure {
	var all []Figure
	for _, list := range [][]Figure{cacheFigures(), storeFigures(), batchFigures(), loaderFigures(), poolFigures(), functionFigures()} {
		all = append(all, list...)
	}
	return all
}
